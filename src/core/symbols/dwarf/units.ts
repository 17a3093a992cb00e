import { settled } from '../lazy-bytes.ts';
import { type ArangeTable, readAranges, unitAt } from './aranges.ts';
import type { DebugFile } from './debug-file.ts';
import { rangesOf } from './ranges.ts';
import { readUnit, readUnitHeader, readUnitRoot, type Unit, type UnitHeader } from './unit.ts';

/**
 * The unit with code at an address: by .debug_aranges, else (clang writes none) by what each unit that is not listed
 * there says of itself, asked once.
 */
export async function unitHolding(file: DebugFile, address: number): Promise<Unit | undefined> {
  const listed = await (file.known.listed ??= readListed(file));
  const unlisted = async (): Promise<ArangeTable> => (file.known.unlisted ??= readUnlisted(file, listed));
  const offset = unitAt(listed, address) ?? unitAt(await unlisted(), address);
  return offset === undefined ? undefined : readUnit(file, offset);
}

async function readListed({ aranges }: DebugFile): Promise<ArangeTable> {
  return readAranges(aranges === undefined ? new Uint8Array() : await aranges.read(0, aranges.size));
}

async function readUnlisted(file: DebugFile, listed: ArangeTable): Promise<ArangeTable> {
  const known = new Set(listed.unit.subarray(0, listed.count));
  const [from, to, unit]: [number[], number[], number[]] = [[], [], []];
  for (const header of await unitHeaders(file)) {
    if (known.has(header.offset) || header.rootAt >= header.size) continue;
    const root = await readUnitRoot(file, header);
    if (root === undefined) continue;
    const ranges = (await settled(file.missing, () => rangesOf(file, root, root.root))) ?? [];
    for (let index = 0; index + 1 < ranges.length; index += 2) {
      from.push(ranges[index] ?? 0);
      to.push(ranges[index + 1] ?? 0);
      unit.push(header.offset);
    }
  }
  const columns = { from: Float64Array.from(from), to: Float64Array.from(to), unit: Float64Array.from(unit) };
  return { count: unit.length, ...columns };
}

/** The headers of all units, in order: one small read for each, so ask only when there is no other way. */
export async function unitHeaders(file: DebugFile): Promise<readonly UnitHeader[]> {
  return (file.known.headers ??= readHeaders(file));
}

async function readHeaders({ info }: DebugFile): Promise<readonly UnitHeader[]> {
  const headers: UnitHeader[] = [];
  for (let offset = 0; offset < info.size;) {
    const header = await readUnitHeader(info, offset);
    if (header === undefined) break;
    headers.push(header);
    offset += header.size;
  }
  return headers;
}

/** The unit that an offset in .debug_info lies in: an entry of another unit is pointed at. Asks the file, see `settled`. */
export function peekUnitHolding(file: DebugFile, offset: number): Unit | undefined {
  for (const unit of file.units.values()) {
    if (offset >= unit.offset && offset < unit.offset + unit.size) return unit;
  }
  if (!file.known.unreadable?.has(offset)) file.missing.loads.push(() => loadUnitHolding(file, offset));
  return undefined;
}

async function loadUnitHolding(file: DebugFile, offset: number): Promise<void> {
  const header = (await unitHeaders(file)).findLast((candidate) => candidate.offset <= offset);
  const unit = header === undefined ? undefined : await readUnit(file, header.offset);
  if (unit === undefined || offset >= unit.offset + unit.size) (file.known.unreadable ??= new Set()).add(offset);
}
