import { settled } from './lazy-bytes.ts';
import type { DebugFile } from './dwarf/debug-file.ts';
import { type Entry, readEntry } from './dwarf/entry.ts';
import { type FunctionEntry, functionAt, inlinedAt } from './dwarf/functions.ts';
import { linesAt } from './dwarf/line-program.ts';
import { filePath, type LineTable, readLineTable } from './dwarf/line-table.ts';
import { nameOf } from './dwarf/names.ts';
import type { Unit } from './dwarf/unit.ts';
import { unitHolding } from './dwarf/units.ts';

/** One level of an inline chain, as the compiler recorded it. */
export interface DebugLocation {
  /** Undefined where no function is described: assembly, thunks. */
  readonly function: string | undefined;
  /** The path as recorded, its parts joined and nothing folded; '' when the line table has none for the address. */
  readonly file: string;
  /** From 1; 0 where the compiler gave none. */
  readonly line: number;
}

/** Why an address has no location although there is debug info for it. */
export type DebugFault = 'split';

export interface DebugAnswer {
  /** Innermost first; empty when nothing is known. */
  readonly chain: readonly DebugLocation[];
  readonly fault?: DebugFault;
}

/** The lines of addresses (see `baseOf`), one answer for each, in order. Each unit's line program is run once. */
export async function locate(file: DebugFile, addresses: readonly number[]): Promise<readonly DebugAnswer[]> {
  const groups = new Map<Unit, number[]>();
  const answers: DebugAnswer[] = addresses.map(() => ({ chain: [] }));
  for (const [index, address] of addresses.entries()) {
    const unit = await unitHolding(file, address);
    if (unit === undefined) continue;
    if (unit.root.isSplit) answers[index] = { chain: [], fault: 'split' };
    else groups.set(unit, [...(groups.get(unit) ?? []), index]);
  }
  for (const [unit, indices] of groups) {
    const wanted = indices.map((index) => addresses[index] ?? 0);
    const table = await readLineTable(file, unit);
    const lines = table === undefined ? [] : linesAt(table, wanted);
    for (const [order, index] of indices.entries()) {
      const address = wanted[order] ?? 0;
      // In three steps, as each is done again when something was missing.
      const owner = await settled(file.missing, () => functionAt(file, unit, address));
      const inlined = await settled(file.missing, () => (owner && inlinedAt(file, unit, owner, address)) ?? []);
      const chain = await settled(file.missing, () =>
        chainOf(file, { unit, table, owner, inlined, row: lines[order] }),
      );
      answers[index] = { chain };
    }
  }
  return answers;
}

interface Found {
  readonly unit: Unit;
  readonly table: LineTable | undefined;
  readonly owner: FunctionEntry | undefined;
  /** Outermost first. */
  readonly inlined: readonly Entry[];
  readonly row: { readonly file: number; readonly line: number } | undefined;
}

function chainOf(file: DebugFile, { unit, table, owner, inlined, row }: Found): readonly DebugLocation[] {
  if (owner === undefined && row === undefined) return [];
  const path = (index: number): string => (table === undefined ? '' : filePath(file, unit, table, index));
  const chain: DebugLocation[] = [];
  let place = { file: row === undefined ? '' : path(row.file), line: row?.line ?? 0 };
  for (const entry of inlined.toReversed()) {
    chain.push({ function: nameOf(file, unit, entry), ...place });
    place = { file: path(entry.callFile), line: entry.callLine };
  }
  chain.push({ function: owner && nameOf(file, unit, readEntry(unit, owner.at)), ...place });
  return chain;
}
