import { cursorAt, u16, u32, u64, u8, uleb } from '../cursor.ts';
import type { SectionBytes } from '../section-bytes.ts';
import { type Abbreviation, type AbbreviationTable, readAbbreviations } from './abbreviations.ts';
import { attribute } from './constants.ts';
import type { DebugFile } from './debug-file.ts';
import { type Attributed, readEntry } from './entry.ts';
import type { OffsetSize } from './forms.ts';
import type { FunctionEntry } from './functions.ts';

/** Where a unit's parts are (DWARF 5, 7.5.1). */
export interface UnitHeader {
  /** Of the header in .debug_info. */
  readonly offset: number;
  /** Bytes with the header. */
  readonly size: number;
  readonly version: number;
  readonly offsetSize: OffsetSize;
  readonly abbreviationsAt: number;
  /** Of the first entry, from the header. */
  readonly rootAt: number;
}

/** What one compiler run, or one dwz, left: a tree of entries, flattened. */
export interface Unit extends UnitHeader {
  readonly bytes: Uint8Array;
  readonly abbreviations: AbbreviationTable;
  /** Attributes of the first entry that others are read with. */
  readonly root: UnitRoot;
  /** Functions with code found so far, and where to go on looking for more. */
  readonly functions: FunctionEntry[];
  searchedTo: number;
}

export interface UnitRoot {
  readonly name: Attributed;
  readonly directory: Attributed;
  readonly lowPc: Attributed;
  readonly highPc: Attributed;
  readonly ranges: Attributed;
  /** Of the line table; undefined without one. */
  readonly statementList: number | undefined;
  readonly addrBase: number;
  readonly stringOffsetsBase: number;
  readonly rangeListsBase: number;
  /** The entries are in a .dwo file; this is only its stand-in. */
  readonly isSplit: boolean;
  readonly childrenAt: number;
}

/** No unit of a kernel comes near this many bytes; a broken length does. */
const largestUnit = 256 * 1024 * 1024;

/** Reads a unit's header; undefined when none of this kind begins there. */
export async function readUnitHeader(info: SectionBytes, offset: number): Promise<UnitHeader | undefined> {
  const cursor = cursorAt(await info.read(offset, 32));
  let length = u32(cursor);
  const offsetSize: OffsetSize = length === 0xffff_ffff ? 8 : 4;
  if (offsetSize === 8) length = u64(cursor);
  const size = length + cursor.at;
  const version = u16(cursor);
  if (length === 0 || offset + size > info.size) return undefined;
  if (version < 2 || version > 5) return { offset, size, version, offsetSize, abbreviationsAt: 0, rootAt: size };
  const type = version < 5 ? compileUnit : u8(cursor);
  if (version >= 5) cursor.at++;
  const abbreviationsAt = offsetSize === 8 ? u64(cursor) : u32(cursor);
  if (version < 5) cursor.at++;
  if (type === skeletonUnit || type === splitCompileUnit) cursor.at += 8;
  return { offset, size, version, offsetSize, abbreviationsAt, rootAt: cursor.at };
}

/** DW_UT_compile, _skeleton, _split_compile. */
const compileUnit = 1;
const skeletonUnit = 4;
const splitCompileUnit = 5;

/** Reads a unit whole; undefined where there is none that can be read. */
export async function readUnit(file: DebugFile, offset: number): Promise<Unit | undefined> {
  const known = file.units.get(offset);
  if (known !== undefined) return known;
  const header = await readUnitHeader(file.info, offset);
  if (header === undefined || header.size > largestUnit) return undefined;
  const bytes = await file.info.read(offset, header.size);
  const abbreviations = await tableAt(file, header);
  if (abbreviations === undefined) return undefined;
  const unit = unitOf(header, bytes, abbreviations);
  if (unit !== undefined) file.units.set(offset, unit);
  return unit;
}

/** Only as much of a unit as its first entry takes; its functions can't be asked for. */
export async function readUnitRoot(file: DebugFile, header: UnitHeader): Promise<Unit | undefined> {
  for (let length = 256; ; length *= 8) {
    const bytes = await file.info.read(header.offset, Math.min(length, header.size));
    const code = uleb(cursorAt(bytes, header.rootAt));
    const abbreviations = file.abbreviationTables.get(header.abbreviationsAt) ?? (await tableWith(file, header, code));
    const unit = abbreviations && unitOf(header, bytes, abbreviations);
    if (unit === undefined || unit.root.childrenAt <= bytes.length || bytes.length >= header.size) return unit;
  }
}

function unitOf(header: UnitHeader, bytes: Uint8Array, abbreviations: AbbreviationTable): Unit | undefined {
  const code = uleb(cursorAt(bytes, header.rootAt));
  const abbreviation = abbreviations.get(code);
  if (abbreviation === undefined) return undefined;
  const root = readRoot({ ...header, bytes, abbreviations }, abbreviation);
  return { ...header, bytes, abbreviations, root, functions: [], searchedTo: root.childrenAt };
}

function readRoot(
  unit: UnitHeader & Pick<Unit, 'bytes' | 'abbreviations'>,
  { names, hasChildren }: Abbreviation,
): UnitRoot {
  const entry = readEntry(unit, unit.rootAt, names);
  const other = (name: number): number | undefined => entry.others?.get(name);
  return {
    name: entry.name,
    directory: entry.directory,
    lowPc: entry.lowPc,
    highPc: entry.highPc,
    ranges: entry.ranges,
    statementList: other(attribute.statementList),
    addrBase: other(attribute.addrBase) ?? other(attribute.gnuAddrBase) ?? 8,
    stringOffsetsBase: other(attribute.strOffsetsBase) ?? 8,
    rangeListsBase: other(attribute.rnglistsBase) ?? 12,
    isSplit: names.includes(attribute.dwoName) || names.includes(attribute.gnuDwoName),
    childrenAt: hasChildren ? entry.end : unit.size,
  };
}

async function tableAt(file: DebugFile, header: UnitHeader): Promise<AbbreviationTable | undefined> {
  const known = file.abbreviationTables.get(header.abbreviationsAt);
  if (known !== undefined) return known;
  const table = await readTable(file, header, 8192, (bytes) => readAbbreviations(bytes, header.offsetSize));
  if (table !== undefined) file.abbreviationTables.set(header.abbreviationsAt, table);
  return table;
}

/** A table that may know no other declaration than this one. */
const tableWith = (file: DebugFile, header: UnitHeader, code: number): Promise<AbbreviationTable | undefined> =>
  readTable(file, header, 256, (bytes) => readAbbreviations(bytes, header.offsetSize, code));

async function readTable(
  { abbreviations }: DebugFile,
  { abbreviationsAt }: UnitHeader,
  first: number,
  read: (bytes: Uint8Array) => AbbreviationTable | undefined,
): Promise<AbbreviationTable | undefined> {
  for (let length = first; ; length *= 4) {
    const bytes = await abbreviations.read(abbreviationsAt, length);
    const table = read(bytes);
    if (table !== undefined || bytes.length < length) return table;
  }
}
