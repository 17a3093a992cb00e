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
  return (text) => otherMarks.test(text) || holdsWord(text, isMarkedWord) || callsOneOf(text, isMarkedCall);
}

/** Conntrack's word for an invalid packet (verdictInText), and the counter that is bumped by plain atomics (bumpOf). */
const otherMarks = /-\s*NF_ACCEPT\b|\bsk_drops\b/;

function remembered(judge: (word: string) => boolean): (word: string) => boolean {
  const known = new Map<string, boolean>();
  return (word) => {
    const seen = known.get(word) ?? judge(word);
    known.set(word, seen);
    return seen;
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

/** Whether only its callers tell if what a function counts is lost: it gives NULL back for a packet (goes-on.ts). */
export function isJudgedByCallers(fn: FunctionFacts): boolean {
  if (!fn.parameters.some(({ type }) => /\bsk_buff\s*\*$/.test(type))) return false;
  const givesNull = fn.readings.some(({ body }) =>
    [...eachStatement(body)].some((statement) => statement.kind === 'return' && statement.value?.text === 'NULL'),
  );
  return givesNull && callsOf(fn).some((call) => bumpOf(call, () => true) !== undefined);
}

/** Looks at the words in capitals. */
function holdsWord(text: string, isMarked: (word: string) => boolean): boolean {
  const words = /\b[A-Z][A-Z0-9_]{4,}/g;
  for (let found = words.exec(text); found !== null; found = words.exec(text)) if (isMarked(found[0])) return true;
  return false;
}

/** Looks at what stands before each parenthesis. */
export function callsOneOf(text: string, isMarked: (callee: string) => boolean): boolean {
  for (let at = text.indexOf('('); at >= 0; at = text.indexOf('(', at + 1)) {
    const end = endOfCallee(text, at);
    let start = end;
    while (isWordCode(text.charCodeAt(start - 1))) start--;
    if (start < end && isMarked(text.slice(start, end))) return true;
  }
  return false;
}

/** Behind the name in `name (`, `(*ops->name)(` and `name[i](`. */
function endOfCallee(text: string, open: number): number {
  let at = skipBlanks(text, open);
  if (text.charCodeAt(at - 1) === closeParenthesis) at = skipBlanks(text, at - 1);
  if (text.charCodeAt(at - 1) === closeBracket) at = skipBlanks(text, text.lastIndexOf('[', at - 1));
  return at;
}

function skipBlanks(text: string, end: number): number {
  let at = end;
  while (at > 0 && text.charCodeAt(at - 1) <= space) at--;
  return at;
}

const space = 32;
const closeParenthesis = 41;
const closeBracket = 93;

function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || code === 95 || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}
