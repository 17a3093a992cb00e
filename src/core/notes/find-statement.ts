import { textsAfter, textsBefore } from './anchor-at.ts';
import type { NoteAnchor } from './note.ts';
import { contextSimilarity, similarity } from './similarity.ts';
import type { Unit } from './units.ts';

/** The statement of a function that an anchor speaks of, or why none is taken. */
export type FoundStatement =
  | { readonly unit: Unit; readonly confidence: 'same' | 'changed'; /** 0 to 1. */ readonly context: number }
  | 'no-statement'
  | 'ambiguous';

interface Candidate {
  readonly unit: Unit;
  /** 1 for the very same statement. */
  readonly text: number;
  readonly context: number;
  readonly sameLabel: boolean;
}

/** Short statements (`return 0 ;`, `goto drop ;`) say little of themselves: then the surroundings have to. */
const tellingTokens = 6;

/** How much better the best of several must be than the next one: below this it is a guess. */
const margin = 0.12;

/**
 * Finds an anchor's statement among a function's. A line is only given when one statement clearly fits better than all
 * others: the same text in like surroundings, or nearly the same text in nearly the same ones.
 */
export function findStatement(anchor: NoteAnchor, units: readonly Unit[]): FoundStatement {
  const candidates = units.map((unit, index) => candidateAt(anchor, units, unit, index));
  const same = candidates.filter(({ text }) => text === 1);
  if (same.length > 0) return bestOf(same, 'same', same.length === 1 ? leastAlone(anchor) : leastAmongSeveral);
  // What stood beside the statement and still stands there is that neighbour, however much alike.
  const neighbours = new Set([...anchor.before, ...anchor.after]);
  const like = candidates.filter(
    ({ text, unit }) => text >= leastLike && unit.kind === anchor.kind && !neighbours.has(unit.text),
  );
  return like.length === 0 ? 'no-statement' : bestOf(like, 'changed', leastChanged);
}

const leastAlone = (anchor: NoteAnchor): number => (isTelling(anchor) ? 0.1 : 0.45);

/** Whether a statement alone says which one is meant. */
export const isTelling = ({ statement }: NoteAnchor): boolean => statement.split(' ').length >= tellingTokens;
const leastAmongSeveral = 0.5;
const leastLike = 0.6;
const leastChanged = 0.55;

function candidateAt(anchor: NoteAnchor, units: readonly Unit[], unit: Unit, index: number): Candidate {
  const text = similarity(anchor.statement, unit.text);
  const context =
    text < leastLike
      ? 0
      : (contextSimilarity(anchor.before, textsBefore(units, index)) +
          contextSimilarity(anchor.after, textsAfter(units, index))) /
        2;
  return { unit, text, context, sameLabel: unit.label === anchor.label };
}

function bestOf(candidates: readonly Candidate[], confidence: 'same' | 'changed', least: number): FoundStatement {
  const [best, next] = candidates.toSorted((one, other) => scoreOf(other) - scoreOf(one));
  if (best === undefined || best.context < least) return candidates.length > 1 ? 'ambiguous' : 'no-statement';
  if (next !== undefined && scoreOf(best) - scoreOf(next) < margin) return 'ambiguous';
  return { unit: best.unit, confidence, context: best.context };
}

/** A label above it is a neighbour from further away. */
const scoreOf = ({ text, context, sameLabel }: Candidate): number => text + context + (sameLabel ? 0.15 : 0);
