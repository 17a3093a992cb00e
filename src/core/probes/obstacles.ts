import type { Image, SymbolPlace } from '../symbols/elf.ts';

/**
 * Why no probe can be attached to an instruction by its symbol. `blacklisted`: the kernel refuses (NOKPROBE_SYMBOL, code
 * that must not be interrupted). `gone`: it is thrown away after the start. `ambiguous`: several functions have the name.
 */
export type Obstacle = 'no-symbol' | 'blacklisted' | 'gone' | 'ambiguous';

/** As kernel/kprobes.c decides (register_kprobe, populate_kprobe_blacklist), from what is in the file. */
export async function obstacleAt(image: Image, place: SymbolPlace | undefined): Promise<Obstacle | undefined> {
  if (place === undefined) return 'no-symbol';
  const { symbol, section } = place;
  if (/^\.(?:init|exit)\.text/.test(section)) return 'gone';
  if (refusedSections.has(section)) return 'blacklisted';
  // NOKPROBE_SYMBOL (include/asm-generic/kprobes.h) leaves an object with this name.
  const marked = await image.symbols(`_kbl_addr_${symbol.name.split('.', 1)[0] ?? ''}`);
  if (marked.length > 0 || (await isRefusedStretch(image, place))) return 'blacklisted';
  return (await image.symbols(symbol.name)).length > 1 ? 'ambiguous' : undefined;
}

/** Of modules (module_add_kprobe_blacklist); the linker puts those of the kernel between two symbols. */
const refusedSections: ReadonlySet<string> = new Set(['.kprobes.text', '.noinstr.text', '.entry.text']);
const refusedStretches = ['__kprobes_text', '__noinstr_text', '__entry_text'] as const;

async function isRefusedStretch(image: Image, { symbol, offset }: SymbolPlace): Promise<boolean> {
  const address = image.addressOf(symbol) + offset;
  for (const name of refusedStretches) {
    const [start] = await image.symbols(`${name}_start`);
    const [end] = await image.symbols(`${name}_end`);
    if (start === undefined || end === undefined) continue;
    if (address >= image.addressOf(start) && address < image.addressOf(end)) return true;
  }
  return false;
}
