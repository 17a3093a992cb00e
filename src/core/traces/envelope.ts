import { peelPrefixes } from './prefix.ts';

/** One physical line of the pasted text with its envelope undone. */
export interface TraceLine {
  /** Counted from 1 in the pasted text. */
  readonly number: number;
  /** As pasted, without the line break. */
  readonly raw: string;
  /** Without colours, odd blanks, clocks, hosts and quote marks. Leading blanks that were the line's own remain. */
  readonly text: string;
  /** How many characters of the cleaned line were peeled off in front. */
  readonly peeled: number;
  /** For each character of the cleaned line its index in `raw`; absent when nothing in between was removed. */
  readonly origin?: readonly number[];
  /** The line carried a printk clock or a log daemon's stamp. */
  readonly stamped: boolean;
  /** CONFIG_PRINTK_CALLER's mark: `T123` for a task, `C1` for a processor. */
  readonly caller?: string;
}

/** Longer lines are cut for reading: no tool prints such a frame. */
const longestLine = 64 * 1024;

/** Splits a text into lines at LF, CRLF or CR and undoes what clipboards, mailers, terminals and log daemons put around each. */
export function* traceLines(text: string): Generator<TraceLine> {
  let number = 1;
  for (let start = 0; start <= text.length; number++) {
    const end = lineEnd(text, start);
    yield traceLine(text.slice(start, Math.min(end, start + longestLine)), number);
    start = end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1);
  }
}

/** The 1-based column in the pasted line of an index into the line's text. */
export function columnOf(line: TraceLine, index: number): number {
  const cleaned = index + line.peeled;
  if (line.origin === undefined) return cleaned + 1;
  return (line.origin[cleaned] ?? line.raw.length) + 1;
}

function lineEnd(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || code === 13) return index;
  }
  return text.length;
}

function traceLine(raw: string, number: number): TraceLine {
  const cleaned = clean(raw);
  const prefix = peelPrefixes(cleaned.text);
  return {
    number,
    raw,
    text: cleaned.text.slice(prefix.end),
    peeled: prefix.end,
    ...(cleaned.origin === undefined ? {} : { origin: cleaned.origin }),
    stamped: prefix.stamped,
    ...(prefix.caller === undefined ? {} : { caller: prefix.caller }),
  };
}

interface Cleaned {
  readonly text: string;
  readonly origin?: readonly number[];
}

function clean(raw: string): Cleaned {
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
