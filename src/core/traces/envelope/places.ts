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
    for (let index = nextBreak(text, 0); index < text.length; index = nextBreak(text, index)) {
      index += breakLength(text, index);
      this.#starts.push(index);
    }
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

/** Where the next line break stands at or after `from`, or the text's length. */
export function nextBreak(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || code === 13) return index;
  }
  return text.length;
}

/** How many units a break has: 2 for CRLF. */
export const breakLength = (text: string, at: number): number => (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1);
