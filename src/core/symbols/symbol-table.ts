import type { ByteSource } from '../ports.ts';
import { u32At } from './cursor.ts';
import { baseOf, type ElfLayout, type ElfSection, sectionType, textAt } from './elf-layout.ts';

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
  /** Those of functions that begin last at or before a byte of a section: several where a place has more than one name. */
  around(section: number, offset: number): readonly ImageSymbol[];
  /** The address of the symbol with that index in .symtab (see `baseOf`), as relocations ask for it. */
  addressOf(index: number): number;
  /** Its name; '' for one without. */
  nameOf(index: number): string;
}

/** Reads .symtab and its names: about 6 MB of a distribution's vmlinux. A file without one gives an empty table. */
export async function readSymbolTable(source: ByteSource, layout: ElfLayout): Promise<SymbolTable> {
  const symtab = layout.sections.find((section) => section.type === sectionType.symbols);
  const strtab = symtab === undefined ? undefined : layout.sections[symtab.link];
  if (symtab === undefined || strtab === undefined)
    return { named: () => [], around: () => [], addressOf: () => 0, nameOf: () => '' };
  const entries = wordsOf(await source.read(symtab.position, symtab.size - (symtab.size % entrySize)));
  const names = await source.read(strtab.position, strtab.size);
  return tableOf(layout, entries, names);
}

const entrySize = 24;

/**
 * The words of Elf64_Sym, six to an entry: name; info, other and section; value; size. A kernel has 130,000 entries, so
 * they stay as they are in the file; signed, as only those are small integers to the machine.
 */
type Words = Int32Array;
const entryWords = 6;

