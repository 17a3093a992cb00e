/**
 * Arguments that are no expressions. Macros take types, operators, statements and nothing at all where a call, as the
 * parser sees it, takes values. Each becomes one word, or `0`.
 */
import { offset } from '../../base/position.ts';
import type { Code } from './code.ts';
import type { Findings } from './findings.ts';
import { eraseAttribute } from './types.ts';

/** `open`: the opening parenthesis of a call. */
export function normaliseArguments(code: Code, open: number, findings: Findings): void {
  const close = code.partner(open);
  if (close === open + 1) return;
  for (let first = open + 1; first <= close;) {
    const end = endOfArgument(code, first, close);
    normaliseArgument(code, first, end, findings);
    first = end + 1;
  }
}

/** The comma behind the argument, or the closing parenthesis. */
function endOfArgument(code: Code, first: number, close: number): number {
  let token = first;
  while (token < close && code.text(token) !== ',') token = code.lastOf(token) + 1;
  return Math.min(token, close);
}

function normaliseArgument(code: Code, start: number, end: number, findings: Findings): void {
  let first = start;
  while (first < end && code.isAttribute(first)) first = eraseAttribute(code, first) + 1;
  if (first >= end) return fillEmptyArgument(code, end);
  eraseUnknownAnnotations(code, first, end);
  while (first < end && code.isErased(first)) first++;
  if (startsType(code, first)) return reduceTypeToWord(code, first, end);
  if (isStatement(code, first, end)) {
    recordJumps(code, first, end, findings);
    return replaceByZero(code, first, end);
  }
  if (isOperator(code, first, end)) return replaceByZero(code, first, end);
  if (code.text(first) === '.' && end - first > 1) code.erase(first);
  for (let last = end - 1; last > first && code.text(last) === '*'; last--) code.erase(last);
}

/** `TRACE(x, , y)`: puts a `0` into the gap, or takes one of the commas away where there is none. */
function fillEmptyArgument(code: Code, end: number): void {
  if (code.canvas.writeIntoGap(code.end(end - 1), code.start(end), '0')) return;
  if (code.text(end) === ',') code.erase(end);
  else if (code.text(end - 1) === ',') code.erase(end - 1);
}

/** `f(__weird x)`: of two names side by side the first says something of the second. */
function eraseUnknownAnnotations(code: Code, first: number, end: number): void {
  for (let token = first; token + 1 < end; token = code.lastOf(token) + 1) {
    const isTagName = token > first && code.wordClass(token - 1) === 'tag';
    if (code.isPlain(token) && code.isPlain(token + 1) && !isTagName) code.erase(token);
  }
}

function startsType(code: Code, token: number): boolean {
  const wordClass = code.wordClass(token);
  return (
    wordClass === 'tag' ||
    wordClass === 'type' ||
    wordClass === 'qualifier' ||
    wordClass === 'typeof' ||
    wordClass === 'storage'
  );
}

/** `container_of(p, struct sock, node)` -> `container_of(p,        sock, node)`; `min_t(int, ...)` -> `min_t(Int, ...)`. */
function reduceTypeToWord(code: Code, first: number, end: number): void {
  if (code.wordClass(first) === 'typeof' && code.text(first + 1) === '(') {
    code.erase(first + 1, end - 1);
    code.reclassify(first, 'plain');
    return;
  }
  const name = nameOfType(code, first, end);
  if (name < 0) return replaceByZero(code, first, end);
  for (let token = first; token < end; token++) if (token !== name) code.erase(token);
  if (code.isPlain(name)) return;
  const [initial = ''] = code.text(name);
  code.canvas.write(code.start(name), initial === '_' ? 'X' : initial.toUpperCase());
  code.reclassify(name, 'plain');
}

/** The last name of a simple type (`sk_buff` of `const struct sk_buff *`), else its last keyword, else -1. */
function nameOfType(code: Code, first: number, end: number): number {
  let name = -1;
  let keyword = -1;
  let isSimple = true;
  for (let token = first; token < end; token++) {
    const wordClass = code.wordClass(token);
    if (wordClass === 'plain' && (name < 0 || isSimple)) name = token;
    else if (wordClass === 'type' || wordClass === 'qualifier') keyword = token;
    else if (wordClass === 'none' && !/^[*[\]]$/.test(code.text(token))) isSimple = false;
  }
  return name >= 0 ? name : keyword;
}

/** `CHECK(x, goto drop)`, `wait(x, { flush(); })`, `do_once(a = 1; b = 2)`. */
function isStatement(code: Code, first: number, end: number): boolean {
  const wordClass = code.wordClass(first);
  if (wordClass === 'jump' || wordClass === 'control' || wordClass === 'else') return true;
  if (code.text(first) === '{') return true;
  for (let token = first; token < end; token = code.lastOf(token) + 1) if (code.text(token) === ';') return true;
  return false;
}

function recordJumps(code: Code, first: number, end: number, findings: Findings): void {
  for (let token = first; token < end; token++) {
    if (code.text(token) !== 'goto' || !code.isPlain(token + 1)) continue;
    findings.jumps.push({ at: offset(code.start(token)), label: code.text(token + 1), from: 'macro' });
  }
}

/** `COMPARE(a, <=, b)`. */
function isOperator(code: Code, first: number, end: number): boolean {
  for (let token = first; token < end; token++) {
    if (!/^[^\w\s"'()[\]{},;.]$/.test(code.text(token))) return false;
  }
  return true;
}

function replaceByZero(code: Code, first: number, end: number): void {
  const at = code.start(first);
  code.erase(first, end - 1);
  code.canvas.write(at, '0');
}
