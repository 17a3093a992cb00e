import type { CancelSignal } from '../base/abort.ts';
import type { Build, Decoded, Frame, TraceProblem, TraceSection } from '../model.ts';
import type { Problem } from '../problem.ts';
import { problemText } from '../report/problem-text.ts';
import { english, type Say } from '../report/say.ts';
import { buildReasonText } from '../symbols/build-reason.ts';
import type { FileExists } from '../symbols/builtin-symbolizer.ts';
import { judgeImages, type JudgedImages } from '../symbols/judge-images.ts';
import type { Images, Symbolizer } from '../symbols/symbolizer.ts';
import { dropSections, locatedDrops } from './drop-frames.ts';
import { inconsistentFrames } from './inconsistent-frames.ts';
import type { CallLineFinder } from './infer/call-lines.ts';
import { type DefinitionPlaces, inferredFrames, namesToDefine } from './infer/inferred-frames.ts';
import { readTrace } from './read-trace.ts';
import { resolveFrames } from './resolve-frames.ts';
import { definitionNames } from './source-name.ts';
import { statedFrames } from './stated-lines.ts';
import type { Trace } from './trace.ts';

/** Who answers what the text alone can't. All may be missing: then frames say what the text says. */
export interface DecodePorts {
  /** The files with symbols and debug info. */
  readonly images?: Images;
  readonly symbolizer?: Symbolizer;
  /** Where functions are defined in the open tree, several places where several fit; names are those of `definitionNames`. */
  readonly definitions?: (names: readonly string[], signal?: CancelSignal) => Promise<DefinitionPlaces>;
  /** Where the open tree's functions call others; it needs `definitions`. */
  readonly callLines?: CallLineFinder;
  /** Whether the open tree has a file. */
  readonly exists?: FileExists;
}

export interface DecodeOptions {
  readonly signal?: CancelSignal;
  readonly progress?: (report: { readonly step: string; readonly done: number; readonly total: number }) => void;
  /** As `Context.breathe`. */
  readonly breathe?: () => Promise<void>;
  readonly say?: Say;
}

/**
 * Reads a pasted trace and finds the lines of its frames. The build is judged before any line is looked up: frames of
 * an image of another build get a line that is inferred from the source, or their function's definition, never a line of
 * the wrong kernel. Any text gives a value;
 * an abort rejects with the signal's reason.
 */
export async function decode(
  text: string,
  ports: DecodePorts,
  options: DecodeOptions = {},
): Promise<{ readonly value: Decoded; readonly problems: readonly Problem[] }> {
  const read = readTrace(text);
  const trace = read.value;
  const all = [...trace.sections, ...dropSections(trace.drops)];
  const frames = all.flatMap((section) => section.frames);
  const judged = await judgeImages(trace, frames, frames.length === 0 ? undefined : ports.images);
  options.signal?.throwIfAborted();
  const resolved = await resolveFrames(all, judged, ports.symbolizer, options);
  const stated = ports.exists === undefined ? resolved.frames : await statedFrames(resolved.frames, ports.exists);
  const found = await withSource(regroup(all, stated), trace, ports, options);
  const sections = found.slice(0, trace.sections.length);
  const problems = [...read.problems, ...inconsistentFrames(trace.sections), ...judged.problems, ...resolved.problems];
  const release = trace.banner.release;
  return {
    value: {
      format: trace.format,
      ...(release === undefined ? {} : { release }),
      ...(trace.arch === undefined ? {} : { arch: trace.arch }),
      build: buildOf(judged, options.say ?? english),
      sections,
      drops: locatedDrops(trace.drops, found.slice(sections.length)),
      incidents: [],
      problems: problems.map((problem) => traceProblem(problem, options.say ?? english)),
    },
    problems,
  };
}

function buildOf(judged: JudgedImages, say: Say): Build {
  const { verdict, reason, sizesMatching, sizesCompared } = judged.overall;
  return { verdict, why: buildReasonText(reason, say), sizesMatching, sizesCompared };
}

function traceProblem(problem: Problem, say: Say): TraceProblem {
  const { what, next } = problemText(problem, say);
  const line = 'line' in problem ? problem.line : undefined;
  return {
    kind: problem.kind,
    ...(line === undefined ? {} : { line }),
    detail: next === '' ? what : `${what}: ${next}`,
  };
}

/** Frames still without a line get the lines that the source allows, else the places where their function is defined. */
async function withSource(
  sections: readonly TraceSection[],
  { arch }: Trace,
  ports: DecodePorts,
  options: DecodeOptions,
): Promise<readonly TraceSection[]> {
  const frames = sections.flatMap((section) => section.frames);
  const open = frames.filter((frame) => frame.certainty === 'none' && frame.function !== undefined);
  if (ports.definitions === undefined || open.length === 0) return sections;
  const needed = ports.callLines === undefined ? [] : namesToDefine(sections);
  const names = new Set([...open.flatMap((frame) => definitionNames(frame.function ?? '')), ...needed]);
  options.progress?.({ step: 'definitions', done: 0, total: names.size });
  const found = await ports.definitions([...names], options.signal);
  const inferred =
    ports.callLines === undefined
      ? undefined
      : await inferredFrames(sections, found, ports.callLines, { ...options, arch });
  return regroup(
    sections,
    frames.map((frame) => inferred?.get(frame) ?? (frame.certainty === 'none' ? definedFrame(frame, found) : frame)),
  );
}

function definedFrame(frame: Frame, found: DefinitionPlaces): Frame {
  for (const name of definitionNames(frame.function ?? '')) {
    const [first, ...others] = found.get(name) ?? [];
    if (first === undefined) continue;
    const location = { function: frame.function ?? name, ...first, inlined: false };
    return others.length === 0
      ? { ...frame, certainty: 'definition', locations: [location] }
      : { ...frame, certainty: 'definition', locations: [], candidates: [first, ...others] };
  }
  return frame;
}

function regroup(sections: readonly TraceSection[], frames: readonly Frame[]): readonly TraceSection[] {
  let from = 0;
  return sections.map((section) => {
    const start = from;
    from += section.frames.length;
    return { ...section, frames: frames.slice(start, from) };
  });
}
