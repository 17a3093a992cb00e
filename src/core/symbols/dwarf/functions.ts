import { type Cursor, cursorAt, u64, uleb } from '../cursor.ts';
import type { Abbreviation } from './abbreviations.ts';
import { tag } from './constants.ts';
import type { DebugFile } from './debug-file.ts';
import { type Entry, passOver, readEntry, skipAttributes, skipBody } from './entry.ts';
import { readForm } from './forms.ts';
import { contains, type Ranges, rangesOf } from './ranges.ts';
import type { Unit } from './unit.ts';

/** A function with code of its own. */
export interface FunctionEntry {
  /** Where its entry begins, from the unit's header. */
  readonly at: number;
  readonly ranges: Ranges;
}

/**
 * The function whose code holds an address. Entries are looked through in order and only once; found functions are kept.
 * Asks the file, see `settled`.
 */
export function functionAt(file: DebugFile, unit: Unit, address: number): FunctionEntry | undefined {
  for (const known of unit.functions) if (contains(known.ranges, address)) return known;
  for (;;) {
    const found = nextFunction(file, unit);
    if (found === undefined || contains(found.ranges, address)) return found;
  }
}

/** Goes on to the next function with code, and keeps it; undefined behind the last, or when something is missing. */
export function nextFunction(file: DebugFile, unit: Unit): FunctionEntry | undefined {
  const { bytes, abbreviations } = unit;
  const cursor = cursorAt(bytes, unit.searchedTo);
  for (;;) {
    const at = passOver(bytes, abbreviations.passes, cursor.at);
    cursor.at = at;
    if (at >= bytes.length) break;
    const code = uleb(cursor);
    // The end of a namespace, or padding.
    if (code === 0) continue;
    const abbreviation = abbreviations.get(code);
    if (abbreviation?.isCode === true) {
      const bodyAt = cursor.at;
      const ranges = stretchOf(cursor, abbreviation) ?? rangesOf(file, unit, readEntry(unit, at)) ?? [];
      if (file.missing.loads.length > 0) return undefined;
      const found = { at, ranges };
      unit.functions.push(found);
      cursor.at = bodyAt;
      skipBody(cursor, unit, abbreviation, at);
      unit.searchedTo = cursor.at;
      return found;
    }
    if (abbreviation?.tag === tag.namespace) cursor.at = readEntry(unit, at).end;
    else skipBody(cursor, unit, abbreviation, at);
  }
  unit.searchedTo = bytes.length;
  return undefined;
}

/** Most functions are one stretch, and most are only looked at to see that they are not the one. */
function stretchOf(cursor: Cursor, { stretch }: Abbreviation): Ranges | undefined {
  if (stretch === undefined) return undefined;
  skipAttributes(cursor, stretch.toLowPc);
  const low = u64(cursor);
  return [low, low + readForm(cursor, stretch.distance, 0, 4)];
}

/**
 * The functions that were inlined around an address of a function, outermost first. Blocks without addresses of their
 * own are looked into: gcc nests inlined functions in them. Asks the file, see `settled`.
 */
export function inlinedAt(file: DebugFile, unit: Unit, owner: FunctionEntry, address: number): readonly Entry[] {
  const chain: Entry[] = [];
  const entry = readEntry(unit, owner.at);
  if (!entry.hasChildren) return chain;
  const { bytes, abbreviations } = unit;
  const cursor = cursorAt(bytes, entry.end);
  for (let depth = 0; ;) {
    const at = passOver(bytes, abbreviations.passes, cursor.at);
    cursor.at = at;
    if (at >= bytes.length) break;
    const code = uleb(cursor);
    if (code === 0) {
      if (depth === 0) break;
      depth--;
      continue;
    }
    const abbreviation = abbreviations.get(code);
    const kind = abbreviation?.tag;
    if (kind !== tag.inlinedSubroutine && kind !== tag.lexicalBlock) {
      skipBody(cursor, unit, abbreviation, at);
      continue;
    }
    const behindCode = cursor.at;
    const stretch = abbreviation === undefined ? undefined : stretchOf(cursor, abbreviation);
    if (stretch !== undefined && !contains(stretch, address)) {
      cursor.at = behindCode;
      skipBody(cursor, unit, abbreviation, at);
      continue;
    }
    const inner = readEntry(unit, at);
    const ranges = rangesOf(file, unit, inner);
    const isHere = ranges !== undefined && contains(ranges, address);
    if (isHere && kind === tag.inlinedSubroutine) chain.push(inner);
    if (isHere && !inner.hasChildren) break;
    if (isHere) depth = 0;
    else if (ranges === undefined && kind === tag.lexicalBlock && inner.hasChildren) depth++;
    if (isHere || (ranges === undefined && kind === tag.lexicalBlock)) cursor.at = inner.end;
    else {
      cursor.at = behindCode;
      skipBody(cursor, unit, abbreviation, at);
    }
  }
  return chain;
}
