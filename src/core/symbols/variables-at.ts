import { cursorAt, uleb } from './cursor.ts';
import { attribute, tag } from './dwarf/constants.ts';
import type { DebugFile } from './dwarf/debug-file.ts';
import { type Entry, readEntry, skipBody } from './dwarf/entry.ts';
import { readForm } from './dwarf/forms.ts';
import { nameOf } from './dwarf/names.ts';
import { contains, rangesOf } from './dwarf/ranges.ts';
import { readUnit, type Unit } from './dwarf/unit.ts';
import { settled } from './lazy-bytes.ts';
import type { FunctionCopy } from './line-places.ts';
import { openLocations, registerAt } from './register-at.ts';

/** A variable that a register holds at some address. */
export interface HeldVariable {
  readonly name: string;
  readonly isParameter: boolean;
  /** DWARF's number. */
  readonly register: number;
  /** The struct that it points at: `sk_buff`. */
  readonly pointsAt?: string;
}

/** Parameters and local variables of one copy of a function that registers hold at an address; those elsewhere are left out. */
export async function variablesAt(
  file: DebugFile,
  { inner }: FunctionCopy,
  address: number,
): Promise<readonly HeldVariable[]> {
  const unit = inner && (await readUnit(file, inner.unit));
  if (inner === undefined || unit === undefined) return [];
  const locations = await openLocations(file);
  return settled(file.missing, () => {
    const found = new Map<string, HeldVariable>();
    for (const { at, isParameter } of declarations(file, unit, inner.at, address)) {
      const entry = readEntry(unit, at);
      const location = locationOf(unit, at);
      const register = location && registerAt(file, unit, location, locations, address);
      const name = register === undefined ? undefined : nameOf(file, unit, entry);
      if (name === undefined || register === undefined) continue;
      const pointsAt = structBehind(file, unit, at);
      // One of an inner block hides those outside it.
      found.set(name, { name, isParameter, register, ...(pointsAt === undefined ? {} : { pointsAt }) });
    }
    return [...found.values()];
  });
}

/** The entries of variables that live at the address, also those in blocks. */
function* declarations(
  file: DebugFile,
  unit: Unit,
  from: number,
  address: number,
): Generator<{ readonly at: number; readonly isParameter: boolean }> {
  const { bytes, abbreviations } = unit;
  const cursor = cursorAt(bytes, from);
  for (let depth = 0; cursor.at < bytes.length;) {
    const at = cursor.at;
    const code = uleb(cursor);
    if (code === 0) {
      if (depth-- === 0) return;
      continue;
    }
    const abbreviation = abbreviations.get(code);
    const kind = abbreviation?.tag;
    const block = kind === tag.lexicalBlock ? readEntry(unit, at) : undefined;
    if (block?.hasChildren === true && isAround(file, unit, block, address)) {
      cursor.at = block.end;
      depth++;
      continue;
    }
    skipBody(cursor, unit, abbreviation, at);
    if (kind === tag.formalParameter || kind === tag.variable) yield { at, isParameter: kind === tag.formalParameter };
  }
}

function isAround(file: DebugFile, unit: Unit, block: Entry, address: number): boolean {
  const ranges = rangesOf(file, unit, block);
  return ranges === undefined || contains(ranges, address);
}

/** The form and value of DW_AT_location. */
function locationOf(unit: Unit, at: number): { readonly form: number; readonly value: number } | undefined {
  const cursor = cursorAt(unit.bytes, at);
  const abbreviation = unit.abbreviations.get(uleb(cursor));
  for (const [index, name] of (abbreviation?.names ?? []).entries()) {
    const form = abbreviation?.forms[index] ?? 0;
    const value = readForm(cursor, form, abbreviation?.implicits[index] ?? 0, unit.offsetSize);
    if (name === attribute.location) return { form, value };
  }
  return undefined;
}

/** Types are looked for in the unit itself, where compilers put them. */
const mostHops = 8;

function structBehind(file: DebugFile, unit: Unit, at: number): string | undefined {
  let pointers = 0;
  let next: number | undefined = at;
  for (let hop = 0; next !== undefined && next < unit.bytes.length && hop < mostHops; hop++) {
    const entry = readEntry(unit, next, [attribute.type]);
    if (entry.tag === tag.structureType) return pointers === 1 ? nameOf(file, unit, entry) : undefined;
    if (entry.tag === tag.pointerType) pointers++;
    const isPassed = hop === 0 || passedTags.has(entry.tag);
    next = isPassed ? (entry.others?.get(attribute.type) ?? originIn(entry)) : undefined;
  }
  return undefined;
}

/** A copy's variable says what it is a copy of, and that one has the type. */
const originIn = ({ origin }: Entry): number | undefined => (origin.form === 0 ? undefined : origin.value);

const passedTags: ReadonlySet<number> = new Set([
  tag.pointerType,
  tag.constType,
  tag.volatileType,
  tag.formalParameter,
  tag.variable,
]);
