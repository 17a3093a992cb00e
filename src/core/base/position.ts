/**
 * Positions in a file, each with its unit in its type, so that a line can't be passed where a column is wanted
 * and a 0-based number can't slip in where people count from one.
 */
declare const unit: unique symbol;

/** A line counted from 1, as compilers, traces and people do. */
export type Line1 = number & { readonly [unit]: 'line' };
/** A column counted from 1 in UTF-16 code units. */
export type Column1 = number & { readonly [unit]: 'column' };
/** An index into a file's text in UTF-16 code units, counted from 0. */
export type Offset = number & { readonly [unit]: 'offset' };

export const line1 = (line: number): Line1 => line as Line1;
export const column1 = (column: number): Column1 => column as Column1;
export const offset = (index: number): Offset => index as Offset;

/** A stretch of a file's text, end exclusive. */
export interface Span {
  readonly start: Offset;
  readonly end: Offset;
}

/** A span that also says where it starts in the terms people use. */
export interface Place extends Span {
  readonly line: Line1;
  readonly column: Column1;
}

/** Turns offsets of one text into lines and columns. Build once per text; each question costs a binary search. */
export class LineIndex {
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  lineAt(at: number): Line1 {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return line1(low + 1);
  }

  /** Where a line starts; for a line past the end, where the last one starts. */
  startOf(line: Line1): Offset {
    return offset(this.#starts[Math.min(line, this.#starts.length) - 1] ?? 0);
  }

  place(start: number, end: number): Place {
    const line = this.lineAt(start);
    return { start: offset(start), end: offset(end), line, column: column1(start - this.startOf(line) + 1) };
  }
}
