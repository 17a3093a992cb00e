import type { CancelSignal } from '../base/abort.ts';
import type { Frame, Location, SourceLine, TraceSection } from '../model.ts';
import type { Problem } from '../problem.ts';
import { chooseSymbols, type Neighbours, symbolsFitting } from '../symbols/choose-symbols.ts';
import type { Image } from '../symbols/elf.ts';
import type { JudgedImage, JudgedImages } from '../symbols/judge-images.ts';
import type { ImageSymbol } from '../symbols/symbol-table.ts';
import type { SymbolAnswer, Symbolizer, SymbolRequest } from '../symbols/symbolizer.ts';

interface ResolveFramesOptions {
  readonly signal?: CancelSignal;
  readonly progress?: (report: { readonly step: string; readonly done: number; readonly total: number }) => void;
}

/**
 * Gives frames the lines that debug info has for them. Return addresses are looked up one byte earlier, in the call
 * itself; where the printed address lies on another line, `returnLine` keeps it. Frames of refused images stay as they were,
 * and so do frames whose printed size no symbol has.
 */
export async function resolveFrames(
  sections: readonly TraceSection[],
  judged: JudgedImages,
  symbolizer: Symbolizer | undefined,
  options: ResolveFramesOptions,
): Promise<{ readonly frames: readonly Frame[]; readonly problems: readonly Problem[] }> {
  const frames = sections.flatMap((section) => section.frames);
  if (symbolizer === undefined) return { frames, problems: [] };
  const problems: Problem[] = [];
  const resolved = [...frames];
  const neighbours = symbolizer.slow ? undefined : neighboursIn(sections, judged);
  for (const [module, entry] of judged.images) {
    if (entry.judgement.verdict === 'mismatch' || !entry.image.hasDebugInfo) continue;
    const wanted = frames.filter((frame) => (frame.module ?? '') === module && (frame.reliable || !symbolizer.slow));
    const plan = await planRequests(wanted, entry, neighbours);
    const found = await ask(plan.requests, entry, symbolizer, options);
    problems.push(...found.problems);
    for (const [frame, places] of plan.places) {
      const index = frames.indexOf(frame);
      resolved[index] = resolvedFrame(frame, places, found.answers, entry.judgement.verdict === 'match');
    }
  }
  return { frames: resolved, problems };
}

/** The places one frame may be at: one for each symbol of its name that fits. */
interface Place {
  /** Keys of requests: the call (or the address itself) and, for a return address, the address as printed. */
  readonly exact: string;
  readonly printed?: string;
}

interface Plan {
  readonly requests: ReadonlyMap<string, SymbolRequest>;
  readonly places: ReadonlyMap<Frame, readonly Place[]>;
}

async function planRequests(
  frames: readonly Frame[],
  { image }: JudgedImage,
  neighbours: ((frame: Frame) => Neighbours) | undefined,
): Promise<Plan> {
  const requests = new Map<string, SymbolRequest>();
  const places = new Map<Frame, readonly Place[]>();
  const request = ({ name, size, ...place }: ImageSymbol, offset: number): string => {
    // Who can't be told which of them is meant answers for all of that name and size at once.
    const which = neighbours === undefined ? {} : { symbol: { name, size, ...place } };
    const key = `${name}+${offset}/${size}${neighbours === undefined ? '' : `@${place.section}:${place.offset}`}`;
    requests.set(key, { function: name, offset, size, ...which });
    return key;
  };
  for (const frame of frames) {
    const { offset } = frame;
    const fitting = await symbolsFitting(image, frame);
    if (offset === undefined || fitting.length === 0) continue;
    const chosen = neighbours === undefined ? fitting : await chooseSymbols(image, frame, fitting, neighbours(frame));
    const back = isReturnAddress(frame) ? 1 : 0;
    const found = chosen.map((symbol) => ({
      exact: request(symbol, offset - back),
      ...(back === 0 ? {} : { printed: request(symbol, offset) }),
    }));
    places.set(frame, distinctPlaces(found));
  }
  return { requests, places };
}

