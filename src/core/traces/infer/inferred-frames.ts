import type { CancelSignal } from '../../base/abort.ts';
import type { Frame, SourceLine, TraceSection } from '../../model.ts';
import { definitionNames, isNoise, sourceName } from '../source-name.ts';
import type { CallLineFinder, CallLines, CallLinesContext, FunctionAsked } from './call-lines.ts';
import { frameCalls } from './frame-calls.ts';

/** Where functions are defined, by the names of `definitionNames`. */
export type DefinitionPlaces = ReadonlyMap<string, readonly SourceLine[]>;

export interface InferenceContext extends CallLinesContext {
  readonly signal?: CancelSignal | undefined;
}

/**
 * Gives frames that nothing else has a line for the lines from which their function calls that of the frame before. One
 * line is a location, several are candidates; frames for which no line is found are not in the answer.
 */
export async function inferredFrames(
  sections: readonly TraceSection[],
  places: DefinitionPlaces,
  finder: CallLineFinder,
  context: InferenceContext,
): Promise<ReadonlyMap<Frame, Frame>> {
  const calls = sections.flatMap(frameCalls);
  const asked = calls.map(({ frame, callee }) => ({
    caller: functionAsked(frame, places),
    callee: functionAsked(callee, places),
  }));
  const found = await finder.find(asked, context);
  return new Map(
    calls.flatMap(({ frame }, index) => {
      const lines = found[index];
      return lines === undefined ? [] : [[frame, inferredFrame(frame, lines)]];
    }),
  );
}

/** What `inferredFrames` has to know the definitions of. */
export const namesToDefine = (sections: readonly TraceSection[]): readonly string[] =>
  sections.flatMap(frameCalls).flatMap(({ frame, callee }) => [frame, callee].flatMap(namesOf));

const namesOf = ({ function: name = '' }: Frame): readonly string[] => definitionNames(name);

function functionAsked(frame: Frame, places: DefinitionPlaces): FunctionAsked {
  const { function: symbol = '', locations } = frame;
  // Of a compiled BPF program nothing is known but that it is called through a pointer.
  if (isNoise(sourceName(symbol))) return { symbol: '', files: [] };
  const own = locations.at(-1);
  const known = own === undefined ? namesOf(frame).flatMap((name) => places.get(name) ?? []) : [own];
  return { symbol, files: [...new Set(known.map(({ file }) => file))] };
}

function inferredFrame(frame: Frame, { lines }: CallLines): Frame {
  const [first, ...others] = lines;
  if (first === undefined) return frame;
  return others.length === 0
    ? {
        ...frame,
        certainty: 'inferred',
        locations: [{ function: sourceName(frame.function ?? ''), ...first, inlined: false }],
      }
    : { ...frame, certainty: 'inferred', locations: [], candidates: lines };
}
