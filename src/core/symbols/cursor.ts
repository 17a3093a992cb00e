/**
 * A place in bytes that moves on as numbers are read. Reading past the end gives zeros and never throws, so that
 * broken files need no special care: whoever loops asks whether the cursor is still inside.
 */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** The place is made a small integer, so that all cursors are of one kind to the machine: no array here reaches 2 GB. */
export const cursorAt = (bytes: Uint8Array, at = 0): Cursor => ({ bytes, at: at | 0 });

export const u8 = (cursor: Cursor): number => cursor.bytes[cursor.at++] ?? 0;

export function u16(cursor: Cursor): number {
  const value = u16At(cursor.bytes, cursor.at);
  cursor.at += 2;
  return value;
}

export function u32(cursor: Cursor): number {
  const value = u32At(cursor.bytes, cursor.at);
  cursor.at += 4;
  return value;
}

/** The low 53 bits, which keep all kernel addresses apart (their upper bits are all ones or all zeros). */
export function u64(cursor: Cursor): number {
  const value = u64At(cursor.bytes, cursor.at);
  cursor.at += 8;
  return value;
}

/** An unsigned LEB128 number (DWARF 5, 7.6). */
export function uleb(cursor: Cursor): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.at++] ?? 0;
  if (byte < 128) return byte;
  let value = byte & 127;
  let scale = 128;
  do {
    byte = bytes[cursor.at++] ?? 0;
    value += (byte & 127) * scale;
    scale *= 128;
  } while (byte > 127);
  return value;
}

/** A signed LEB128 number. */
export function sleb(cursor: Cursor): number {
  const { bytes } = cursor;
  let value = 0;
  let scale = 1;
  let byte = 0;
  do {
    byte = bytes[cursor.at++] ?? 0;
    value += (byte & 127) * scale;
    scale *= 128;
  } while (byte > 127);
  return (byte & 64) === 0 ? value : value - scale;
}

/** Moves behind a zero-terminated text. */
export function skipText(cursor: Cursor): void {
  const { bytes } = cursor;
  let { at } = cursor;
  while (at < bytes.length && bytes[at] !== 0) at++;
  cursor.at = at + 1;
}

export const u16At = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

export const u32At = (bytes: Uint8Array, at: number): number =>
  (u16At(bytes, at) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;

export const u64At = (bytes: Uint8Array, at: number): number =>
  (u32At(bytes, at + 4) & 0x1f_ffff) * 2 ** 32 + u32At(bytes, at);