const distinctPlaces = (places: readonly Place[]): readonly Place[] => [
  ...new Map(places.map((place) => [place.exact, place])).values(),
];

/** The reliable frames before and behind each one of its section. */
function neighboursIn(sections: readonly TraceSection[], judged: JudgedImages): (frame: Frame) => Neighbours {
  const imageOf = (frame: Frame): Image | undefined => judged.images.get(frame.module ?? '')?.image;
  const known = new Map<Frame, Neighbours>();
  for (const { frames } of sections) {
    const stack = frames.filter((frame) => frame.reliable && !frame.inlined && frame.offset !== undefined);
    for (const [index, frame] of stack.entries()) {
      const callee = isReturnAddress(frame) ? stack[index - 1] : undefined;
      known.set(frame, { callee, caller: stack[index + 1], imageOf });
    }
  }
  return (frame) => known.get(frame) ?? { imageOf };
}

/** Program counters, probed and interrupted addresses are where they are; all others point behind a call. Offset 0 has nothing before it. */
const isReturnAddress = (frame: Frame): boolean =>
  frame.offset !== 0 && frame.role !== 'pc' && frame.role !== 'probed' && frame.role !== 'interrupted';

interface Answers {
  readonly answers: ReadonlyMap<string, SymbolAnswer>;
  readonly problems: readonly Problem[];
}

async function ask(
  requests: ReadonlyMap<string, SymbolRequest>,
  { image }: JudgedImage,
  symbolizer: Symbolizer,
  { signal, progress }: ResolveFramesOptions,
): Promise<Answers> {
  if (requests.size === 0) return { answers: new Map(), problems: [] };
  const step = image.file.slice(image.file.lastIndexOf('/') + 1);
  let done = 0;
  progress?.({ step, done, total: requests.size });
  const outcome = await symbolizer.resolve(image, [...requests.values()], {
    ...(signal === undefined ? {} : { signal }),
    onAnswer: () => progress?.({ step, done: ++done, total: requests.size }),
  });
  const answers = new Map<string, SymbolAnswer>();
  for (const [index, key] of [...requests.keys()].entries()) answers.set(key, outcome.value?.[index] ?? []);
  return { answers, problems: outcome.problems };
}

function resolvedFrame(frame: Frame, places: readonly Place[], answers: Answers['answers'], proven: boolean): Frame {
  const chains = places.flatMap((place) =>
    (answers.get(place.exact) ?? []).map((chain, index) => ({ chain, place, index })),
  );
  const [first] = chains;
  if (first === undefined) return frame;
  const certainty = proven ? 'exact' : 'unverified';
  const own = distinctLines(chains.flatMap(({ chain }) => chain.at(-1) ?? []));
  if (own.length > 1) return { ...frame, certainty, locations: [], candidates: own };
  const printed = first.place.printed === undefined ? undefined : answers.get(first.place.printed)?.[first.index];
  const returnLine = printed === undefined ? undefined : differing(first.chain, printed);
  return { ...frame, certainty, locations: first.chain, ...(returnLine === undefined ? {} : { returnLine }) };
}

function distinctLines(locations: readonly SourceLine[]): readonly SourceLine[] {
  const lines = new Map(locations.map(({ file, line }) => [`${file}:${line}`, { file, line }]));
  return [...lines.values()];
}

/** Where the printed address lies, if not where the call is: the function's own line where that differs, else the innermost. */
function differing(call: readonly Location[], printed: readonly Location[]): SourceLine | undefined {
  const pairs = [
    [call.at(-1), printed.at(-1)],
    [call[0], printed[0]],
  ] as const;
  for (const [before, after] of pairs) {
    if (after !== undefined && (before?.file !== after.file || before.line !== after.line))
      return { file: after.file, line: after.line };
  }
  return undefined;
}
