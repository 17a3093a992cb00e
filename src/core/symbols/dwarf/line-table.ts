import { type Cursor, cursorAt, skipText, u16, u32, u64, u8, uleb } from '../cursor.ts';
import { form } from './constants.ts';
import type { DebugFile } from './debug-file.ts';
import type { Attributed } from './entry.ts';
import { type OffsetSize, readForm, skipStep, stepOf } from './forms.ts';
import { textOf } from './names.ts';
import type { Unit } from './unit.ts';

/** The header of a unit's line program (DWARF 5, 6.2.4) and the program itself. */
export interface LineTable {
  readonly bytes: Uint8Array;
  readonly version: number;
  readonly offsetSize: OffsetSize;
  /** Where the program begins in the bytes; it ends with them. */
  readonly programAt: number;
  readonly instructionLength: number;
  readonly startsAsStatement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** How many LEB128 operands each standard opcode has, by opcode. */
  readonly operandCounts: readonly number[];
  /** Both counted as the program does: from 0 in DWARF 5; before it, directory 0 is the unit's and files start at 1. */
  readonly directories: FileNames;
  readonly files: FileNames;
}

/** A list of names that are taken apart when they are asked for: units have hundreds, and a trace shows a few. */
export interface FileNames {
  readonly count: number;
  get(index: number): FileName | undefined;
}

interface FileName extends Attributed {
  readonly directory: number;
}

/** Programs are some 15 KB; a broken length must not be believed. */
const largestProgram = 64 * 1024 * 1024;

/** Reads a unit's line table once; undefined when it has none that can be read. */
export async function readLineTable(file: DebugFile, unit: Unit): Promise<LineTable | undefined> {
  const at = unit.root.statementList;
  if (at === undefined || file.lines === undefined) return undefined;
  if (!file.lineTables.has(at)) {
    const bytes = await readProgram(file, at);
    file.lineTables.set(at, bytes === undefined ? undefined : parseTable(bytes, unit));
  }
  return file.lineTables.get(at);
}

async function readProgram({ lines }: DebugFile, at: number): Promise<Uint8Array | undefined> {
  const head = cursorAt((await lines?.read(at, 16)) ?? new Uint8Array());
  let length = u32(head);
  if (length === 0xffff_ffff) length = u64(head);
  const size = length + head.at;
  return lines === undefined || at + size > lines.size || size > largestProgram ? undefined : lines.read(at, size);
}

function parseTable(bytes: Uint8Array, unit: Unit): LineTable | undefined {
  const cursor = cursorAt(bytes);
  const offsetSize: OffsetSize = u32(cursor) === 0xffff_ffff ? 8 : 4;
  if (offsetSize === 8) cursor.at += 8;
  const version = u16(cursor);
  if (version < 2 || version > 5) return undefined;
  if (version >= 5) cursor.at += 2;
  const headerLength = offsetSize === 8 ? u64(cursor) : u32(cursor);
  const programAt = cursor.at + headerLength;
  const instructionLength = u8(cursor);
  if (version >= 4) cursor.at++;
  const startsAsStatement = u8(cursor) !== 0;
  const lineBase = (u8(cursor) << 24) >> 24;
  const lineRange = u8(cursor);
  const opcodeBase = u8(cursor);
  const operandCounts = [0];
  for (let opcode = 1; opcode < opcodeBase; opcode++) operandCounts.push(u8(cursor));
  const [directories, files] =
    version >= 5
      ? [readNames(cursor, offsetSize), readNames(cursor, offsetSize)]
      : [readOldNames(cursor, unit.root.directory, false), readOldNames(cursor, unit.root.name, true)];
  const numbers = { version, offsetSize, programAt, instructionLength, startsAsStatement };
  return { bytes, ...numbers, lineBase, lineRange, opcodeBase, operandCounts, directories, files };
}

/** DW_LNCT_path and _directory_index. */
const pathContent = 1;
const directoryContent = 2;

function readNames(cursor: Cursor, offsetSize: OffsetSize): FileNames {
  const { bytes } = cursor;
  const formats: (readonly [content: number, which: number])[] = [];
  for (let left = u8(cursor); left > 0; left--) formats.push([uleb(cursor), uleb(cursor)]);
  const steps = formats.map(([, which]) => stepOf(which, offsetSize));
  const starts: number[] = [];
  for (let left = uleb(cursor); left > 0 && cursor.at < bytes.length; left--) {
    const start = cursor.at;
    starts.push(start);
    for (const step of steps) cursor.at = skipStep(bytes, cursor.at, step);
    if (cursor.at === start) break;
  }
  return {
    count: starts.length,
    get(index) {
      const start = starts[index];
      return start === undefined ? undefined : nameAt(cursorAt(bytes, start), formats, offsetSize);
    },
  };
}

function nameAt(
  cursor: Cursor,
  formats: readonly (readonly [content: number, which: number])[],
  offsetSize: OffsetSize,
): FileName {
  let name: FileName = { form: 0, value: 0, directory: 0 };
  for (const [content, which] of formats) {
    const value = readForm(cursor, which, 0, offsetSize);
    if (content === directoryContent) name = { ...name, directory: value };
    else if (content === pathContent) name = { ...name, form: which, value };
  }
  return name;
}

/** Before DWARF 5: texts one after another, an empty one at the end; number 0 is the unit's own. */
function readOldNames(cursor: Cursor, own: Attributed, areFiles: boolean): FileNames {
  const names: FileName[] = [{ ...own, directory: 0 }];
  for (let at = cursor.at; (cursor.bytes[at] ?? 0) !== 0; at = cursor.at) {
    skipText(cursor);
    names.push({ form: form.string, value: at, directory: areFiles ? uleb(cursor) : 0 });
    if (!areFiles) continue;
    // When it was changed, and its size.
    uleb(cursor);
    uleb(cursor);
  }
  cursor.at++;
  return { count: names.length, get: (index) => names[index] };
}

/** The path of a file by its number, as far as the table tells it; '' for one it doesn't have. Asks the file, see `settled`. */
export function filePath(file: DebugFile, unit: Unit, table: LineTable, index: number): string {
  const entry = table.files.get(index);
  if (entry === undefined) return '';
  // Texts of the old form lie in the table itself; those of file and directory 0, in the unit.
  const text = (name: FileName, isOwn: boolean): string =>
    textOf(file, isOwn ? { ...unit, bytes: table.bytes } : unit, name);
  const isNew = table.version >= 5;
  const name = text(entry, isNew || index > 0);
  if (name.startsWith('/')) return name;
  const folder = table.directories.get(entry.directory);
  const path = folder === undefined ? '' : text(folder, isNew || entry.directory > 0);
  const first = table.directories.get(0);
  const needsBase = entry.directory !== 0 && !path.startsWith('/') && first !== undefined;
  const base = needsBase ? text(first, isNew) : '';
  return [base, path, name].filter((part) => part !== '').join('/');
}
