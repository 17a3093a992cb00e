import { type Cursor, cursorAt, u32At, u64, u64At, u8, uleb } from '../cursor.ts';
import type { LazyBytes } from '../lazy-bytes.ts';
import { form } from './constants.ts';
import type { DebugFile } from './debug-file.ts';
import type { Attributed, Entry } from './entry.ts';
import type { Unit } from './unit.ts';

/** Pairs of addresses, start and exclusive end, one after another. */
export type Ranges = readonly number[];

/** The code of an entry, or undefined when it has none. Asks the file, see `settled`. */
export function rangesOf(
  file: DebugFile,
  unit: Unit,
  entry: Pick<Entry, 'ranges' | 'lowPc' | 'highPc'>,
): Ranges | undefined {
  if (entry.ranges.form !== 0) return readRanges(file, unit, entry.ranges);
  if (entry.lowPc.form === 0 || entry.highPc.form === 0) return undefined;
  const low = addressOf(file, unit, entry.lowPc);
  const { form: highForm, value } = entry.highPc;
  // An end is an address, or (since DWARF 4) a distance.
  return [low, isAddress(highForm) ? addressOf(file, unit, entry.highPc) : low + value];
}

export function contains(ranges: Ranges, address: number): boolean {
  for (let index = 0; index + 1 < ranges.length; index += 2) {
    if (address >= (ranges[index] ?? 0) && address < (ranges[index + 1] ?? 0)) return true;
  }
  return false;
}

/** The address that an attribute gives: itself, or as an index into .debug_addr. */
export function addressOf(file: DebugFile, unit: Unit, { form: which, value }: Attributed): number {
  return which === form.addr || which === 0 ? value : indexedAddress(file, unit, value);
}

function indexedAddress({ addresses }: DebugFile, { root }: Unit, index: number): number {
  return u64At(addresses.peek(root.addrBase + index * 8, 8), 0);
}

const isAddress = (which: number): boolean =>
  which === form.addr ||
  which === form.addrx ||
  which === form.gnuAddrIndex ||
  (which >= form.addrx1 && which <= form.addrx4);

function readRanges(file: DebugFile, unit: Unit, { form: which, value }: Attributed): Ranges {
  if (unit.version < 5) return growing(file.ranges, value, (cursor) => oldRanges(file, unit, cursor));
  const { rangeListsBase } = unit.root;
  const at =
    which === form.rnglistx
      ? rangeListsBase + u32At(file.rangeLists.peek(rangeListsBase + value * unit.offsetSize, unit.offsetSize), 0)
      : value;
  return growing(file.rangeLists, at, (cursor) => rangeList(file, unit, cursor));
}

/** Reads a list of unknown length: with more bytes when it doesn't end within those that are there. */
function growing(section: LazyBytes, at: number, read: (cursor: Cursor) => Ranges | undefined): Ranges {
  for (let length = 256; ; length *= 4) {
    const bytes = section.peek(at, length);
    const ranges = read(cursorAt(bytes));
    if (ranges !== undefined) return ranges;
    if (bytes.length === 0 || at + bytes.length >= section.size) return [];
  }
}

/** DW_RLE_* (DWARF 5, 7.25); undefined when the list doesn't end within the bytes. */
function rangeList(file: DebugFile, unit: Unit, cursor: Cursor): Ranges | undefined {
  const found: number[] = [];
  const indexed = (): number => indexedAddress(file, unit, uleb(cursor));
  let base = addressOf(file, unit, unit.root.lowPc);
  while (cursor.at < cursor.bytes.length) {
    switch (u8(cursor)) {
      case 0:
        return found;
      case 1:
        base = indexed();
        break;
      case 2:
        found.push(indexed(), indexed());
        break;
      case 3: {
        const start = indexed();
        found.push(start, start + uleb(cursor));
        break;
      }
      case 4:
        found.push(base + uleb(cursor), base + uleb(cursor));
        break;
      case 5:
        base = u64(cursor);
        break;
      case 6:
        found.push(u64(cursor), u64(cursor));
        break;
      case 7: {
        const start = u64(cursor);
        found.push(start, start + uleb(cursor));
        break;
      }
      default:
        return found;
    }
  }
  return undefined;
}

/** .debug_ranges of DWARF 2 to 4: pairs from the unit's base, which a pair that starts with all ones changes. */
function oldRanges(file: DebugFile, unit: Unit, cursor: Cursor): Ranges | undefined {
  const found: number[] = [];
  let base = addressOf(file, unit, unit.root.lowPc);
  while (cursor.at + 16 <= cursor.bytes.length) {
    const start = u64(cursor);
    const end = u64(cursor);
    if (start === 0 && end === 0) return found;
    if (start === Number.MAX_SAFE_INTEGER) base = end;
    else found.push(base + start, base + end);
  }
  return undefined;
}
