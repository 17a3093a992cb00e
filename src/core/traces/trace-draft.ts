import type { Drop, Frame } from '../model.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialects/dialect.ts';
import { isPlainTitle, isReportTitle } from './dialects/printk-sections.ts';
import { dialects } from './dialects/table.ts';
import { undoubled } from './doubled.ts';
import type { TraceLine } from './envelope/trace-lines.ts';
import type { Banner, Trace } from './trace.ts';

/** Makes what is kept of what a dialect read in a line. */
export type Taken<From, To> = (line: TraceLine, reading: From) => To;

interface Makers {
  readonly frame: Taken<FrameReading, Frame>;
  readonly drop: Taken<NonNullable<Reading['drop']>, Drop>;
}

interface OpenSection {
  readonly title: string;
  readonly dialect: Dialect;
  readonly frames: Frame[];
  /** For each frame its line's clock and text, by which a line printed twice is known. */
  readonly keys: string[];
  /** `CPU: 1 PID: 712` as the section's report names it. */
  task?: string;
  interleaved?: boolean;
  previous?: FrameReading;
}

/** What one processor or task is printing; without CONFIG_PRINTK_CALLER all lines are of one speaker. */
interface Speaker {
  open?: OpenSection;
  lastDialect?: Dialect;
}

/** Takes lines in order and collects the sections, frames and drops that the dialects read in them. */
export class TraceDraft {
  readonly #make: Makers;
  readonly #sections: OpenSection[] = [];
  readonly #drops: Drop[] = [];
  readonly #countOf = new Map<string, number>();
  readonly #speakers = new Map<string, Speaker>();
  #lastFrames: { readonly section: OpenSection; readonly count: number } | undefined;
  #banner: Banner = {};
  #arch: string | undefined;

  constructor(make: Makers) {
    this.#make = make;
  }

  take(line: TraceLine): void {
    const speaker = this.#speaker(line.caller ?? '');
    if (line.replays === true) this.#takeBack();
    const { lastDialect } = speaker;
    if (line.text.trim() === '') return silence(speaker);
    // The dialect that read the line before is asked first, so that a block keeps its reader.
    const order = lastDialect === undefined || lastDialect === last ? dialects : [lastDialect, ...dialects];
    for (const dialect of order) {
      const reading = dialect.read(line, contextFor(dialect, speaker));
      if (reading === undefined) continue;
      this.#keep(line, dialect, reading, speaker);
      speaker.lastDialect = dialect;
      return;
    }
    silence(speaker);
  }

  /** `lineCount`: how many lines the pasted text has. */
  finish(lineCount: number): Trace {
    const sections = this.#sections.filter((section) => section.frames.length > 0);
    return {
      format: mostFrequent(this.#countOf),
      ...(this.#arch === undefined ? {} : { arch: this.#arch }),
      banner: this.#banner,
      sections: sections.map(({ title, frames, keys, interleaved }) => ({
        title,
        frames: undoubled(frames, keys),
        ...(interleaved === true ? { interleaved: true } : {}),
      })),
      drops: this.#drops,
      lineCount,
    };
  }

  #speaker(name: string): Speaker {
    const known = this.#speakers.get(name);
    if (known !== undefined) return known;
    const speaker: Speaker = {};
    this.#speakers.set(name, speaker);
    return speaker;
  }

  /** The frames of the line before come again, whole. */
  #takeBack(): void {
    const { section, count } = this.#lastFrames ?? {};
    if (section === undefined || count === undefined) return;
    section.frames.length -= count;
    section.keys.length -= count;
    this.#lastFrames = undefined;
  }

  #keep(line: TraceLine, dialect: Dialect, reading: Reading, speaker: Speaker): void {
    if (reading.banner !== undefined) this.#banner = { ...reading.banner, ...this.#banner };
    this.#arch ??= reading.arch;
    if (reading.task !== undefined) noteTask(reading.task, line, speaker.open);
    if (reading.drop !== undefined) {
      this.#drops.push(this.#make.drop(line, reading.drop));
      this.#count(dialect);
    }
    if (reading.amendsDrop !== undefined) this.#amendDrop(line, reading.amendsDrop);
    if (reading.amends !== undefined) amendFrame(speaker.open, reading.amends);
    if (reading.section !== undefined) this.#openSection(reading.section, dialect, speaker);
    for (const frame of reading.frames ?? []) this.#keepFrame(line, dialect, frame, speaker);
    const section = speaker.open;
    const count = reading.frames?.length ?? 0;
    this.#lastFrames = section === undefined || count === 0 ? undefined : { section, count };
    if (reading.ends === true) delete speaker.open;
  }

  #amendDrop(line: TraceLine, reading: NonNullable<Reading['drop']>): void {
    const before = this.#drops.pop();
    // The drop keeps the line it began at.
    if (before !== undefined) this.#drops.push({ ...this.#make.drop(line, reading), ...before });
  }

  #openSection(title: string, dialect: Dialect, speaker: Speaker): void {
    // Of several headlines in a row the first says most: BUG: ..., then Oops: 0000 [#1], then Call Trace.
    const { open } = speaker;
    const headless = open !== undefined && open.frames.length === 0 && isReportTitle(open.title);
    if (headless && (isReportTitle(title) || isPlainTitle(title))) return;
    // syzbot repeats the headline for each function that was inlined there.
    if (open?.frames.at(-1)?.inlined === true && isReportTitle(title) && isReportTitle(open.title)) return;
    speaker.open = { title, dialect, frames: [], keys: [] };
    this.#sections.push(speaker.open);
  }

  #keepFrame(line: TraceLine, dialect: Dialect, reading: FrameReading, speaker: Speaker): void {
    if (speaker.open?.dialect !== dialect) this.#openSection(dialect.title, dialect, speaker);
    const { open } = speaker;
    if (open === undefined) return;
    open.frames.push(this.#make.frame(line, reading));
    open.keys.push(line.clock === undefined ? '' : `${line.clock} ${line.text}`);
    open.previous = reading;
    this.#count(dialect);
  }

  #count(dialect: Dialect): void {
    this.#countOf.set(dialect.id, (this.#countOf.get(dialect.id) ?? 0) + 1);
  }
}

const last = dialects.at(-1);

function amendFrame(open: OpenSection | undefined, added: NonNullable<Reading['amends']>): void {
  const frame = open?.frames.pop();
  if (frame !== undefined) open?.frames.push({ ...frame, ...added });
}

/** A line that nobody reads ends what blank lines end. */
function silence(speaker: Speaker): void {
  delete speaker.lastDialect;
  if (speaker.open?.dialect.blankEnds === true) delete speaker.open;
}

function contextFor(dialect: Dialect, { open, lastDialect }: Speaker): Context {
  const continues = lastDialect === dialect;
  if (open?.dialect !== dialect) return continues ? onlyContinues : nothingBefore;
  const { frames, title, previous } = open;
  return { continues, open: true, depth: frames.length, title, ...(previous === undefined ? {} : { previous }) };
}

const nothingBefore: Context = { continues: false, open: false, depth: 0 };
const onlyContinues: Context = { continues: true, open: false, depth: 0 };

/** Two reports without caller marks that name different tasks may have run into each other. */
function noteTask(task: string, line: TraceLine, open: OpenSection | undefined): void {
  if (open === undefined || line.caller !== undefined) return;
  open.task ??= task;
  if (open.task !== task) open.interleaved = true;
}

function mostFrequent(counts: ReadonlyMap<string, number>): string {
  let best = 'none';
  for (const [id, count] of counts) if (count > (counts.get(best) ?? 0)) best = id;
  return best;
}
