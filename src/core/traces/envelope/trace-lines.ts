import { clean } from './clean.ts';
import { breakLength, nextBreak } from './places.ts';
import { peelPrefixes, printkClockAt } from './prefix.ts';
import { goesOn } from './wrapped.ts';

/** One message or one line of a tool, with its envelope undone. */
export interface TraceLine {
  /** Without colours, odd blanks, clocks, hosts and quote marks. Leading blanks that were the line's own remain. */
  readonly text: string;
  /** The whole line with its envelope. */
  readonly raw: string;
  /** Offset of the first character of `text`; the others follow it, unless `origin` says where each is. */
  readonly start: number;
  readonly origin?: readonly number[];
  /** The line carried a printk clock or a log daemon's stamp. */
  readonly stamped: boolean;
  /** CONFIG_PRINTK_CALLER's mark: `T123` for a task, `C1` for a processor. */
  readonly caller?: string;
  /** printk's own clock as printed, `12.345678`. */
  readonly clock?: string;
  /** Another message starts where this one should go on. */
  readonly torn?: boolean;
  /** Repeats, whole, the message before it. */
  readonly replays?: boolean;
}

/** Offset in the text of an index into a line's text. */
export const offsetIn = (line: TraceLine, index: number): number => line.origin?.[index] ?? line.start + index;

/** Longer lines are cut for reading: no tool prints such a frame. */
const longestLine = 64 * 1024;

/**
 * Splits a text into messages: at line breaks, and where a clock in the middle of a line shows that two messages ran
 * into one. A line that only goes on with what mailers wrapped is joined to the one before.
 */
export function* traceLines(text: string): Generator<TraceLine> {
  let held: TraceLine | undefined;
  for (const line of messages(text)) {
    if (held === undefined) held = line;
    else if (goesOn(held, line)) held = joined(held, line);
    else {
      yield held;
      held = line;
    }
  }
  if (held !== undefined) yield held;
}

function* messages(text: string): Generator<TraceLine> {
  for (let start = 0; start <= text.length;) {
    const end = nextBreak(text, start);
    yield* messagesOf(text.slice(start, Math.min(end, start + longestLine)), start);
    start = end + breakLength(text, end);
  }
}

function* messagesOf(raw: string, start: number): Generator<TraceLine> {
  const { text, origin } = clean(raw);
  for (let from = 0; from <= text.length;) {
    const rest = from === 0 ? text : text.slice(from);
    const prefix = peelPrefixes(rest);
    const next = prefix.clock === undefined ? text.length + 1 : from + spliceAt(rest, prefix.end);
    yield {
      text: text.slice(from + prefix.end, next),
      raw,
      start: start + from + prefix.end,
      ...(origin === undefined ? {} : { origin: origin.slice(from + prefix.end, next).map((index) => start + index) }),
      stamped: prefix.stamped,
      ...(prefix.caller === undefined ? {} : { caller: prefix.caller }),
      ...(prefix.clock === undefined ? {} : { clock: prefix.clock }),
      ...(next <= text.length ? { torn: true } : {}),
      ...(prefix.replays === true ? { replays: true } : {}),
    };
    from = next;
  }
}

/** Where a second printk clock stands in a message, or behind its end. */
function spliceAt(text: string, from: number): number {
  for (let at = text.indexOf('[', from + 1); at >= 0; at = text.indexOf('[', at + 1)) {
    if (printkClockAt(text, at) !== undefined) return at;
  }
  return text.length + 1;
}

function joined(line: TraceLine, rest: TraceLine): TraceLine {
  const blank = offsetIn(line, Math.max(0, line.text.length - 1));
  return {
    ...line,
    text: `${line.text} ${rest.text}`,
    raw: `${line.raw} ${rest.raw.trim()}`,
    origin: [...offsets(line), blank, ...offsets(rest)],
  };
}

const offsets = (line: TraceLine): readonly number[] =>
  line.origin ?? Array.from({ length: line.text.length }, (_, index) => line.start + index);
