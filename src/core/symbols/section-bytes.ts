import type { ByteSource, Unpack } from '../ports.ts';
import { u32At, u64At } from './cursor.ts';
import { type ElfLayout, type ElfSection, sectionFlag, sectionType } from './elf-layout.ts';
import { relocate, relocationsOf } from './relocations.ts';

/** A section's content as a linker would leave it: unpacked, and in a module relocated. */
export interface SectionBytes {
  readonly size: number;
  /** Fewer bytes than asked for only at the end. The caller owns the array. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Why a section can't be read, in a few words. */
export interface SectionFault {
  readonly fault: string;
}

export interface SectionContext {
  readonly source: ByteSource;
  readonly layout: ElfLayout;
  /** Absent: packed sections can't be read. */
  readonly unpack?: Unpack | undefined;
  /** The address of the symbol with that index, for relocations. */
  readonly symbolAddress: (index: number) => Promise<number>;
}

/** Opens the section of that name; undefined when there is none, or when the file holds no bytes of it. */
export async function openSection(
  name: string,
  context: SectionContext,
): Promise<SectionBytes | SectionFault | undefined> {
  const { layout, source } = context;
  const index = layout.sections.findIndex((section) => section.name === name || section.name === oldPackedName(name));
  const section = layout.sections[index];
  if (section === undefined || section.type === sectionType.noBits || section.size === 0) return undefined;
  const plain = await plainBytes(section, context);
  if ('fault' in plain) return plain;
  const table = layout.sections.find(({ type, info }) => type === sectionType.relocations && info === index);
  if (layout.type !== 'relocatable' || table === undefined) return plain;
  const relocations = relocationsOf(source, table);
  return {
    size: plain.size,
    async read(offset, length) {
      const bytes = await plain.read(offset, length);
      // A value may begin before the bytes that were asked for: those are never asked for in the middle of one.
      const changes = await relocations.between(offset, offset + bytes.length);
      const symbols = new Map<number, number>();
      for (const { symbol } of changes) {
        if (!symbols.has(symbol)) symbols.set(symbol, await context.symbolAddress(symbol));
      }
      relocate(bytes, offset, changes, layout, (symbol) => symbols.get(symbol) ?? 0);
      return bytes;
    },
  };
}

/** Old linkers packed `.debug_info` into `.zdebug_info`. */
const oldPackedName = (name: string): string => (name.startsWith('.debug_') ? `.z${name.slice(1)}` : name);

async function plainBytes(
  section: ElfSection,
  { source, unpack }: SectionContext,
): Promise<SectionBytes | SectionFault> {
  const packing = await packingOf(section, source);
  if (packing === undefined) return within(source, section.position, section.size);
  if ('fault' in packing) return packing;
  if (unpack === undefined) return { fault: `${section.name} is packed with ${packing.kind}` };
  const { kind, header, size } = packing;
  const unpacked = await unpack({
    kind,
    source,
    position: section.position + header,
    length: section.size - header,
    size,
  });
  return 'fault' in unpacked
    ? { fault: `${section.name}: ${unpacked.fault}` }
    : within(unpacked, 0, Math.min(size, unpacked.size));
}

interface Packing {
  readonly kind: 'zlib' | 'zstd';
  /** Bytes before the packed ones. */
  readonly header: number;
  /** Bytes when unpacked. */
  readonly size: number;
}

/** Elf64_Chdr of SHF_COMPRESSED sections, and `ZLIB` with a big-endian size of the older form. */
async function packingOf(section: ElfSection, source: ByteSource): Promise<Packing | SectionFault | undefined> {
  const old = section.name.startsWith('.zdebug_');
  if (!old && (section.flags & sectionFlag.compressed) === 0) return undefined;
  const head = await source.read(section.position, Math.min(24, section.size));
  if (old) {
    const isZlib = u32At(head, 0) === 0x42494c5a; /* ZLIB */
    const size = new DataView(head.buffer, head.byteOffset, head.length);
    if (!isZlib || head.length < 12) return { fault: `${section.name} is packed in an unknown way` };
    return { kind: 'zlib', header: 12, size: size.getUint32(8) + size.getUint32(4) * 2 ** 32 };
  }
  const kind = packings[u32At(head, 0)];
  if (kind === undefined) return { fault: `${section.name} is packed in an unknown way (${u32At(head, 0)})` };
  return { kind, header: 24, size: u64At(head, 8) };
}

/** ELFCOMPRESS_*. */
const packings: Readonly<Record<number, Packing['kind']>> = { 1: 'zlib', 2: 'zstd' };

function within(source: ByteSource, position: number, size: number): SectionBytes {
  return {
    size,
    read: (offset, length) => {
      const start = Math.min(offset, size);
      return source.read(position + start, Math.min(length, size - start));
    },
  };
}
