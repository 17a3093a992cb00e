/** A place in the pasted text, both counted from 1; columns count UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Finds the line and column of an offset in a text whose lines end in LF, CRLF or CR. */
export class Places {
  /** Offsets where lines start. */
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (const { next } of lineSpans(text)) this.#starts.push(next);
    this.#starts.pop();
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  at(offset: number): Place {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

/** A line's units `start` to `end` (exclusive, without its break) and where the line after it starts. */
export interface LineSpan {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** The lines of a text, in order; what follows the last break is a line too, empty or not. */
export function* lineSpans(text: string): Generator<LineSpan> {
  const hasReturns = text.includes('\r');
  for (let start = 0; start <= text.length;) {
    const feed = orEnd(text, text.indexOf('\n', start));
    const back = hasReturns ? text.slice(start, feed).indexOf('\r') : -1;
    const end = back < 0 ? feed : start + back;
    const next = end + (text.startsWith('\r\n', end) ? 2 : 1);
    yield { start, end, next };
    start = next;
  }
}

const orEnd = (text: string, at: number): number => (at < 0 ? text.length : at);
