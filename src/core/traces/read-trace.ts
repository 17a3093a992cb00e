import type { Drop, Frame, TraceSection } from '../model.ts';
import type { Problem } from '../problem.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialects/dialect.ts';
import { isReportTitle } from './dialects/printk-sections.ts';
import { dialects } from './dialects/table.ts';
import { columnOf, traceLines, type TraceLine } from './envelope.ts';
import type { Banner, Trace } from './trace.ts';

/**
 * Reads whatever was pasted: kernel reports, stacks of tracing tools, several of them mixed, wrapped in what mailers,
 * terminals and log daemons add. Any text gives a trace; one without frames and drops gives a problem beside it.
 * The time is linear in the text's length.
 */
export function readTrace(text: string): { readonly value: Trace; readonly problems: readonly Problem[] } {
  const reader = new Reader();
  for (const line of traceLines(text)) reader.take(line);
  const value = reader.trace();
  if (text.trim() === '') return { value, problems: [{ kind: 'trace-empty' }] };
  const found = value.sections.length > 0 || value.drops.length > 0;
  // What follows the last line feed is no line that anyone would count.
  const lines = text.endsWith('\n') ? value.lineCount - 1 : value.lineCount;
  return { value, problems: found ? [] : [{ kind: 'trace-without-frames', lines }] };
}

interface OpenSection {
  readonly title: string;
  readonly dialect: Dialect;
  readonly frames: Frame[];
  previous?: FrameReading;
}

class Reader {
  readonly #sections: OpenSection[] = [];
  readonly #drops: Drop[] = [];
  readonly #countOf = new Map<string, number>();
  #open: OpenSection | undefined;
  #lastDialect: Dialect | undefined;
  #banner: Banner = {};
  #arch: string | undefined;
  #lineCount = 0;

  take(line: TraceLine): void {
    this.#lineCount = line.number;
    if (line.text.trim() === '') return this.#takeBlank();
    // The dialect that read the line before is asked first, so that a block keeps its reader.
    const order =
      this.#lastDialect === undefined || this.#lastDialect === last ? dialects : [this.#lastDialect, ...dialects];
    for (const dialect of order) {
      const reading = dialect.read(line, this.#contextFor(dialect));
      if (reading === undefined) continue;
      this.#keep(line, dialect, reading);
      this.#lastDialect = dialect;
      return;
    }
    this.#lastDialect = undefined;
    if (this.#open?.dialect.blankEnds === true) this.#open = undefined;
  }

  trace(): Trace {
    const sections = this.#sections.filter((section) => section.frames.length > 0);
    return {
      format: mostFrequent(this.#countOf),
      ...(this.#arch === undefined ? {} : { arch: this.#arch }),
      banner: this.#banner,
      sections: sections.map(({ title, frames }): TraceSection => ({ title, frames })),
      drops: this.#drops,
      lineCount: this.#lineCount,
    };
  }

  #takeBlank(): void {
    this.#lastDialect = undefined;
    if (this.#open?.dialect.blankEnds === true) this.#open = undefined;
  }

  #contextFor(dialect: Dialect): Context {
    const open = this.#open?.dialect === dialect ? this.#open : undefined;
    return {
      continues: this.#lastDialect === dialect,
      open: open !== undefined,
      depth: open?.frames.length ?? 0,
      ...(open?.previous === undefined ? {} : { previous: open.previous }),
    };
  }

  #keep(line: TraceLine, dialect: Dialect, reading: Reading): void {
    if (reading.banner !== undefined) this.#banner = { ...reading.banner, ...this.#banner };
    this.#arch ??= reading.arch;
    if (reading.drop !== undefined) {
      this.#drops.push(dropOf(line, reading.drop));
      this.#count(dialect);
    }
    if (reading.section !== undefined) this.#openSection(reading.section, dialect);
    for (const frame of reading.frames ?? []) this.#keepFrame(line, dialect, frame);
    if (reading.ends === true) this.#open = undefined;
  }

  #openSection(title: string, dialect: Dialect): void {
    // Of several headlines in a row the first says most: BUG: ..., then Oops: 0000 [#1].
    const headless = this.#open !== undefined && this.#open.frames.length === 0 && isReportTitle(this.#open.title);
    if (headless && isReportTitle(title)) return;
    this.#open = { title, dialect, frames: [] };
    this.#sections.push(this.#open);
  }

  #keepFrame(line: TraceLine, dialect: Dialect, reading: FrameReading): void {
    if (this.#open?.dialect !== dialect) this.#openSection(dialect.title, dialect);
    if (this.#open === undefined) return;
    this.#open.frames.push(frameOf(line, reading));
    this.#open.previous = reading;
    this.#count(dialect);
  }

  #count(dialect: Dialect): void {
    this.#countOf.set(dialect.id, (this.#countOf.get(dialect.id) ?? 0) + 1);
  }
}

const last = dialects.at(-1);

/** A line of thousands of symbols is quoted with each of its frames. */
const longestQuote = 1000;

function frameOf(line: TraceLine, reading: FrameReading): Frame {
  return {
    line: line.number,
    text: line.raw.slice(0, longestQuote).trim(),
    ...(reading.name === undefined ? {} : { function: reading.name }),
    ...(reading.offset === undefined ? {} : { offset: reading.offset }),
    ...(reading.size === undefined ? {} : { size: reading.size }),
    ...(reading.module === undefined ? {} : { module: reading.module }),
    ...(reading.address === undefined ? {} : { address: reading.address }),
    column: [columnOf(line, reading.start), columnOf(line, reading.end - 1) + 1],
    reliable: reading.reliable,
    inlined: reading.inlined ?? false,
    ...(reading.buildId === undefined ? {} : { buildId: reading.buildId }),
    ...(reading.stated === undefined ? {} : { stated: reading.stated }),
    role: reading.role,
    certainty: 'none',
    locations: [],
    sites: [],
  };
}

function dropOf(line: TraceLine, reading: NonNullable<Reading['drop']>): Drop {
  return {
    line: line.number,
    ...(reading.name === undefined ? {} : { function: reading.name }),
    ...(reading.offset === undefined ? {} : { offset: reading.offset }),
    ...(reading.address === undefined ? {} : { address: reading.address }),
    ...(reading.reason === undefined ? {} : { reason: reading.reason }),
    ...(reading.reasonNumber === undefined ? {} : { reasonNumber: reading.reasonNumber }),
  };
}

function mostFrequent(counts: ReadonlyMap<string, number>): string {
  let best = 'none';
  for (const [id, count] of counts) if (count > (counts.get(best) ?? 0)) best = id;
  return best;
}
