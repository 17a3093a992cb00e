/**
 * A file cut where one thing of its outermost level has ended for certain and the next begins, without tokens: what
 * holds no word of interest need not be looked at any closer.
 */
import type { Span } from '../base/position.ts';
import { offset } from '../base/position.ts';
import { endOfComment, endOfDirective, endOfString } from './normalise/tokens.ts';

/** Which words are of interest. */
export interface Words {
  /** Of words that look as if they were called: `name(`, `(*ops->name)(`, `name[i](`. Also the name in a head. */
  readonly called: (word: string) => boolean;
  /** Of words of more than three capitals, digits and `_`. */
  readonly capital: (word: string) => boolean;
  /** Where something else of interest stands; in any order. */
  readonly others: (text: string) => readonly number[];
}

export interface Stretch extends Span {
  /** Where words of interest stand in it, those in directives, strings and comments aside. */
  readonly words: readonly number[];
}

/** The stretches of a text, one behind the other; together they are the whole text. */
export function stretchesOf(text: string, { called, capital, others }: Words): readonly Stretch[] {
  const { ends, words } = scan(text, called, capital);
  const all = [...words, ...others(text)].sort((a, b) => a - b);
  let start = 0;
  let next = 0;
  return ends.map((end) => {
    const from = next;
    while (next < all.length && (all[next] ?? 0) < end) next++;
    const stretch = { start: offset(start), end: offset(end), words: all.slice(from, next) };
    start = end;
    return stretch;
  });
}

interface Scanned {
  readonly ends: readonly number[];
  readonly words: readonly number[];
}

/** One pass over the text; of most words only the kind of their letters is looked at. */
function scan(text: string, called: Judge, capital: Judge): Scanned {
  const words: number[] = [];
  const ends: number[] = [];
  /** How many braces are open; what it was where the open #if groups began. */
  let depth = 0;
  const groups: number[] = [];
  let isLineStart = true;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const start = at;
    let letters = kindOf(code);
    if (letters !== 0) {
      for (let kind = letters; kind !== 0; kind = kindOf(text.charCodeAt(at))) {
        letters |= kind;
        at++;
      }
      const isCapital = (letters & lower) === 0 && at - start > 3;
      if (isCapital && capital(text.slice(start, at))) words.push(start);
      else if (isCalledAt(text, at) && called(text.slice(start, at))) words.push(start);
      isLineStart = false;
      continue;
    }
    at++;
    switch (code) {
      case lineFeed:
        isLineStart = true;
        continue;
      case slash:
        at = Math.max(at, endOfComment(text, start));
        if (at > start + 1) continue;
        break;
      case doubleQuote:
      case singleQuote:
        at = endOfString(text, start);
        break;
      case hash:
        if (!isLineStart) break;
        at = endOfDirective(text, start);
        depth = depthAfter(text, start, depth, groups);
        continue;
      case openBrace:
        depth++;
        break;
      case closeBrace:
        depth = Math.max(0, depth - 1);
        if (depth === 0 && groups.length === 0 && text.charCodeAt(start - 1) === lineFeed) addEnd(text, at, ends);
        break;
      default:
        if (isBlank(code) || code === backslash) continue;
    }
    isLineStart = false;
  }
  if (ends.at(-1) !== text.length) ends.push(text.length);
  return { ends, words };
}

type Judge = (word: string) => boolean;

/** Behind a brace in the first column that closes the last open one, where nothing but `;` follows on its line. */
function addEnd(text: string, behind: number, ends: number[]): void {
  const at = text.charCodeAt(behind) === semicolon ? behind + 1 : behind;
  if (text.charCodeAt(at) === lineFeed) ends.push(at + 1);
}

/** How many braces are open behind a directive: halves of a group all begin with as many as the first. */
function depthAfter(text: string, start: number, depth: number, groups: number[]): number {
  let at = start + 1;
  while (isBlank(text.charCodeAt(at))) at++;
  if (text.startsWith('if', at)) groups.push(depth);
  else if (text.startsWith('el', at)) return groups.at(-1) ?? depth;
  else if (text.startsWith('endif', at)) groups.pop();
  return depth;
}

/** Whether a text holds what looks like a call of such a function, comments and strings included. */
export function callsOneOf(text: string, called: Judge): boolean {
  for (let at = 0; at < text.length; at++) {
    const start = at;
    while (kindOf(text.charCodeAt(at)) !== 0) at++;
    if (at > start && isCalledAt(text, at) && called(text.slice(start, at))) return true;
  }
  return false;
}

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

const lineFeed = 10;
const doubleQuote = 34;
const hash = 35;
const singleQuote = 39;
const openParenthesis = 40;
const closeParenthesis = 41;
const slash = 47;
const semicolon = 59;
const openBracket = 91;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

const lower = 1;
const upper = 2;
/** Letters by code: 0 for what is in no word. Digits and `_` count as capitals, as they may stand among them. */
const kinds: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/.test(character)) return lower;
  return /\w/.test(character) ? upper : 0;
});

function kindOf(code: number): number {
  return code < 128 ? (kinds[code] ?? 0) : 0;
}
