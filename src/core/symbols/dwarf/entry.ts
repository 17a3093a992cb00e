import { type Cursor, cursorAt, uleb } from '../cursor.ts';
import type { Abbreviation } from './abbreviations.ts';
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

/** Where the entry behind this one and all below it begins; always further on than `at`. */
export function skipEntry(unit: EntryBytes, at: number): number {
  const cursor = cursorAt(unit.bytes, at);
  const abbreviation = unit.abbreviations.get(uleb(cursor));
  if (abbreviation === undefined) return unit.bytes.length;
  const sibling = siblingOf(unit, abbreviation, cursor.at);
  if (sibling > at && sibling <= unit.bytes.length) return sibling;
  const end = skipAttributes(unit.bytes, cursor.at, abbreviation.steps);
  return abbreviation.hasChildren ? skipChildren(unit, end) : end;
}

/** Where a list of children that starts at `from` ends, behind its closing null. */
function skipChildren(unit: EntryBytes, from: number): number {
  const { bytes, abbreviations } = unit;
  const cursor = cursorAt(bytes, from);
  for (let depth = 1; depth > 0 && cursor.at < bytes.length;) {
    const start = cursor.at;
    const code = uleb(cursor);
    if (code === 0) {
      depth--;
      continue;
    }
    const abbreviation = abbreviations.get(code);
    if (abbreviation === undefined) return bytes.length;
    const sibling = siblingOf(unit, abbreviation, cursor.at);
    if (sibling > start && sibling <= bytes.length) {
      cursor.at = sibling;
      continue;
    }
    cursor.at = skipAttributes(bytes, cursor.at, abbreviation.steps);
    if (abbreviation.hasChildren) depth++;
  }
  return cursor.at;
}

/** What DW_AT_sibling says, or 0. */
function siblingOf(unit: EntryBytes, { toSibling, siblingForm }: Abbreviation, at: number): number {
  if (toSibling === undefined || siblingForm === undefined) return 0;
  return readForm(cursorAt(unit.bytes, skipAttributes(unit.bytes, at, toSibling)), siblingForm, 0, unit.offsetSize);
}

function skipAttributes(bytes: Uint8Array, from: number, steps: readonly number[]): number {
  let at = from;
  for (let index = 0; index < steps.length; index++) at = skipStep(bytes, at, steps[index] ?? 0);
  return at;
}
