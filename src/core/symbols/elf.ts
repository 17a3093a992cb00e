import type { ByteSource, Unpack } from '../ports.ts';
import type { Outcome } from '../problem.ts';
import { type Callee, calleeOf, callSizes, endsInCall, longestCall } from './call-before.ts';
import { type DebugLinks, hex, readDebugLinks } from './debug-links.ts';
import { type DebugFile, openDebugFile } from './dwarf/debug-file.ts';
import { baseOf, type ElfLayout, packedAs, placeOf, readElfLayout, sectionType, textAt, viewOf } from './elf-layout.ts';
import type { Missing } from './lazy-bytes.ts';
import { canRelocate, relocationsOf } from './relocations.ts';
import { openSection, type SectionContext, type SectionFault } from './section-bytes.ts';
import { type ImageSymbol, readSymbolTable, type SymbolTable } from './symbol-table.ts';

/**
 * A vmlinux or a module file. Opening it reads its section table (some 5 KB); each question reads what it needs,
 * the symbols once. The file's sections were checked against its length, so later reads find what they expect.
 */
export interface Image {
  readonly file: string;
  readonly type: ElfLayout['type'];
  readonly machine: string;
  /** DWARF is in the file itself, or in the one that was joined to it. */
  readonly hasDebugInfo: boolean;
  /** All symbols of that name, with the sizes a trace prints. */
  symbols(name: string): Promise<readonly ImageSymbol[]>;
  /** The function symbols around an address (see `addressOf`), and how far behind their start it is. */
  symbolsAround(address: number): Promise<readonly SymbolPlace[]>;
  /** 40 lower-case hex digits, or fewer where the linker was told so. */
  buildId(): Promise<string | undefined>;
  /** `Linux version 6.1.0-56-amd64 (...) #1 SMP ...` of a vmlinux; absent from split debug files. */
  linuxBanner(): Promise<string | undefined>;
  /** A module's own account of itself: `name`, `vermagic`, `srcversion`, ...; empty for a vmlinux. */
  moduleInfo(): Promise<ReadonlyMap<string, string>>;
  /** Other files with debug info for this one. */
  links(): Promise<DebugLinks>;
  /** Where a byte stands, as its debug info counts, see `baseOf`. */
  addressOf(place: ImagePlace): number;
  /** What the instruction before a return address calls, where that is known without running it, see `calleeOf`. */
  callBefore(place: ImagePlace): Promise<Callee | undefined>;
  /** Whether the instruction before it is a call, direct or not; undefined when the file doesn't tell. */
  isCallBefore(place: ImagePlace): Promise<boolean | undefined>;
  /**
   * What its debug info is read with; undefined without any, or why it can't be read. Read as a part of another file's,
   * it notes what it misses there.
   */
  debugFile(missing?: Missing): Promise<DebugFile | SectionFault | undefined>;
}

/** A byte of an image. */
export interface ImagePlace {
  /** Index in the section table. */
  readonly section: number;
  readonly offset: number;
}

/** A byte of a function: as kallsyms and kprobes name it. */
export interface SymbolPlace {
  readonly symbol: ImageSymbol;
  /** From the symbol's start, in bytes. */
  readonly offset: number;
  /** The name of its section: `.text`, in a module also `.text.unlikely`. */
  readonly section: string;
}

/** What lies around an image and is asked for when it is needed. */
export interface ImageSurroundings {
  /** Absent: packed sections can't be read. */
  readonly unpack?: Unpack;
  /** The file that holds what several share, see `DebugLinks`. */
  readonly shared?: (link: NonNullable<DebugLinks['shared']>) => Promise<Image | undefined>;
}

/** Opens an image, packed ones too, or says why the file is none: not ELF, 32-bit, big-endian, truncated. */
export async function openImage(
  file: string,
  source: ByteSource,
  surroundings: ImageSurroundings = {},
): Promise<Outcome<Image>> {
  const unreadable = (detail: string): Outcome<Image> => ({ problems: [{ kind: 'vmlinux-unreadable', file, detail }] });
  const packing = packedAs(await source.read(0, 6));
  if (packing !== undefined && surroundings.unpack === undefined) return unreadable(`packed with ${packing}`);
  const packed = packing && { kind: packing, source, position: 0, length: source.size };
  const plain = (packed && (await surroundings.unpack?.(packed))) ?? source;
  if ('fault' in plain) return unreadable(plain.fault);
  const layout = await readElfLayout(plain);
  return 'fault' in layout
    ? unreadable(layout.fault)
    : { value: imageOf(file, plain, layout, surroundings), problems: [] };
}

/** A stripped image with the file that its debug info was moved to: both are of one build. */
export function joinImages(stripped: Image, debug: Image): Image {
  return {
    ...debug,
    buildId: () => stripped.buildId(),
    linuxBanner: () => stripped.linuxBanner(),
    moduleInfo: () => stripped.moduleInfo(),
    callBefore: (place) => stripped.callBefore(place),
    isCallBefore: (place) => stripped.isCallBefore(place),
  };
}

