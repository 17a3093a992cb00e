import { LineIndex, type Place } from '../base/position.ts';
import { oneLine } from '../base/text.ts';
import type { FunctionFacts } from '../syntax/facts.ts';
import { findFragment, holdsAll, isFragment, tokensOf } from './fragment.ts';
import { occurrencesOf, type Occurrence } from './occurrences.ts';
import type { Shape } from './pack.ts';

/** A place in a function that has the shape looked for. */
export interface ShapeMatch {
  readonly place: Place;
  /** The source there on one line, cut where it is long. */
  readonly text: string;
  /** Where the place is a label, or a jump to one. */
  readonly label?: string;
}

/**
 * Every place in the function that has the shape, in source order.
 * @param text the whole file the facts were read from
 */
export function matchShape(shape: Shape, facts: FunctionFacts, text: string): readonly ShapeMatch[] {
  const match = (place: Place, label?: string): ShapeMatch => ({
    place,
    text: shorten(oneLine(text.slice(place.start, place.end))),
    ...(label === undefined ? {} : { label }),
  });
  if ('definition' in shape) {
    return shape.returns === undefined || holdsAll(facts.returnType, [shape.returns]) ? [match(facts.place)] : [];
  }
  if ('parameter' in shape) {
    return facts.parameters.filter(({ name }) => name === shape.parameter).map(({ place }) => match(place));
  }
  const nearby = occurrencesOf(facts).filter(
    ({ inLoop, under }) => (shape.in !== 'loop' || inLoop) && reachedUnder(under, shape.under ?? []),
  );
  if ('code' in shape) return findCode(shape.code, nearby, text).map((place) => match(place));
  return outermost(nearby.filter((occurrence) => hasShape(occurrence, shape, text))).map(({ place, ...rest }) =>
    match(place, 'name' in rest ? rest.name : undefined),
  );
}

/** Of `!ct || skipped(state)` and the `!ct` in it, both conditions, only the first is told. */
function outermost(occurrences: readonly Occurrence[]): readonly Occurrence[] {
  return occurrences.filter(
    ({ kind, place }) =>
      kind !== 'condition' ||
      !occurrences.some(({ place: other }) => other.start <= place.start && place.end <= other.end && other !== place),
  );
}

type OccurringShape = Exclude<Shape, { definition: true } | { parameter: string } | { code: string }>;

function hasShape(occurrence: Occurrence, shape: OccurringShape, text: string): boolean {
  switch (occurrence.kind) {
    case 'label':
      return 'label' in shape && shape.label === occurrence.name;
    case 'goto':
      return 'goto' in shape && shape.goto === occurrence.name;
    case 'case':
      return 'case' in shape && occurrence.values.some((value) => isFragment(value, shape.case));
    case 'call':
      return (
        'call' in shape && shape.call.includes(occurrence.call.callee) && passes(occurrence, shape.arguments ?? [])
      );
    case 'condition':
      return 'condition' in shape && holdsAll(occurrence.text, shape.condition);
    case 'return':
      return 'return' in shape && holdsAll(occurrence.text, shape.return);
    case 'loop':
      return 'loop' in shape && holdsAll(text.slice(occurrence.place.start, occurrence.place.end), shape.loop);
    case 'assignment':
      return (
        'assignment' in shape &&
        isFragment(occurrence.assignment.target, shape.assignment) &&
        holdsAll(occurrence.assignment.value, shape.value ?? [])
      );
    case 'expression':
      return false;
  }
}

function passes(occurrence: Extract<Occurrence, { kind: 'call' }>, wanted: readonly string[]): boolean {
  const given = occurrence.call.arguments;
  return wanted.every((fragment, index) => {
    const argument = given[index];
    return argument !== undefined && (fragment === '_' || isFragment(argument.text, fragment));
  });
}

function reachedUnder(conditions: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((fragment) => conditions.some((condition) => holdsAll(condition, [fragment])));
}

/**
 * The fragment itself, not the expression it stands in. It is asked of the facts first: the file's text between the
 * same two places may hold a half of an #if that was left out.
 */
function findCode(fragment: string, occurrences: readonly Occurrence[], text: string): readonly Place[] {
  const wanted = tokensOf(fragment);
  const ends = new Map<number, number>();
  for (const occurrence of occurrences) {
    if (occurrence.kind !== 'expression' || !holdsAll(occurrence.text, [fragment])) continue;
    const { start, end } = occurrence.place;
    const tokens = tokensOf(text.slice(start, end));
    for (const at of findFragment(tokens, wanted)) {
      const [first, last] = [tokens[at], tokens[at + wanted.length - 1]];
      if (first && last) ends.set(start + first.start, start + last.end);
    }
  }
  if (ends.size === 0) return [];
  const lines = new LineIndex(text);
  return [...ends].sort(([a], [b]) => a - b).map(([start, end]) => lines.place(start, end));
}

const longest = 160;

function shorten(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
