import { settled } from './lazy-bytes.ts';
import type { DebugFile } from './dwarf/debug-file.ts';
import { functionAt, inlinedAt } from './dwarf/functions.ts';
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
      const chain = await settled(file.missing, () => chainAt(file, unit, table, lines[order], wanted[order] ?? 0));
      answers[index] = { chain };
    }
  }
  return answers;
}

function chainAt(
  file: DebugFile,
  unit: Unit,
  table: LineTable | undefined,
  row: { readonly file: number; readonly line: number } | undefined,
  address: number,
): readonly DebugLocation[] {
  const owner = functionAt(file, unit, address);
  if (owner === undefined && row === undefined) return [];
  const path = (index: number): string => (table === undefined ? '' : filePath(file, unit, table, index));
  const inlined = owner === undefined ? [] : inlinedAt(file, unit, owner, address);
  const chain: DebugLocation[] = [];
  let place = { file: row === undefined ? '' : path(row.file), line: row?.line ?? 0 };
  for (const entry of inlined.toReversed()) {
    chain.push({ function: nameOf(file, unit, entry), ...place });
    place = { file: path(entry.callFile), line: entry.callLine };
  }
  chain.push({ function: owner && nameOf(file, unit, owner.entry), ...place });
  return chain;
}