function imageOf(file: string, source: ByteSource, layout: ElfLayout, surroundings: ImageSurroundings): Image {
  const table = once(() => readSymbolTable(source, layout));
  const symbols = async (name: string): Promise<readonly ImageSymbol[]> => (await table()).named(name);
  const links = once(() => readDebugLinks(source, layout));
  const ownDebugFile = once(() => readDebugFile({ source, layout, table, links }, surroundings, { loads: [] }));
  return {
    file,
    type: layout.type,
    machine: layout.machine,
    hasDebugInfo: layout.sections.some(
      (section) => isDebugInfo(section.name) && section.type !== sectionType.noBits && section.size > 0,
    ),
    symbols,
    async symbolsAround(address) {
      const place = placeOf(layout, address);
      const found = place === undefined ? [] : (await table()).around(place.section, place.offset);
      const section = layout.sections[place?.section ?? 0]?.name ?? '';
      return found.map((symbol) => ({ symbol, offset: (place?.offset ?? 0) - symbol.offset, section }));
    },
    buildId: once(() => readBuildId(source, layout)),
    linuxBanner: once(async () => readBanner(source, layout, (await symbols('linux_banner'))[0])),
    moduleInfo: once(() => readModuleInfo(source, layout)),
    links,
    addressOf: ({ section, offset }) => baseOf(layout, section) + offset,
    isCallBefore: async ({ section, offset }) => {
      const home = layout.sections[section];
      if (home === undefined || home.type === sectionType.noBits || offset > home.size) return undefined;
      const length = Math.min(longestCall, offset);
      return endsInCall(layout, await source.read(home.position + offset - length, length));
    },
    callBefore: (place) => readCallBefore({ source, layout, table, links }, place),
    debugFile: (missing) =>
      missing === undefined ? ownDebugFile() : readDebugFile({ source, layout, table, links }, surroundings, missing),
  };
}

interface ImageParts {
  readonly source: ByteSource;
  readonly layout: ElfLayout;
  readonly table: () => Promise<SymbolTable>;
  readonly links: () => Promise<DebugLinks>;
}

async function readCallBefore({ source, layout, table }: ImageParts, place: ImagePlace): Promise<Callee | undefined> {
  const size = callSizes[layout.machine];
  const section = layout.sections[place.section];
  if (size === undefined || section === undefined || section.type === sectionType.noBits) return undefined;
  if (place.offset < size || place.offset > section.size) return undefined;
  const bytes = await source.read(section.position + place.offset - size, size);
  const relocations = layout.sections.find(
    ({ type, info }) => type === sectionType.relocations && info === place.section,
  );
  const returnAddress = baseOf(layout, place.section) + place.offset;
  if (layout.type !== 'relocatable' || relocations === undefined) return calleeOf(layout, bytes, returnAddress);
  const [found] = await relocationsOf(source, relocations).between(place.offset - 4, place.offset);
  if (found === undefined) return calleeOf(layout, bytes, returnAddress);
  const symbols = await table();
  const target = { address: symbols.addressOf(found.symbol), name: symbols.nameOf(found.symbol) };
  return calleeOf(layout, bytes, returnAddress, { ...found, ...target });
}

async function readDebugFile(
  { source, layout, table, links }: ImageParts,
  { unpack, shared }: ImageSurroundings,
  missing: Missing,
): Promise<DebugFile | SectionFault | undefined> {
  if (layout.type === 'relocatable' && !canRelocate(layout.machine))
    return { fault: `modules of ${layout.machine} are not read` };
  const context: SectionContext = {
    source,
    layout,
    unpack,
    symbolAddress: async (index) => (await table()).addressOf(index),
  };
  const openShared = async (): Promise<DebugFile | undefined> => {
    const link = (await links()).shared;
    const image = link === undefined ? undefined : await shared?.(link);
    const opened = await image?.debugFile(missing);
    return opened === undefined || 'fault' in opened ? undefined : opened;
  };
  return openDebugFile((name) => openSection(name, context), missing, openShared);
}

const isDebugInfo = (name: string): boolean => name === '.debug_info' || name === '.zdebug_info';

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= read());
}

/** The GNU note of type 3 (NT_GNU_BUILD_ID), in whichever note section the linker script put it. */
async function readBuildId(source: ByteSource, layout: ElfLayout): Promise<string | undefined> {
  for (const section of layout.sections) {
    if (section.type !== sectionType.note || section.size > 64 * 1024) continue;
    const id = buildIdIn(await source.read(section.position, section.size));
    if (id !== undefined) return id;
  }
  return undefined;
}

function buildIdIn(notes: Uint8Array): string | undefined {
  const view = viewOf(notes);
  for (let at = 0; at + 12 <= notes.length;) {
    const nameSize = view.getUint32(at, true);
    const dataSize = view.getUint32(at + 4, true);
    const dataAt = at + 12 + align4(nameSize);
    if (
      view.getUint32(at + 8, true) === 3 &&
      nameSize === 4 &&
      textAt(notes, at + 12) === 'GNU' &&
      dataAt + dataSize <= notes.length
    ) {
      return hex(notes.subarray(dataAt, dataAt + dataSize));
    }
    at = dataAt + align4(dataSize);
  }
  return undefined;
}

const align4 = (size: number): number => Math.ceil(size / 4) * 4;

async function readBanner(
  source: ByteSource,
  layout: ElfLayout,
  symbol: ImageSymbol | undefined,
): Promise<string | undefined> {
  const section = symbol === undefined ? undefined : layout.sections[symbol.section];
  if (symbol === undefined || section === undefined || section.type === sectionType.noBits) return undefined;
  const text = textAt(await source.read(section.position + symbol.offset, Math.min(symbol.size, 1024)), 0).trimEnd();
  return text.startsWith('Linux version ') ? text : undefined;
}

async function readModuleInfo(source: ByteSource, layout: ElfLayout): Promise<ReadonlyMap<string, string>> {
  const info = new Map<string, string>();
  const section = layout.sections.find((candidate) => candidate.name === '.modinfo');
  if (section === undefined || section.type === sectionType.noBits || section.size > 1024 * 1024) return info;
  const bytes = await source.read(section.position, section.size);
  for (let at = 0; at < bytes.length;) {
    const entry = textAt(bytes, at);
    const equals = entry.indexOf('=');
    if (equals > 0 && !info.has(entry.slice(0, equals))) info.set(entry.slice(0, equals), entry.slice(equals + 1));
    at += entry.length + 1;
  }
  return info;
}