/** Little-endian bytes as words, on whatever machine this runs. */
function wordsOf(bytes: Uint8Array): Words {
  if (isLittleEndian && bytes.byteOffset % 4 === 0)
    return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  return Int32Array.from({ length: bytes.length >> 2 }, (_, index) => u32At(bytes, index * 4));
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

const isFunction = (entries: Words, at: number): boolean => ((entries[at + 1] ?? 0) & 15) === 2;

const sectionAt = (entries: Words, at: number): number => (entries[at + 1] ?? 0) >>> 16;

function tableOf(layout: ElfLayout, entries: Words, names: Uint8Array): SymbolTable {
  const known = new Map<string, readonly ImageSymbol[]>();
  const index = indexSymbols(layout, entries, names);
  return {
    named(name) {
      const found = known.get(name) ?? find(name);
      known.set(name, found);
      return found;
    },
    around(section, offset) {
      const home = layout.sections[section];
      return home === undefined
        ? []
        : beginningBefore(section, home.addressLow + offset, home.addressLow).map(symbolAt);
    },
    addressOf(number) {
      const at = number * entryWords;
      if (at >= entries.length) return 0;
      return (
        baseOf(layout, sectionAt(entries, at)) +
        ((entries[at + 3] ?? 0) & 0x1f_ffff) * 2 ** 32 +
        ((entries[at + 2] ?? 0) >>> 0)
      );
    },
    nameOf: (number) => textAt(names, entries[number * entryWords] ?? 0),
  };

  function find(name: string): readonly ImageSymbol[] {
    const alike = [...chained(index.byName, hashText(name) & (slots - 1))];
    return alike.filter((at) => textAt(names, entries[at] ?? 0) === name).map(symbolAt);
  }

  /** Sections are smaller than 4 GB, so the low words of the addresses tell. */
  function beginningBefore(section: number, low: number, first: number): readonly number[] {
    for (let page = low - (low % pageSize); page > first - pageSize; page -= pageSize) {
      let best = -1;
      let found: number[] = [];
      for (const at of chained(index.byPage, pageOf(page))) {
        const start = (entries[at + 2] ?? 0) >>> 0;
        if (start > low || start < best || start < page || sectionAt(entries, at) !== section) continue;
        if (!isFunction(entries, at)) continue;
        if (start > best) found = [];
        best = start;
        found.push(at);
      }
      if (found.length > 0) return found;
    }
    return [];
  }

  function symbolAt(at: number): ImageSymbol {
    const section = sectionAt(entries, at);
    const home = layout.sections[section];
    const offset = home === undefined ? 0 : offsetIn(home, entries, at);
    const size = home === undefined ? 0 : distanceToNext(at, section, home.size - offset);
    return { name: textAt(names, entries[at] ?? 0), section, offset, size };
  }

  /**
   * Bytes to the first later symbol that doesn't lie inside this one (scripts/faddr2line: a distance below the ELF size
   * is skipped). Sections are smaller than 4 GB, so the low words of the addresses tell.
   */
  function distanceToNext(symbol: number, section: number, most: number): number {
    const start = (entries[symbol + 2] ?? 0) >>> 0;
    const least = Math.max((entries[symbol + 4] ?? 0) >>> 0, 1);
    let nearest = most;
    const consider = (at: number): void => {
      const distance = ((entries[at + 2] ?? 0) - start) >>> 0;
      if (distance >= least && distance < nearest && sectionAt(entries, at) === section && isPlace(entries, at, names))
        nearest = distance;
    };
    let passed = least - (least % pageSize);
    for (let pages = 0; passed <= nearest && pages < nearPages; passed += pageSize, pages++)
      for (const at of chained(index.byPage, pageOf(start + passed))) consider(at);
    // Great gaps are rare, and what a broken file says of its sizes knows no bounds.
    if (passed <= nearest) for (let at = entryWords; at < entries.length; at += entryWords) consider(at);
    return nearest;
  }
}

/** Entries in chains: those whose keys are alike, in the file's order. */
interface Chains {
  /** By key: the number of the first entry plus one. */
  readonly first: Int32Array;
  /** By the number of an entry: that of the next one plus one. */
  readonly next: Int32Array;
}

interface SymbolIndex {
  readonly byName: Chains;
  readonly byPage: Chains;
}

/** Files symbols of places under their name's hash and their address. One loop without calls: it runs 130,000 times, once. */
function indexSymbols(layout: ElfLayout, entries: Words, names: Uint8Array): SymbolIndex {
  const count = Math.floor(entries.length / entryWords);
  const chains = (): Chains => ({ first: new Int32Array(slots), next: new Int32Array(count) });
  const [byName, byPage] = [chains(), chains()];
  const { first: firstNamed, next: nextNamed } = byName;
  const { first: firstNear, next: nextNear } = byPage;
  const sections = layout.sections.length;
  for (let number = count - 1; number > 0; number--) {
    const at = number * entryWords;
    const section = sectionAt(entries, at);
    if (section === 0 || section >= sections || !isPlace(entries, at, names)) continue;
    const nameAt = entries[at] ?? 0;
    let hash = hashStart;
    for (let index = nameAt; index < nameAt + hashed; index++) {
      const byte = names[index] ?? 0;
      if (byte === 0) break;
      hash = Math.imul(hash ^ byte, hashFactor);
    }
    const key = hash & (slots - 1);
    nextNamed[number] = firstNamed[key] ?? 0;
    firstNamed[key] = number + 1;
    const page = pageOf(entries[at + 2] ?? 0);
    nextNear[number] = firstNear[page] ?? 0;
    firstNear[page] = number + 1;
  }
  return { byName, byPage };
}

/** Where the entries under a key begin in the words. */
function* chained({ first, next }: Chains, key: number): Generator<number> {
  for (let link = first[key] ?? 0; link !== 0; link = next[link - 1] ?? 0) yield (link - 1) * entryWords;
}

const pageSize = 4096;
/** So many pages are looked through one by one. */
const nearPages = 64;
const pageOf = (low: number): number => (low >>> 12) & (slots - 1);

/** A power of two, of the order of a kernel's symbols. */
const slots = 1 << 17;

/** The value of a relocatable file's symbol is an offset already: its sections stand at address 0. */
const offsetIn = (section: ElfSection, entries: Words, at: number): number =>
  (((entries[at + 3] ?? 0) >>> 0) - section.addressHigh) * 2 ** 32 +
  (((entries[at + 2] ?? 0) >>> 0) - section.addressLow);

/** Not a section's, a file's, a compiler label's or a mapping symbol's name (scripts/mksysmap, is_mapping_symbol). */
function isPlace(entries: Words, at: number, names: Uint8Array): boolean {
  const type = (entries[at + 1] ?? 0) & 15;
  const nameAt = entries[at] ?? 0;
  const first = names[nameAt] ?? 0;
  const second = names[nameAt + 1] ?? 0;
  if (type === 3 || type === 4 || first === 0 || first === 36 /* $ */) return false;
  return !(first === 46 && second === 76) && !(first === 76 && second === 48); /* .L and L0 */
}

/** FNV-1a, of a name's first bytes: they tell nearly all names apart, and the rest of 130,000 names needn't be read. */
const hashed = 12;
const hashStart = 0x811c9dc5 | 0;
const hashFactor = 0x01000193;

function hashText(text: string): number {
  let hash = hashStart;
  for (let index = 0; index < text.length && index < hashed; index++)
    hash = Math.imul(hash ^ (text.charCodeAt(index) & 0xff), hashFactor);
  return hash;
}
