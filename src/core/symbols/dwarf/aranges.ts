import { cursorAt, u16, u32, u64, u8 } from '../cursor.ts';
import { viewOf } from '../elf-layout.ts';

/** Which unit's code is where, as .debug_aranges tells (DWARF 5, 6.1.2). Columns, not objects: a kernel has 9,000 rows. */
export interface ArangeTable {
  readonly count: number;
  readonly from: Float64Array;
  /** Exclusive. */
  readonly to: Float64Array;
  /** Offset of the unit's header in .debug_info. */
  readonly unit: Float64Array;
}

export function readAranges(bytes: Uint8Array): ArangeTable {
  const most = bytes.length >> 4;
  const from = new Float64Array(most);
  const to = new Float64Array(most);
  const unit = new Float64Array(most);
  const view = viewOf(bytes);
  let count = 0;
  const cursor = cursorAt(bytes);
  while (cursor.at + 12 < bytes.length) {
    const start = cursor.at;
    let length = u32(cursor);
    const wide = length === 0xffff_ffff;
    if (wide) length = u64(cursor);
    const end = Math.min(cursor.at + length, bytes.length);
    const version = u16(cursor);
    const owner = wide ? u64(cursor) : u32(cursor);
    const addressSize = u8(cursor);
    const segmentSize = u8(cursor);
    // The first pair stands at a multiple of its size.
    cursor.at = start + Math.ceil((cursor.at - start) / 16) * 16;
    if (version === 2 && addressSize === 8 && segmentSize === 0) {
      for (let at = cursor.at; at + 16 <= end; at += 16) {
        const size = view.getUint32(at + 8, true) + (view.getUint32(at + 12, true) & 0x1f_ffff) * 2 ** 32;
        if (size === 0) continue;
        const address = view.getUint32(at, true) + (view.getUint32(at + 4, true) & 0x1f_ffff) * 2 ** 32;
        from[count] = address;
        to[count] = address + size;
        unit[count++] = owner;
      }
    }
    cursor.at = Math.max(end, start + 12);
  }
  return { count, from, to, unit };
}

/** The unit with code at an address. */
export function unitAt({ count, from, to, unit }: ArangeTable, address: number): number | undefined {
  for (let index = 0; index < count; index++) {
    if (address >= (from[index] ?? 0) && address < (to[index] ?? 0)) return unit[index];
  }
  return undefined;
}
