import { type Cursor, cursorAt, u64, u8, uleb } from './cursor.ts';
import { form } from './dwarf/constants.ts';
import type { DebugFile } from './dwarf/debug-file.ts';
import { addressOf } from './dwarf/ranges.ts';
import type { Unit } from './dwarf/unit.ts';
import { type LazyBytes, lazyBytes } from './lazy-bytes.ts';

const known = new WeakMap<DebugFile, Promise<LazyBytes>>();

/** .debug_loclists, opened once; empty where there is none (before DWARF 5). */
export function openLocations(file: DebugFile): Promise<LazyBytes> {
  const opened =
    known.get(file) ??
    file.open('.debug_loclists').then((section) => {
      const readable = section !== undefined && 'fault' in section ? undefined : section;
      return lazyBytes(readable, pieceSize, file.missing);
    });
  known.set(file, opened);
  return opened;
}

const pieceSize = 8192;

/**
 * The register that is the variable at an address (DWARF 5, 2.6): its number, or undefined where it lies in memory, is
 * computed, or is gone. Asks the file, see `settled`.
 */
export function registerAt(
  file: DebugFile,
  unit: Unit,
  location: { readonly form: number; readonly value: number },
  locations: LazyBytes,
  address: number,
): number | undefined {
  if (location.form === form.exprloc) return registerIn(cursorAt(unit.bytes, location.value));
  if (location.form !== form.secOffset || unit.version < 5) return undefined;
  for (let length = 512; ; length *= 4) {
    const bytes = locations.peek(location.value, length);
    const found = registerOf(file, unit, cursorAt(bytes), address);
    if (found !== 'more') return found;
    if (bytes.length === 0 || location.value + bytes.length >= locations.size) return undefined;
  }
}

/** Goes through a list (DW_LLE_*, DWARF 5, 7.7.3); `more` when it doesn't end within the bytes. */
function registerOf(file: DebugFile, unit: Unit, cursor: Cursor, address: number): number | 'more' | undefined {
  let base = addressOf(file, unit, unit.root.lowPc);
  while (cursor.at < cursor.bytes.length) {
    const range = { from: 0, to: 0 };
    switch (u8(cursor)) {
      case 0:
        return undefined;
      case 4:
        range.from = base + uleb(cursor);
        range.to = base + uleb(cursor);
        break;
      case 5:
        range.to = Number.POSITIVE_INFINITY;
        break;
      case 6:
        base = u64(cursor);
        continue;
      case 7:
        range.from = u64(cursor);
        range.to = u64(cursor);
        break;
      case 8:
        range.from = u64(cursor);
        range.to = range.from + uleb(cursor);
        break;
      default:
        // Indexed addresses are those of split debug info; kernels are not built with it.
        return undefined;
    }
    const expression = cursor.at;
    const length = uleb(cursor);
    cursor.at += length;
    if (cursor.at > cursor.bytes.length) return 'more';
    if (address >= range.from && address < range.to) return registerIn(cursorAt(cursor.bytes, expression));
  }
  return 'more';
}

/** An expression with its length in front: DW_OP_reg*, or the plain value of one (DW_OP_breg* 0, DW_OP_stack_value). */
function registerIn(cursor: Cursor): number | undefined {
  const length = uleb(cursor);
  const [operation, offset, end] = [u8(cursor), u8(cursor), u8(cursor)];
  if (length === 1 && operation >= 0x50 && operation < 0x70) return operation - 0x50;
  return length === 3 && operation >= 0x70 && operation < 0x90 && offset === 0 && end === 0x9f
    ? operation - 0x70
    : undefined;
}
