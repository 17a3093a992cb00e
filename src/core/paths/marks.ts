/**
 * Whether a text can hold a site, told by its words alone: most functions hold none, and reading them costs a hundred
 * times as much as looking. Derived from the primitives, so that what is a site there is seen here.
 */
import type { Place } from '../base/position.ts';
import type { Call, FunctionFacts } from '../syntax/facts.ts';
import { callsOf, eachStatement } from '../syntax/walk.ts';
import { bumpOf, primitiveOf } from './primitives.ts';
import { reasonGiven } from './reasons.ts';
import { type IsReason, verdictInText } from './verdict-words.ts';

/** False where a text certainly holds no site: a whole file's, or that of one function. */
export type Marks = (text: string) => boolean;

export interface MarkMeanings {
  readonly isReason: IsReason;
  /** Whether a call of that name ends a packet or sends a RST although it is no primitive. */
  readonly isWrapper: (callee: string) => boolean;
}

export function marksOf({ isReason, isWrapper }: MarkMeanings): Marks {
  const isMarkedCall = remembered((callee) => isPrimitive(callee) || isWrapper(callee));
  const isMarkedWord = remembered((word) => verdictInText(word, isReason) !== undefined);
  return (text) => otherMarks(text) || holds(text, isMarkedCall, isMarkedWord);
}

/** Conntrack's word for an invalid packet (verdictInText), and the counter that is bumped by plain atomics (bumpOf). */
function otherMarks(text: string): boolean {
  return text.includes('sk_drops') || (text.includes('NF_ACCEPT') && /-\s*NF_ACCEPT\b/.test(text));
}

function remembered(judge: (word: string) => boolean): (word: string) => boolean {
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
  return primitiveOf(call) !== undefined || bumpOf(call, () => true) !== undefined || reasonGiven(call) !== undefined;
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
  return mayFail && callsOf(fn).some((call) => bumpOf(call, () => true) !== undefined);
}

/** Whether a text holds what looks like a call of such a function: `name(`, `(*ops->name)(`, `name[i](`. */
export function callsOneOf(text: string, isMarked: (callee: string) => boolean): boolean {
  return holds(text, isMarked, () => false);
}

/** One pass over the text; of most words only the kind of their letters is looked at. */
function holds(text: string, isMarkedCall: Judge, isMarkedWord: Judge): boolean {
  for (let at = 0; at < text.length; at++) {
    const start = at;
    let letters = 0;
    for (let kind = kindAt(text, at); kind !== 0; kind = kindAt(text, at)) {
      letters |= kind;
      at++;
    }
    if (at === start) continue;
    if ((letters & lower) === 0 && at - start > 3 && isMarkedWord(text.slice(start, at))) return true;
    if (isCalledAt(text, at) && isMarkedCall(text.slice(start, at))) return true;
  }
  return false;
}

type Judge = (word: string) => boolean;

/** Whether the word that ends at `end` may be what is called. */
function isCalledAt(text: string, end: number): boolean {
  let at = end;
  while (isBlank(text.charCodeAt(at))) at++;
  const code = text.charCodeAt(at);
  if (code === openParenthesis || code === openBracket) return true;
  if (code !== closeParenthesis) return false;
  do at++;
  while (isBlank(text.charCodeAt(at)));
  return text.charCodeAt(at) === openParenthesis;
}

const openParenthesis = 40;
const closeParenthesis = 41;
const openBracket = 91;
const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

const lower = 1;
const upper = 2;
/** Letters by code: 0 for what is in no word. Digits and `_` count as capitals, as they may stand among them. */
const kinds: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/.test(character)) return lower;
  return /\w/.test(character) ? upper : 0;
});

function kindAt(text: string, at: number): number {
  return kinds[text.charCodeAt(at)] ?? 0;
}
