import type { ByteSource } from '../ports.ts';
import { u32At, u64At } from './cursor.ts';
import type { ElfLayout, ElfSection } from './elf-layout.ts';

/** How many bytes a relocation writes: its symbol's address plus the addend. None of the others stand in debug info. */
const absoluteSizes: Readonly<Record<string, Readonly<Record<number, 4 | 8>>>> = {
  /** R_X86_64_64, _32, _32S. */
  x86_64: { 1: 8, 10: 4, 11: 4 },
  /** R_AARCH64_ABS64, _ABS32. */
  aarch64: { 257: 8, 258: 4 },
  /** R_PPC64_ADDR64, _ADDR32. */
  ppc64le: { 38: 8, 1: 4 },
};

/** Whether modules of that machine can be read: their debug info holds nothing but absolute relocations. */
export const canRelocate = (machine: string): boolean => machine in absoluteSizes;

/** One entry of a .rela section. */
export interface Relocation {
  /** In the section that it changes. */
  readonly at: number;
  readonly type: number;
  /** Index in the symbol table. */
  readonly symbol: number;
  readonly addend: number;
}

/** The relocations of one section of a module, read where they are needed. */
export interface Relocations {
  /** Those that change bytes from `start` to `end`, in order. */
  between(start: number, end: number): Promise<readonly Relocation[]>;
}

const entrySize = 24;
/** Entries in one read while the first one is searched for. */
const pageEntries = 256;

/**
 * Assemblers write relocations in the order of what they change, so the first is found by bisection in some reads. A
 * section in which they are not is noticed and read whole.
 */
export function relocationsOf(source: ByteSource, section: ElfSection): Relocations {
  const count = Math.floor(section.size / entrySize);
  const pages = new Map<number, Uint8Array>();
  let sorted: Promise<readonly Relocation[]> | undefined;
  const positionAt = async (index: number): Promise<number> => {
    const page = Math.floor(index / pageEntries);
    let bytes = pages.get(page);
    if (bytes === undefined) {
      bytes = await readEntries(source, section, page * pageEntries, Math.min(pageEntries, count - page * pageEntries));
      pages.set(page, bytes);
    }
    return u64At(bytes, (index % pageEntries) * entrySize);
  };
  const firstFrom = async (position: number): Promise<number> => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((await positionAt(middle)) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const sortAll = async (): Promise<readonly Relocation[]> =>
    parseEntries(await readEntries(source, section, 0, count)).sort((a, b) => a.at - b.at);
  return {
    async between(start, end) {
      if (sorted === undefined) {
        const [first, last] = [await firstFrom(start), await firstFrom(end)];
        const found = parseEntries(await readEntries(source, section, first, Math.max(0, last - first)));
        if (found.every(({ at }, index) => at >= start && at < end && at >= (found[index - 1]?.at ?? 0))) return found;
        sorted = sortAll();
      }
      return (await sorted).filter(({ at }) => at >= start && at < end);
    },
  };
}

/** Writes what the relocations say into bytes that stand at `offset` of their section. */
export function relocate(
  bytes: Uint8Array,
  offset: number,
  relocations: readonly Relocation[],
  { machine }: Pick<ElfLayout, 'machine'>,
  addressOf: (symbol: number) => number,
): void {
  const sizes = absoluteSizes[machine] ?? {};
  for (const { at, type, symbol, addend } of relocations) {
    const size = sizes[type];
    const to = at - offset;
    if (size === undefined || to < 0 || to + size > bytes.length) continue;
    const value = addressOf(symbol) + addend;
    writeU32(bytes, to, value >>> 0);
    if (size === 8) writeU32(bytes, to + 4, Math.floor(value / 2 ** 32) & 0x1f_ffff);
  }
}

const readEntries = (source: ByteSource, section: ElfSection, first: number, count: number): Promise<Uint8Array> =>
  source.read(section.position + first * entrySize, count * entrySize);

function parseEntries(bytes: Uint8Array): Relocation[] {
  const found: Relocation[] = [];
  for (let at = 0; at + entrySize <= bytes.length; at += entrySize) {
    found.push({
      at: u64At(bytes, at),
      type: u32At(bytes, at + 8),
      symbol: u32At(bytes, at + 12),
      addend: (u32At(bytes, at + 20) | 0) * 2 ** 32 + u32At(bytes, at + 16),
    });
  }
  return found;
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
