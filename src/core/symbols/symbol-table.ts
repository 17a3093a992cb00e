import type { ByteSource } from '../ports.ts';
import { baseOf, type ElfLayout, type ElfSection, readOffset, sectionType, textAt, viewOf } from './elf-layout.ts';

/** A symbol of an image. */
export interface ImageSymbol {
  readonly name: string;
  /** Index in the section table. */
  readonly section: number;
  /** From the section's start, in bytes. */
  readonly offset: number;
  /** What kallsyms and scripts/faddr2line take as its size: up to the next symbol of the section, padding included. */
  readonly size: number;
}

/** The symbols of one file, read once. */
export interface SymbolTable {
  /** All symbols of that name; static functions may share one. */
  named(name: string): readonly ImageSymbol[];
  /** The address of the symbol with that index in .symtab (see `baseOf`), as relocations ask for it. */
  addressOf(index: number): number;
}

/** Reads .symtab and its names: about 6 MB of a distribution's vmlinux. A file without one gives an empty table. */
export async function readSymbolTable(source: ByteSource, layout: ElfLayout): Promise<SymbolTable> {
  const symtab = layout.sections.find((section) => section.type === sectionType.symbols);
  const strtab = symtab === undefined ? undefined : layout.sections[symtab.link];
  if (symtab === undefined || strtab === undefined) return { named: () => [], addressOf: () => 0 };
  const entries = viewOf(await source.read(symtab.position, symtab.size));
  const names = await source.read(strtab.position, strtab.size);
  return {
    ...tableOf(layout, parseEntries(layout.sections, entries, names), names),
    addressOf(index) {
      const at = index * 24;
      if (at + 24 > entries.byteLength) return 0;
      return baseOf(layout, entries.getUint16(at + 6, true)) + readOffset(entries, at + 8);
    },
  };
}

/** Columns, not objects: a kernel has 130,000 symbols. */
interface Entries {
  readonly count: number;
  readonly nameAt: Uint32Array;
  readonly nameHash: Uint32Array;
  readonly section: Uint16Array;
  readonly offset: Float64Array;
  readonly elfSize: Float64Array;
}

function parseEntries(sections: readonly ElfSection[], view: DataView, names: Uint8Array): Entries {
  const most = Math.floor(view.byteLength / 24);
  const entries = {
    nameAt: new Uint32Array(most),
    nameHash: new Uint32Array(most),
    section: new Uint16Array(most),
    offset: new Float64Array(most),
    elfSize: new Float64Array(most),
  };
  let count = 0;
  for (let at = 0; at + 24 <= view.byteLength; at += 24) {
    const nameAt = view.getUint32(at, true);
    const section = view.getUint16(at + 6, true);
    const home = sections[section];
    if (home === undefined || section === 0 || !namesPlace(view.getUint8(at + 4) & 15, names, nameAt)) continue;
    entries.nameAt[count] = nameAt;
    entries.nameHash[count] = hashBytes(names, nameAt);
    entries.section[count] = section;
    entries.offset[count] = offsetIn(home, view, at + 8);
    entries.elfSize[count] = view.getUint32(at + 20, true) * 2 ** 32 + view.getUint32(at + 16, true);
    count++;
  }
  return { count, ...entries };
}

/** The value of a relocatable file's symbol is an offset already: its sections stand at address 0. */
const offsetIn = (section: ElfSection, view: DataView, at: number): number =>
  (view.getUint32(at + 4, true) - section.addressHigh) * 2 ** 32 + (view.getUint32(at, true) - section.addressLow);

/** Not a section's, a file's, a compiler label's or a mapping symbol's name (scripts/mksysmap, is_mapping_symbol). */
function namesPlace(type: number, names: Uint8Array, at: number): boolean {
  const first = names[at] ?? 0;
  const second = names[at + 1];
  if (type === 3 || type === 4 || first === 0 || first === 36 /* $ */) return false;
  return !(first === 46 && second === 76) && !(first === 76 && second === 48); /* .L and L0 */
}

function tableOf(layout: ElfLayout, entries: Entries, names: Uint8Array): Pick<SymbolTable, 'named'> {
  const sorted = new Map<number, Float64Array>();
  const offsetsOf = (section: number): Float64Array => {
    const known = sorted.get(section) ?? sortedOffsets(entries, section);
    sorted.set(section, known);
    return known;
  };
  return {
    named(name) {
      const found: ImageSymbol[] = [];
      const hash = hashText(name);
      for (let index = 0; index < entries.count; index++) {
        if (entries.nameHash[index] !== hash || textAt(names, entries.nameAt[index] ?? 0) !== name) continue;
        const section = entries.section[index] ?? 0;
        const offset = entries.offset[index] ?? 0;
        const end =
          endOf(offsetsOf(section), offset, entries.elfSize[index] ?? 0) ?? layout.sections[section]?.size ?? offset;
        found.push({ name, section, offset, size: end - offset });
      }
      return found;
    },
  };
}

function sortedOffsets(entries: Entries, section: number): Float64Array {
  const offsets: number[] = [];
  for (let index = 0; index < entries.count; index++) {
    if (entries.section[index] === section) offsets.push(entries.offset[index] ?? 0);
  }
  return Float64Array.from(offsets).sort();
}

/** The first later symbol that doesn't lie inside this one (scripts/faddr2line: a distance below the ELF size is skipped). */
function endOf(sorted: Float64Array, offset: number, elfSize: number): number | undefined {
  const least = Math.max(offset + elfSize, offset + 1);
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}

/** FNV-1a. */
function hashBytes(bytes: Uint8Array, at: number): number {
  let hash = 0x811c9dc5;
  for (let index = at; index < bytes.length && bytes[index] !== 0; index++)
    hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  return hash >>> 0;
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ (text.charCodeAt(index) & 0xff), 0x01000193);
  return hash >>> 0;
}
