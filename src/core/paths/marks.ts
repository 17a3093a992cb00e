/**
 * Whether a text can hold a site, told by its words alone: most functions hold none, and reading them costs a hundred
 * times as much as looking. Derived from the primitives, so that what is a site there is seen here.
 */
import type { Place } from '../base/position.ts';
import type { Call, FunctionFacts } from '../syntax/facts.ts';
import type { Words } from '../syntax/stretches.ts';
import { callsOf, eachStatement } from '../syntax/walk.ts';
import { bumpOf, primitiveOf } from './primitives.ts';
import { reasonGiven } from './reasons.ts';
import { type IsReason, verdictInText } from './verdict-words.ts';

/** The words of which one stands in every function that holds a site. */
export type Marks = Words;

export interface MarkMeanings {
  readonly isReason: IsReason;
  /** Whether a call of that name ends a packet or sends a RST although it is no primitive. */
  readonly isWrapper: (callee: string) => boolean;
}

export function marksOf({ isReason, isWrapper }: MarkMeanings): Marks {
  return {
    called: remembered((callee) => isPrimitive(callee) || isWrapper(callee)),
    capital: remembered((word) => isItem(word) || verdictInText(word, isReason) !== undefined),
    others: otherMarks,
  };
}

/** A MIB item is named where it is bumped, whoever does it: `LINUX_MIB_LISTENDROPS` (bumpOf). */
const isItem = (word: string): boolean => word.includes('_MIB_');

/** Conntrack's word for an invalid packet (verdictInText), and the counter that is bumped by plain atomics (bumpOf). */
function otherMarks(text: string): readonly number[] {
  const counted = offsetsOf(text, 'sk_drops');
  const verdicts = offsetsOf(text, 'NF_ACCEPT').filter((at) => text.slice(0, at).trimEnd().endsWith('-'));
  return [...counted, ...verdicts];
}

function offsetsOf(text: string, word: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) found.push(at);
  return found;
}

/** The same judge, who judges each word once. */
export function remembered(judge: (word: string) => boolean): (word: string) => boolean {
  const known = new Map<string, boolean>();
  return (word) => {
    const seen = known.get(word);
    if (seen !== undefined) return seen;
    const isOne = judge(word);
    known.set(word, isOne);
    return isOne;
  };
}

function isPrimitive(callee: string): boolean {
  const call = { callee, arguments: [{ text: 'ITEM', place: nowhere }], place: nowhere, guards: [] };
  return [call, { ...call, receiver: 'ops' }].some(isOfInterest);
}

function isOfInterest(call: Call): boolean {
  return primitiveOf(call) !== undefined || bumpOf(call, isItem) !== undefined || reasonGiven(call) !== undefined;
}

const nowhere = { start: 0, end: 0, line: 1, column: 1 } as Place;

/** Whether only its callers tell if what a function counts is lost: it fails with a packet (goes-on.ts). */
export function isJudgedByCallers(fn: FunctionFacts): boolean {
  if (!fn.parameters.some(({ type }) => /\bsk_buff\s*\*$/.test(type))) return false;
  const mayFail = fn.readings.some(({ body }) =>
    [...eachStatement(body)].some(
      (statement) => statement.kind === 'return' && /^(?:NULL$|-E)/.test(statement.value?.text ?? ''),
    ),
  );
  return mayFail && callsOf(fn).some((call) => bumpOf(call, isItem) !== undefined);
}
