/** Text taken out of what wrapped it as a whole. Offsets count UTF-16 units from 0. */
export interface Unwrapped {
  readonly text: string;
  /** For each unit of `text` its offset in the pasted text; absent where nothing was changed. */
  readonly origin?: Uint32Array;
}

/** Collects the units of an unwrapped text with the offsets they came from. */
export class UnwrappedDraft {
  readonly #parts: string[] = [];
  #origin: Uint32Array;
  #length = 0;

  /** `capacity` is the most units that can come; unwrapping never makes a text longer. */
  constructor(capacity: number) {
    this.#origin = new Uint32Array(capacity);
  }

  /** Takes units `from` (inclusive) to `to` (exclusive) of `source` as they are. */
  copy(source: string, from: number, to: number): void {
    if (to <= from) return;
    this.#parts.push(source.slice(from, to));
    for (let index = from; index < to; index++) this.#origin[this.#length++] = index;
  }

  /** Adds units that stand for what is at `at` in the source. */
  put(text: string, at: number): void {
    this.#parts.push(text);
    for (let index = 0; index < text.length; index++) this.#origin[this.#length++] = at;
  }

  finish(): Unwrapped {
    return { text: this.#parts.join(''), origin: this.#origin.subarray(0, this.#length) };
  }
}
