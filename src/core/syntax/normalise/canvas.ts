import type { Span } from '../../base/position.ts';

/**
 * The text being normalised, one cell per UTF-16 code unit. Line ends can't be overwritten, so that whatever a rule
 * does, the result has the length and the lines of the source.
 */
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
/** How many cells become a string at once: enough to be quick, few enough for an argument list. */
const chunk = 8192;

export class Canvas {
  readonly #cells: Uint16Array;

  /** @param within the stretches that are worked on; what lies outside them must not be asked for */
  constructor(text: string, within: readonly Span[]) {
    const cells = new Uint16Array(text.length);
    for (const { start, end } of within) for (let at = start; at < end; at++) cells[at] = text.charCodeAt(at);
    this.#cells = cells;
  }

  /** Replaces a stretch by blanks; line ends stay. */
  blank(start: number, end: number): void {
    const stop = Math.min(end, this.#cells.length);
    for (let at = start; at < stop; at++) if (!this.#isLineEnd(at)) this.#cells[at] = space;
  }

  /** Writes over what stands at `start`; line ends stay, and what would pass the end of the text is left out. */
  write(start: number, text: string): void {
    const stop = Math.min(text.length, this.#cells.length - start);
    for (let at = 0; at < stop; at++) if (!this.#isLineEnd(start + at)) this.#cells[start + at] = text.charCodeAt(at);
  }

  /** Writes one character into the first blank between two offsets; false when there is none. */
  writeIntoGap(start: number, end: number, character: string): boolean {
    for (let at = start; at < end; at++) {
      if (this.#isLineEnd(at)) continue;
      this.write(at, character);
      return true;
    }
    return false;
  }

  slice(start: number, end: number): string {
    const parts: string[] = [];
    for (let at = start; at < end; at += chunk) {
      const cells = this.#cells.subarray(at, Math.min(at + chunk, end));
      const text: string = Reflect.apply(String.fromCharCode, String, cells);
      parts.push(text);
    }
    return parts.join('');
  }

  #isLineEnd(at: number): boolean {
    const cell = this.#cells[at];
    return cell === lineFeed || cell === carriageReturn;
  }
}
