import { foldPath } from '../traces/fold-path.ts';
import type { DebugFile } from './dwarf/debug-file.ts';
import { filePath, type LineTable, readLineTable } from './dwarf/line-table.ts';
import { textOf } from './dwarf/names.ts';
import { readUnit, readUnitRoot, type Unit, type UnitHeader } from './dwarf/unit.ts';
import { unitHeaders, unitHolding } from './dwarf/units.ts';
import { settled } from './lazy-bytes.ts';

/** A unit with lines of a file, and which of the table's files it is: gcc may list one twice. */
export interface UnitOfFile {
  readonly unit: Unit;
  readonly table: LineTable;
  readonly files: ReadonlySet<number>;
}

/**
 * The units that hold code of a source file, named as in the tree (`net/ipv4/tcp_ipv4.c`): those compiled from it, else
 * (a header, a .c file that another one includes) all whose line tables list it, which takes as long as reading them all.
 */
export async function unitsOfFile(
  file: DebugFile,
  path: string,
  hints: readonly number[] = [],
): Promise<readonly UnitOfFile[]> {
  for (const address of hints) {
    const unit = await unitHolding(file, address);
    const name = unit && foldPath(await settled(file.missing, () => textOf(file, unit, unit.root.name)));
    // Only the whole name is certain to be the only one of its kind.
    const found = name === path && unit !== undefined ? await linesOf(file, unit, path) : undefined;
    if (found !== undefined) return [found];
  }
  const named = await namesOfUnits(file);
  const own = nearestTo(path, named, ({ name }) => name);
  const found: UnitOfFile[] = [];
  for (const { header } of own.length > 0 ? own : named) {
    const root = await readUnitRoot(file, header);
    const lines = root && (await linesOf(file, root, path));
    const unit = lines === undefined ? undefined : await readUnit(file, header.offset);
    if (lines !== undefined && unit !== undefined) found.push({ ...lines, unit });
  }
  return found;
}

/** Undefined when the unit's lines are of other files. */
async function linesOf(file: DebugFile, unit: Unit, path: string): Promise<UnitOfFile | undefined> {
  const table = await readLineTable(file, unit);
  const files = table && (await filesNamed(file, unit, table, path));
  return table === undefined || files === undefined || files.size === 0 ? undefined : { unit, table, files };
}

export interface NamedUnit {
  readonly name: string;
  readonly header: UnitHeader;
}

const known = new WeakMap<DebugFile, Promise<readonly NamedUnit[]>>();

/** What each unit was compiled from, in order; read once. */
export function namesOfUnits(file: DebugFile): Promise<readonly NamedUnit[]> {
  const names = known.get(file) ?? readNames(file);
  known.set(file, names);
  return names;
}

async function readNames(file: DebugFile): Promise<readonly NamedUnit[]> {
  const named: NamedUnit[] = [];
  for (const header of await unitHeaders(file)) {
    if (header.rootAt >= header.size) continue;
    const root = await readUnitRoot(file, header);
    const name = root && (await settled(file.missing, () => textOf(file, root, root.root.name)));
    if (name !== undefined && root?.root.statementList !== undefined) named.push({ name: foldPath(name), header });
  }
  return named;
}

async function filesNamed(file: DebugFile, unit: Unit, table: LineTable, path: string): Promise<ReadonlySet<number>> {
  const indices = Array.from({ length: table.files.count }, (_, index) => index);
  const listed = await settled(file.missing, () =>
    indices.map((index) => ({ index, name: foldPath(filePath(file, unit, table, index)) })),
  );
  return new Set(nearestTo(path, listed, ({ name }) => name).map(({ index }) => index));
}

/** Those whose path ends with the wanted one; of `arch/um/kernel/time.c` and `kernel/time.c` the shorter. */
function nearestTo<T>(path: string, all: readonly T[], nameOf: (each: T) => string): readonly T[] {
  const alike = all.filter((each) => nameOf(each) === path || nameOf(each).endsWith(`/${path}`));
  const shortest = Math.min(...alike.map((each) => nameOf(each).length));
  return alike.filter((each) => nameOf(each).length === shortest);
}
