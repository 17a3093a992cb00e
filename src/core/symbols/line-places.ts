import type { DebugFile } from './dwarf/debug-file.ts';
import { readEntry } from './dwarf/entry.ts';
import { functionAt, inlinedAt } from './dwarf/functions.ts';
import { nameOf } from './dwarf/names.ts';
import type { Unit } from './dwarf/unit.ts';
import { statementRows } from './dwarf/statement-rows.ts';
import { settled } from './lazy-bytes.ts';
import { type UnitOfFile, unitsOfFile } from './units-by-name.ts';

/** An instruction at which a statement of a source line begins. */
export interface LinePlace {
  /** From 1. */
  readonly line: number;
  /** See `baseOf`. */
  readonly address: number;
  /** Innermost first; the last one has code of its own, the others are inlined in it. */
  readonly functions: readonly FunctionCopy[];
  /** Another line's statement begins at the same instruction. */
  readonly isShared: boolean;
}

/** A function, or one of the copies that were inlined. */
export interface FunctionCopy {
  readonly name: string;
  /** Alike for all places in one copy. */
  readonly id: string;
  /** Offset of its unit, and where the entries below its own begin there; absent where it has none. */
  readonly inner?: { readonly unit: number; readonly at: number };
}

/**
 * Where the code of some lines of a file begins (both ends included), in all copies: the function's own code, split-off
 * parts and every place it was inlined. In the order of addresses within a unit; each line once at an address.
 *
 * @param path as in the tree: `net/ipv4/tcp_ipv4.c`
 * @param hints addresses that may be in code of that file: with a good one its unit is found without looking through all
 */
export async function placesOfLines(
  file: DebugFile,
  path: string,
  first: number,
  last: number,
  hints: readonly number[] = [],
): Promise<readonly LinePlace[]> {
  const places: LinePlace[] = [];
  for (const found of await unitsOfFile(file, path, hints)) {
    for (const { line, address, isShared } of rowsOf(found, first, last)) {
      const functions = await functionsAround(file, found.unit, address);
      if (functions.length > 0) places.push({ line, address, functions, isShared });
    }
  }
  return places;
}

interface Row {
  readonly line: number;
  readonly address: number;
  readonly isShared: boolean;
}

function rowsOf({ table, files }: UnitOfFile, first: number, last: number): readonly Row[] {
  const linesAt = new Map<number, Set<number>>();
  const wanted = new Set<number>();
  for (const { address, file, line } of statementRows(table)) {
    const isWanted = files.has(file) && line >= first && line <= last;
    // Lines that are not wanted count as others, whichever file they are of.
    const key = isWanted ? line : -line;
    const lines = linesAt.get(address);
    if (lines === undefined) linesAt.set(address, new Set([key]));
    else lines.add(key);
    if (isWanted) wanted.add(address);
  }
  const rows: Row[] = [];
  for (const address of [...wanted].sort((a, b) => a - b)) {
    const lines = linesAt.get(address) ?? new Set();
    for (const line of lines) if (line > 0) rows.push({ line, address, isShared: lines.size > 1 });
  }
  return rows;
}

/** Empty where no function is: code that the linker threw away. */
async function functionsAround(file: DebugFile, unit: Unit, address: number): Promise<readonly FunctionCopy[]> {
  const owner = await settled(file.missing, () => functionAt(file, unit, address));
  if (owner === undefined) return [];
  const inlined = await settled(file.missing, () => inlinedAt(file, unit, owner, address));
  const around = [...inlined.toReversed(), readEntry(unit, owner.at)];
  return settled(file.missing, () =>
    // Where an entry's attributes end tells it from others as well as where it begins.
    around.map((entry) => ({
      name: nameOf(file, unit, entry) ?? '',
      id: `${unit.offset}:${entry.end}`,
      ...(entry.hasChildren ? { inner: { unit: unit.offset, at: entry.end } } : {}),
    })),
  );
}
