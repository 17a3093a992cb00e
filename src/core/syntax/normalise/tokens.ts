/**
 * Cuts C into tokens. Only as much of the language as bracket matching and the rules need: every punctuation
 * character is a token of its own but `...`, a preprocessor line is one token with its continuation lines, and
 * comments are not tokens: they become blanks at once.
 */
import type { Span } from '../../base/position.ts';
import type { Canvas } from './canvas.ts';

export const Kind = { none: 0, word: 1, number: 2, string: 3, mark: 4, directive: 5 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Three columns of one table: what token i is, and where it stands (end exclusive). */
export interface Tokens {
  readonly kinds: readonly Kind[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const lineFeed = 10;
const tab = 9;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const singleQuote = 39;
const star = 42;
const plus = 43;
const minus = 45;
const dot = 46;
const slash = 47;
const backslash = 92;
const ascii = 128;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Letters, digits, `_`, `$`, and everything outside ASCII. */
const wordCodes: readonly boolean[] = Array.from({ length: ascii }, (_, code) =>
  /[\w$]/.test(String.fromCharCode(code)),
);
const isWordCode = (code: number): boolean => code >= ascii || wordCodes[code] === true;

/** @param within the stretches to cut, each of whole items */
export function tokenise(source: string, canvas: Canvas, within: readonly Span[]): Tokens {
  const tokens: Growing = { kinds: [], starts: [], ends: [] };
  for (const { start, end } of within) tokeniseStretch(source, canvas, start, end, tokens);
  return tokens;
}

interface Growing extends Tokens {
  readonly kinds: Kind[];
  readonly starts: number[];
  readonly ends: number[];
}

function tokeniseStretch(
  source: string,
  canvas: Canvas,
  start: number,
  stop: number,
  { kinds, starts, ends }: Growing,
): void {
  let atLineStart = true;
  let at = start;
  while (at < stop) {
    const code = source.charCodeAt(at);
    if (isBlank(code)) {
      if (code === lineFeed) atLineStart = true;
      at++;
      continue;
    }
    const commentEnd = endOfComment(source, at);
    if (commentEnd > at) {
      canvas.blank(at, commentEnd);
      at = commentEnd;
      continue;
    }
    const kind = kindAt(code, atLineStart);
    const end = endOf(kind, source, at);
    kinds.push(kind);
    starts.push(at);
    ends.push(end);
    atLineStart = false;
    at = end;
  }
}

/** White space, and the backslash of a continued line. */
function isBlank(code: number): boolean {
  return code === space || (code >= tab && code <= carriageReturn) || code === backslash;
}

/** The end of the comment that starts here, or `at` when none does. An unclosed one runs to the end of the text. */
export function endOfComment(source: string, at: number): number {
  if (source.charCodeAt(at) !== slash) return at;
  const next = source.charCodeAt(at + 1);
  if (next === star) return endOrLength(source, source.indexOf('*/', at + 2), 2);
  if (next === slash) return endOrLength(source, source.indexOf('\n', at), 0);
  return at;
}

function endOrLength(source: string, found: number, width: number): number {
  return found < 0 ? source.length : found + width;
}

function kindAt(code: number, atLineStart: boolean): Kind {
  if (code === hash && atLineStart) return Kind.directive;
  if (isDigit(code)) return Kind.number;
  if (isWordCode(code)) return Kind.word;
  if (code === doubleQuote || code === singleQuote) return Kind.string;
  return Kind.mark;
}

function endOf(kind: Kind, source: string, at: number): number {
  switch (kind) {
    case Kind.directive:
      return endOfDirective(source, at);
    case Kind.number:
      return endOfNumber(source, at);
    case Kind.word:
      return endOfWord(source, at);
    case Kind.string:
      return endOfString(source, at);
    default:
      return source.startsWith('...', at) ? at + 3 : at + 1;
  }
}

/** To the end of the line, of its continuation lines, and of a comment that runs over it. */
export function endOfDirective(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === lineFeed && !isContinued(source, at)) return at;
    if (code === doubleQuote) at = endOfString(source, at);
    else at = Math.max(at + 1, endOfComment(source, at));
  }
  return source.length;
}

function isContinued(source: string, lineEnd: number): boolean {
  const last = source.charCodeAt(lineEnd - 1) === carriageReturn ? lineEnd - 2 : lineEnd - 1;
  return source.charCodeAt(last) === backslash;
}

function endOfWord(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && isWordCode(source.charCodeAt(at))) at++;
  return at;
}

/** A preprocessing number: `0x1fUL`, `1.5e-3`, and also `4ADDR_EVENT`, half of a pasted name. */
function endOfNumber(source: string, start: number): number {
  const isHexadecimal = /[xX]/.test(source.charAt(start + 1));
  let at = start + 1;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    const isSign = (code === plus || code === minus) && !isHexadecimal && /[eE]/.test(source.charAt(at - 1));
    if (!isSign && code !== dot && !isWordCode(code)) break;
    at++;
  }
  return at;
}

/** To the closing quote, or to the end of the line when there is none. */
export function endOfString(source: string, start: number): number {
  const quote = source.charCodeAt(start);
  let at = start + 1;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === lineFeed) return at;
    at += code === backslash ? 2 : 1;
  }
  return source.length;
}
