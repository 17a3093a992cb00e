/**
 * Whether a text can hold a site, told by its words alone: most functions hold none, and reading them costs a hundred
 * times as much as looking. Derived from the primitives, so that what is a site there is seen here.
 */
import type { Place } from '../base/position.ts';
import type { Call } from '../syntax/facts.ts';
import { bumpOf, primitiveOf } from './primitives.ts';

/** False where a text certainly holds no site: a whole file's, or that of one function. */
export type Marks = (text: string) => boolean;

/** @param isWrapper whether a call of that name ends a packet or sends a RST, besides the primitives */
export function marksOf(isWrapper: (callee: string) => boolean = () => false): Marks {
  const known = new Map<string, boolean>();
  const isMark = (callee: string): boolean => {
    const seen = known.get(callee);
    if (seen !== undefined) return seen;
    const isOne = isPrimitive(callee) || isWrapper(callee);
    known.set(callee, isOne);
    return isOne;
  };
  return (text) => markedWords.test(text) || callsOne(text, isMark);
}

/** What verdicts are made of, in netfilter and elsewhere, and the counter that is bumped by plain atomics. */
const markedWords =
  /\bNF_DROP|-\s*NF_ACCEPT\b|\bsk_drops\b|\bSKB_DR|DROP_REASON_|\b(?:NET_RX|XDP|TX|RX)_DROP|\bTC_ACT_SHOT\b|\bXDP_ABORTED\b/;

function isPrimitive(callee: string): boolean {
  const call = { callee, arguments: [{ text: 'ITEM', place: nowhere }], place: nowhere, guards: [] };
  return [call, { ...call, receiver: 'ops' }].some(isOfInterest);
}

function isOfInterest(call: Call): boolean {
  return primitiveOf(call) !== undefined || bumpOf(call, () => true) !== undefined;
}

const nowhere = { start: 0, end: 0, line: 1, column: 1 } as Place;

/** Looks at what stands before each parenthesis. */
function callsOne(text: string, isMark: (callee: string) => boolean): boolean {
  for (let at = text.indexOf('('); at >= 0; at = text.indexOf('(', at + 1)) {
    const end = endOfCallee(text, at);
    let start = end;
    while (isWordCode(text.charCodeAt(start - 1))) start--;
    if (start < end && isMark(text.slice(start, end))) return true;
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
