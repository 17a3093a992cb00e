import type { SectionBytes } from './section-bytes.ts';

/**
 * Lets code that runs without waiting read a section that is mostly not in memory: what it asks for in vain is noted,
 * loaded, and the code runs again from its start (`settled`). What it returns while something was missing is thrown away.
 */
export interface LazyBytes {
  readonly size: number;
  /** At least `length` bytes from `offset`, or all up to the section's end. Empty when they are not there yet. */
  peek(offset: number, length: number): Uint8Array;
}

/** What was asked for in vain. */
export interface Missing {
  readonly loads: (() => Promise<void>)[];
}

/** Runs `step` until nothing it asks for is missing. */
export async function settled<T>(missing: Missing, step: () => T): Promise<T> {
  for (;;) {
    missing.loads.length = 0;
    const value = step();
    if (missing.loads.length === 0) return value;
    await Promise.all(missing.loads.splice(0).map((load) => load()));
  }
}

const nothing = new Uint8Array();

/** Loads pieces of `pieceSize` bytes, and behind each as many again, so that short things never end at its border. */
export function lazyBytes(section: SectionBytes | undefined, pieceSize: number, missing: Missing): LazyBytes {
  if (section === undefined) return { size: 0, peek: () => nothing };
  const pieces = new Map<number, Uint8Array>();
  return {
    size: section.size,
    peek(offset, length) {
      if (!(offset >= 0 && offset < section.size)) return nothing;
      const start = offset - (offset % pieceSize);
      const piece = pieces.get(start);
      const end = Math.min(offset + length, section.size);
      if (piece !== undefined && start + piece.length >= end) return piece.subarray(offset - start);
      missing.loads.push(async () => {
        const loaded = await section.read(start, Math.max(2 * pieceSize, end - start));
        // Bytes that can't be had read as zeros, or the same question would be asked for ever.
        pieces.set(start, loaded.length >= end - start ? loaded : padded(loaded, end - start));
      });
      return nothing;
    },
  };
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}

/** The zero-terminated UTF-8 text at an offset; at most 64 kB of it. */
export function lazyText(section: LazyBytes, offset: number): string {
  for (let length = 128; ; length *= 4) {
    const bytes = section.peek(offset, length);
    if (bytes.length === 0) return '';
    const end = bytes.indexOf(0);
    if (end >= 0) return utf8(bytes.subarray(0, end));
    if (offset + bytes.length >= section.size || length > 65_536) return utf8(bytes);
  }
}

/** Names in kernels are ASCII; the few that aren't are decoded by hand, as core has no TextDecoder. */
export function utf8(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    const extra = byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    let code = extra === 0 ? byte : byte & (0x3f >> extra);
    for (let index = 1; index <= extra; index++) code = (code << 6) | ((bytes[at + index] ?? 0) & 0x3f);
    text += code > 0x10_ffff ? '\ufffd' : String.fromCodePoint(code);
    at += extra + 1;
  }
  return text;
}
