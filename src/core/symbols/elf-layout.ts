import type { ByteSource } from '../ports.ts';
import { u16At, u32At } from './cursor.ts';

/** One entry of the section table. `address` is kept as two halves: kernel addresses don't fit a double. */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  /** SHF_*. */
  readonly flags: number;
  readonly addressHigh: number;
  readonly addressLow: number;
  /** In the file. */
  readonly position: number;
  readonly size: number;
  readonly link: number;
  /** For relocations: the index of the section they belong to. */
  readonly info: number;
}

export const sectionType = { symbols: 2, relocations: 4, note: 7, noBits: 8 } as const;
export const sectionFlag = { allocated: 2, compressed: 0x800 } as const;

/** The parts of an ELF file that say where everything else is. */
export interface ElfLayout {
  readonly type: 'relocatable' | 'executable' | 'shared' | 'other';
  /** As uname -m says it (`x86_64`, `aarch64`), else `machine-N` with the number of e_machine. */
  readonly machine: string;
  readonly sections: readonly ElfSection[];
}

/**
 * Reads the header and the section table of a little-endian ELF64 file (elf(5)); a file of another kind gives
 * what is wrong with it in a few words.
 */
export async function readElfLayout(source: ByteSource): Promise<ElfLayout | { readonly fault: string }> {
  const header = viewOf(await source.read(0, 64));
  const fault = headerFault(header);
  if (fault !== undefined) return { fault };
  const tableAt = readOffset(header, 40);
  const entrySize = header.getUint16(58, true);
  if (entrySize !== 64 || tableAt === 0 || tableAt + 64 > source.size) return { fault: 'truncated: no section table' };
  const first = viewOf(await source.read(tableAt, 64));
  // Both counts live in the first entry when they don't fit the header (elf(5), e_shnum and e_shstrndx).
  const count = header.getUint16(60, true) || readOffset(first, 32);
  const namesIndex = header.getUint16(62, true) === 0xffff ? first.getUint32(40, true) : header.getUint16(62, true);
  if (count > 1_000_000 || tableAt + count * 64 > source.size)
    return { fault: 'truncated: the section table ends behind the file' };
  const table = viewOf(await source.read(tableAt, count * 64));
  const names = await readNames(source, table, namesIndex, count);
  const sections: ElfSection[] = [];
  for (let index = 0; index < count; index++) sections.push(sectionAt(table, index * 64, names));
  const cut = sections.find(
    (section) => section.type !== sectionType.noBits && section.position + section.size > source.size,
  );
  if (cut !== undefined) return { fault: `truncated: section ${cut.name} ends behind the file` };
  return {
    type: fileTypes[header.getUint16(16, true)] ?? 'other',
    machine: machineName(header.getUint16(18, true)),
    sections,
  };
}

/**
 * Where a section stands, as a number of 53 bits (see cursor.ts). The sections of a module have no address yet: each
 * that will be loaded gets 64 GB of its own here, and all others, debug info among them, start at 0.
 */
export function baseOf({ type, sections }: ElfLayout, index: number): number {
  const section = sections[index];
  if (section === undefined) return 0;
  if (type !== 'relocatable') return (section.addressHigh & 0x1f_ffff) * 2 ** 32 + section.addressLow;
  return (section.flags & sectionFlag.allocated) === 0 ? 0 : index * 2 ** 36;
}

/** The section and offset of an address that `baseOf` counts; undefined where nothing is loaded. */
export function placeOf(
  layout: ElfLayout,
  address: number,
): { readonly section: number; readonly offset: number } | undefined {
  const section = layout.sections.findIndex(({ flags, size }, index) => {
    const offset = address - baseOf(layout, index);
    return (flags & sectionFlag.allocated) !== 0 && offset >= 0 && offset < size;
  });
  return section < 0 ? undefined : { section, offset: address - baseOf(layout, section) };
}

/** Latin-1 text up to the first zero byte. */
export function textAt(bytes: Uint8Array, at: number): string {
  let end = at;
  while (end < bytes.length && bytes[end] !== 0) end++;
  let text = '';
  for (let start = at; start < end; start += 4096)
    text += String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 4096)));
  return text;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A 64-bit file offset or size; beyond 2^53 it is past the end of any file anyway. */
export const readOffset = (view: DataView, at: number): number =>
  view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);

function headerFault(header: DataView): string | undefined {
  if (header.byteLength < 4) return 'empty';
  if (header.getUint32(0) !== 0x7f454c46) return 'not an ELF file';
  if (header.byteLength < 64) return 'truncated: no ELF header';
  if (header.getUint8(4) !== 2) return '32-bit ELF, which is not read yet';
  return header.getUint8(5) === 1 ? undefined : 'big-endian ELF, which is not read yet';
}

/** How modules are packed on disk, by the first bytes of the file. */
export function packedAs(bytes: Uint8Array): 'xz' | 'zstd' | 'gzip' | undefined {
  const magic = u32At(bytes, 0);
  if (magic === 0x587a37fd) return 'xz';
  if (magic === 0xfd2fb528) return 'zstd';
  return u16At(bytes, 0) === 0x8b1f ? 'gzip' : undefined;
}

async function readNames(source: ByteSource, table: DataView, index: number, count: number): Promise<Uint8Array> {
  if (index >= count) return new Uint8Array();
  const position = readOffset(table, index * 64 + 24);
  const size = readOffset(table, index * 64 + 32);
  return position + size > source.size || size > 64 * 1024 * 1024
    ? new Uint8Array()
    : await source.read(position, size);
}

function sectionAt(table: DataView, at: number, names: Uint8Array): ElfSection {
  return {
    name: textAt(names, table.getUint32(at, true)),
    type: table.getUint32(at + 4, true),
    flags: table.getUint32(at + 8, true),
    addressLow: table.getUint32(at + 16, true),
    addressHigh: table.getUint32(at + 20, true),
    position: readOffset(table, at + 24),
    size: readOffset(table, at + 32),
    link: table.getUint32(at + 40, true),
    info: table.getUint32(at + 44, true),
  };
}

const fileTypes: Readonly<Record<number, ElfLayout['type']>> = { 1: 'relocatable', 2: 'executable', 3: 'shared' };

const machines: Readonly<Record<number, string>> = {
  62: 'x86_64',
  183: 'aarch64',
  243: 'riscv64',
  258: 'loongarch64',
  21: 'ppc64le',
};
const machineName = (machine: number): string => machines[machine] ?? `machine-${machine}`;
