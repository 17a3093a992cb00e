import type { Drop, Frame } from '../model.ts';
import type { Problem } from '../problem.ts';
import type { FrameReading, Reading } from './dialects/dialect.ts';
import { pastedText, type PastedText } from './envelope/pasted-text.ts';
import type { TraceLine } from './envelope/trace-lines.ts';
import { TraceDraft, type Taken } from './trace-draft.ts';
import type { Trace } from './trace.ts';

/**
 * Reads whatever was pasted: kernel reports, stacks of tracing tools, several of them mixed, wrapped in what mailers,
 * terminals and log daemons add. Any text gives a trace; one without frames and drops gives a problem beside it.
 * The time is linear in the text's length.
 */
export function readTrace(text: string): { readonly value: Trace; readonly problems: readonly Problem[] } {
  const pasted = pastedText(text);
  const draft = new TraceDraft({ frame: frameOf(pasted), drop: dropOf(pasted) });
  for (const line of pasted.lines) draft.take(line);
  const value = draft.finish(pasted.lineCount);
  if (text.trim() === '') return { value, problems: [{ kind: 'trace-empty' }] };
  const found = value.sections.length > 0 || value.drops.length > 0;
  // What follows the last line feed is no line that anyone would count.
  const lines = text.endsWith('\n') ? value.lineCount - 1 : value.lineCount;
  return { value, problems: found ? [] : [{ kind: 'trace-without-frames', lines }] };
}

/** A line of thousands of symbols is quoted with each of its frames. */
const longestQuote = 1000;

const frameOf =
  (pasted: PastedText): Taken<FrameReading, Frame> =>
  (line, reading) => {
    const start = pasted.place(line, reading.start);
    const end = endPlace(pasted, line, reading);
    return {
      line: start.line,
      text: line.raw.slice(0, longestQuote).trim(),
      ...(reading.name === undefined ? {} : { function: reading.name }),
      ...(reading.offset === undefined ? {} : { offset: reading.offset }),
      ...(reading.size === undefined ? {} : { size: reading.size }),
      ...(reading.module === undefined ? {} : { module: reading.module }),
      ...(reading.address === undefined ? {} : { address: reading.address }),
      column: [start.column, end],
      reliable: reading.reliable && !(line.torn === true && reading.end === line.text.trimEnd().length),
      inlined: reading.inlined ?? false,
      ...(reading.buildId === undefined ? {} : { buildId: reading.buildId }),
      ...(reading.stated === undefined ? {} : { stated: reading.stated }),
      role: reading.role,
      certainty: 'none',
      locations: [],
      sites: [],
    };
  };

/** The column behind a symbol; a symbol that was broken over two lines ends with the first. */
function endPlace(pasted: PastedText, line: TraceLine, { start, end }: FrameReading): number {
  const first = pasted.place(line, start);
  for (let index = end - 1; index > start; index--) {
    const place = pasted.place(line, index);
    if (place.line === first.line) return place.column + 1;
  }
  return first.column + 1;
}

const dropOf =
  (pasted: PastedText): Taken<NonNullable<Reading['drop']>, Drop> =>
  (line, reading) => ({
    line: pasted.place(line, 0).line,
    ...(reading.kind === 'reset' ? { kind: reading.kind } : {}),
    ...(reading.name === undefined ? {} : { function: reading.name }),
    ...(reading.offset === undefined ? {} : { offset: reading.offset }),
    ...(reading.address === undefined ? {} : { address: reading.address }),
    ...(reading.reason === undefined ? {} : { reason: reading.reason }),
    ...(reading.reasonNumber === undefined ? {} : { reasonNumber: reading.reasonNumber }),
  });
