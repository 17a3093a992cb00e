/** A line without what is invisible in it. */
export interface Cleaned {
  readonly text: string;
  /** For each character its index in the line as pasted; absent when nothing was removed. */
  readonly origin?: readonly number[];
}

/** Removes colours and zero-width marks from a line and makes ordinary blanks of odd ones. */
export function clean(raw: string): Cleaned {
  let index = 0;
  while (index < raw.length && plainCharacter(raw.charCodeAt(index))) index++;
  if (index === raw.length) return { text: raw };
  const kept: string[] = [];
  const origin: number[] = [];
  for (index = 0; index < raw.length;) {
    const removed = removedAt(raw, index);
    if (removed > 0) {
      index += removed;
      continue;
    }
    kept.push(oddBlank(raw.charCodeAt(index)) ? ' ' : raw.charAt(index));
    origin.push(index++);
  }
  return { text: kept.join(''), origin };
}

/** Whether a text has nothing to remove anywhere. */
export const isClean = (text: string): boolean => !oddCharacters.test(text);

// oxlint-disable-next-line no-control-regex -- one character at a time, so linear
const oddCharacters = /[\u001b\u00a0-\uffff]/;

const plainCharacter = (code: number): boolean => code < 0xa0 && code !== 0x1b;

/** No-break, figure and narrow no-break space: what web pages and chat programs make of blanks. */
const oddBlank = (code: number): boolean => code === 0xa0 || code === 0x2007 || code === 0x202f;

/** How many characters at `at` are invisible: a terminal's escape sequence, zero-width marks, a byte order mark, pictured line ends. */
function removedAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 0x1b) return text[at + 1] === '[' ? controlSequence(text, at) : 2;
  const invisible =
    (code >= 0x200b && code <= 0x200d) || code === 0x2060 || code === 0xfeff || code === 0x240a || code === 0x240d;
  return invisible ? 1 : 0;
}

/** ECMA-48: ESC [ parameters, then a final byte from @ to ~. One that never ends within 32 characters is only its introducer. */
function controlSequence(text: string, at: number): number {
  for (let length = 2; length < 32; length++) {
    const code = text.charCodeAt(at + length);
    if (code >= 0x40 && code <= 0x7e) return length + 1;
  }
  return 2;
}
