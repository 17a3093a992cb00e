import { type Cursor, cursorAt, uleb } from '../cursor.ts';
import { type Abbreviation, pass } from './abbreviations.ts';
import { attribute } from './constants.ts';
import { readForm, skipForm, skipStep } from './forms.ts';
import type { Unit } from './unit.ts';

/** An attribute's value and the form that says what it means; form 0 stands for an absent attribute. */
export interface Attributed {
  readonly form: number;
  readonly value: number;
}

/** The attributes of an entry that addresses, names and lines are found with. */
export interface Entry {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Behind the attributes: where the first child, or else the next entry, begins. */
  readonly end: number;
  readonly name: Attributed;
  readonly directory: Attributed;
  readonly lowPc: Attributed;
  readonly highPc: Attributed;
  readonly ranges: Attributed;
  /** DW_AT_abstract_origin or DW_AT_specification. */
  readonly origin: Attributed;
  readonly callFile: number;
  readonly callLine: number;
  /** Further attributes that were asked for. */
  readonly others?: ReadonlyMap<number, number>;
}

type EntryBytes = Pick<Unit, 'bytes' | 'abbreviations' | 'offsetSize'>;

const absent: Attributed = { form: 0, value: 0 };

/** Reads the entry at an offset from the unit's header. One without a declaration has tag 0 and ends with the unit. */
export function readEntry(unit: EntryBytes, at: number, alsoWanted?: readonly number[]): Entry {
  const cursor = cursorAt(unit.bytes, at);
  const abbreviation = unit.abbreviations.get(uleb(cursor));
  const entry = {
    tag: abbreviation?.tag ?? 0,
    hasChildren: abbreviation?.hasChildren ?? false,
    end: unit.bytes.length,
    name: absent,
    directory: absent,
    lowPc: absent,
    highPc: absent,
    ranges: absent,
    origin: absent,
    callFile: 0,
    callLine: 0,
  };
  if (abbreviation === undefined) return entry;
  const others = alsoWanted === undefined ? undefined : new Map<number, number>();
  readAttributes(cursor, abbreviation, unit.offsetSize, entry, others);
  entry.end = cursor.at;
  return others === undefined ? entry : { ...entry, others };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function readAttributes(
  cursor: Cursor,
  { names, forms, implicits }: Abbreviation,
  offsetSize: Unit['offsetSize'],
  entry: Writable<Entry>,
  others: Map<number, number> | undefined,
): void {
  for (let index = 0; index < names.length; index++) {
    const which = forms[index] ?? 0;
    const name = names[index] ?? 0;
    const slot = slots[name];
    if (slot === undefined && others === undefined) {
      skipForm(cursor, which, offsetSize);
      continue;
    }
    const value = readForm(cursor, which, implicits[index] ?? 0, offsetSize);
    if (slot === 'callFile' || slot === 'callLine') entry[slot] = value;
    else if (slot !== undefined) entry[slot] = { form: which, value };
    else others?.set(name, value);
  }
}

const slots: readonly (keyof Omit<Entry, 'tag' | 'hasChildren' | 'end' | 'others'> | undefined)[] = (() => {
  const table: (keyof Omit<Entry, 'tag' | 'hasChildren' | 'end' | 'others'> | undefined)[] = [];
  table[attribute.name] = 'name';
  table[attribute.compilationDirectory] = 'directory';
  table[attribute.lowPc] = 'lowPc';
  table[attribute.highPc] = 'highPc';
  table[attribute.ranges] = 'ranges';
  table[attribute.abstractOrigin] = 'origin';
  table[attribute.specification] = 'origin';
  table[attribute.callFile] = 'callFile';
  table[attribute.callLine] = 'callLine';
  return table;
})();

/**
 * Where the first entry begins, from one at `from` on, that can't be passed in one step. Units have thousands of entries,
 * and nearly all of them end here: nothing but small integers, and no calls.
 */
export function passOver(bytes: Uint8Array, passes: Int32Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    let code = bytes[at] ?? 0;
    let behind = at + 1;
    if (code > 127) {
      const next = bytes[behind++] ?? 0;
      if (next > 127) break;
      code = (code & 127) | (next << 7);
    }
    const by = passes[code] ?? pass.look;
    if (by >= 0) at = behind + by;
    else if (by > pass.sibling) break;
    else {
      behind += pass.sibling - by;
      const sibling =
        (bytes[behind] ?? 0) |
        ((bytes[behind + 1] ?? 0) << 8) |
        ((bytes[behind + 2] ?? 0) << 16) |
        ((bytes[behind + 3] ?? 0) << 24);
      if (sibling <= at || sibling > bytes.length) break;
      at = sibling;
    }
  }
  return at;
}

/** Moves a cursor that stands behind the code of an entry, which began at `start`, behind it and all below it. */
export function skipBody(
  cursor: Cursor,
  unit: EntryBytes,
  abbreviation: Abbreviation | undefined,
  start: number,
): void {
  const { bytes, abbreviations } = unit;
  if (!skipOne(cursor, unit, abbreviation, start)) return;
  for (let depth = 1; depth > 0;) {
    cursor.at = passOver(bytes, abbreviations.passes, cursor.at);
    if (cursor.at >= bytes.length) return;
    const from = cursor.at;
    const code = uleb(cursor);
    if (code === 0) depth--;
    else if (skipOne(cursor, unit, abbreviations.get(code), from)) depth++;
  }
}

/** Skips an entry, with what is below it if it says where that ends; whether children follow. */
function skipOne(cursor: Cursor, unit: EntryBytes, abbreviation: Abbreviation | undefined, start: number): boolean {
  if (abbreviation === undefined) {
    // An entry that isn't declared has no known length.
    cursor.at = unit.bytes.length;
    return false;
  }
  if (abbreviation.fixedSize >= 0) cursor.at += abbreviation.fixedSize;
  else if (toSibling(cursor, unit, abbreviation, start)) return false;
  else skipAttributes(cursor, abbreviation.steps);
  return abbreviation.hasChildren;
}

/** Goes where DW_AT_sibling says, unless that is backwards or outside. */
function toSibling(cursor: Cursor, unit: EntryBytes, abbreviation: Abbreviation, start: number): boolean {
  if (abbreviation.toSibling === undefined) return false;
  const { at } = cursor;
  skipAttributes(cursor, abbreviation.toSibling);
  const sibling = readForm(cursor, abbreviation.siblingForm ?? 0, 0, unit.offsetSize);
  const isFurther = sibling > start && sibling <= unit.bytes.length;
  cursor.at = isFurther ? sibling : at;
  return isFurther;
}

/** Moves a cursor over attributes that are skipped by these steps, see `stepOf`. */
export function skipAttributes(cursor: Cursor, steps: readonly number[]): void {
  let { at } = cursor;
  for (let index = 0; index < steps.length; index++) at = skipStep(cursor.bytes, at, steps[index] ?? 0);
  cursor.at = at;
}
