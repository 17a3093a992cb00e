/** How many lines are kept on each side of one that may belong to a report: headlines, registers, modules. */
const around = 12;

/**
 * Keeps of a long log only what may belong to a trace; every other line becomes empty, so that lines keep their
 * numbers. Lines go in one by one, without their breaks.
 */
export class TraceExcerpt {
  readonly #kept: string[] = [];
  /** The last lines, not yet kept: a mark below them still may ask for them. */
  #waiting: string[] = [];
  #after = 0;

  take(line: string): void {
    if (mayBeTrace(line)) {
      for (const before of this.#waiting) this.#kept.push(before);
      this.#waiting = [];
      this.#after = around;
      this.#kept.push(line);
    } else if (this.#after > 0) {
      this.#after--;
      this.#kept.push(line);
    } else {
      this.#waiting.push(line);
      if (this.#waiting.length > around) {
        this.#waiting.shift();
        this.#kept.push('');
      }
    }
  }

  /** The text of what was kept, a line for each that was taken. */
  finish(): string {
    for (const _ of this.#waiting) this.#kept.push('');
    return this.#kept.join('\n');
  }
}

/** Quick and generous: a symbol with an offset, an arrow, or a word that some tool puts beside a frame. */
function mayBeTrace(line: string): boolean {
  if (line.length > 0 && plusDigit(line)) return true;
  return marks.some((mark) => line.includes(mark));
}

/** A plus sign behind a name's character and before a digit. */
function plusDigit(line: string): boolean {
  for (let at = line.indexOf('+', 1); at > 0; at = line.indexOf('+', at + 1)) {
    const before = line.charCodeAt(at - 1);
    const after = line.charCodeAt(at + 1);
    const name = (before >= 48 && before <= 57) || (before | 32) - 97 < 26 || before === 95;
    if (name && after >= 48 && after <= 57) return true;
  }
  return false;
}

const marks = [
  '=> ',
  ' at ',
  'Call Trace',
  'Call trace',
  'kfree_skb',
  'drop',
  '.c:',
  'location',
  'Linux version',
  '[<',
] as const;
