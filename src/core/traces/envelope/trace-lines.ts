import { clean, isClean } from './clean.ts';
import { lineSpans } from './places.ts';
import { peelPrefixes, printkClockAt, type Prefix } from './prefix.ts';
import { goesOn } from './wrapped.ts';

/** One message or one line of a tool, with its envelope undone and what the envelope said. */
export interface TraceLine extends Omit<Prefix, 'end'> {
  /** Without colours, odd blanks, clocks, hosts and quote marks. Leading blanks that were the line's own remain. */
  readonly text: string;
  /** The whole line with its envelope. */
  readonly raw: string;
  /** Offset of the first character of `text`; the others follow it, unless `origin` says where each is. */
  readonly start: number;
  readonly origin?: readonly number[];
  /** Another message starts where this one should go on. */
  readonly torn?: boolean;
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
  const cleaned = isClean(text) ? asIs : clean;
  let blank = false;
  for (const { start, end } of lineSpans(text)) {
    // Of many empty lines (a log cut down to its reports) one says as much.
    if (start === end && blank) continue;
    blank = start === end;
    yield* messagesOf(text.slice(start, Math.min(end, start + longestLine)), start, cleaned);
  }
}

const asIs: typeof clean = (raw) => ({ text: raw });

function* messagesOf(raw: string, start: number, cleaned: typeof clean): Generator<TraceLine> {
  const { text, origin } = cleaned(raw);
  for (let from = 0; from <= text.length;) {
    const rest = from === 0 ? text : text.slice(from);
    const prefix = peelPrefixes(rest);
    const next = prefix.clock === undefined ? text.length + 1 : from + spliceAt(rest, prefix.end);
    const first = from + prefix.end;
    const line: Draft = { text: text.slice(first, next), raw, start: start + first, stamped: prefix.stamped };
    if (prefix.clock !== undefined) line.clock = prefix.clock;
    if (prefix.caller !== undefined) line.caller = prefix.caller;
    if (prefix.replays === true) line.replays = true;
    if (next <= text.length) line.torn = true;
    if (origin !== undefined) line.origin = origin.slice(first, next).map((index) => start + index);
    yield line;
    from = next;
  }
}

/** A line while it is put together; spreading would cost as much as reading. */
type Draft = { -readonly [Key in keyof TraceLine]: TraceLine[Key] };

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
