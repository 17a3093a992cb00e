/**
 * Declarations outside functions. Only those with an initialiser are of interest (tables of operations); prototypes,
 * typedefs, struct definitions and `MACRO(...);` are blanked.
 */
import { normaliseInitialiser } from './bodies.ts';
import type { Code } from './code.ts';
import type { Findings } from './findings.ts';
import { cleanTypes, eraseAttribute, eraseAttributes, rewriteAsDeclaration } from './types.ts';
import { isIntegerSize } from './words.ts';

/** From token `first` to the `;` at `end`. Returns whether the declaration is still there. */
export function normaliseDeclaration(code: Code, first: number, end: number, findings: Findings): boolean {
  const equals = findEquals(code, first, end);
  if (equals < 0) {
    code.erase(first, end);
    return false;
  }
  const name = skipSpecifiers(code, first, end);
  if (code.isPlain(name) && code.isParenthesis(name + 1)) normaliseDeclaringMacro(code, first, name, equals);
  cleanTypes(code, first, equals);
  eraseExtraWords(code, first, equals);
  normaliseInitialiser(code, equals + 1, end, findings);
  return true;
}

function findEquals(code: Code, first: number, end: number): number {
  for (let token = first; token < end; token = code.lastOf(token) + 1) if (code.text(token) === '=') return token;
  return -1;
}

/** Blanks annotations in front and returns the first token that is neither one nor `static` nor `const`. */
function skipSpecifiers(code: Code, first: number, end: number): number {
  let token = first;
  while (token < end) {
    if (code.isAttribute(token)) token = eraseAttribute(code, token);
    else if (!/^(storage|qualifier)$/.test(code.wordClass(token))) break;
    token++;
  }
  return token;
}

/** `static DEFINE_PER_CPU(int, x) __aligned(8) = ...` -> `int X = ...`. */
function normaliseDeclaringMacro(code: Code, first: number, macro: number, equals: number): void {
  const close = code.partner(macro + 1);
  if (close > equals) return;
  eraseAttributes(code, close + 1, equals);
  if (!rewriteAsDeclaration(code, macro)) return;
  code.erase(first, macro - 1);
  code.erase(close + 1, equals - 1);
}

/** Leaves a type and a name before the `=`. Lists (`int a, b = 1`) and declarators with parentheses are left alone. */
function eraseExtraWords(code: Code, first: number, equals: number): void {
  const names: number[] = [];
  let typeAt = -1;
  let hasType = false;
  for (let token = first; token < equals; token = code.isErased(token) ? token + 1 : code.lastOf(token) + 1) {
    if (code.isErased(token)) continue;
    const text = code.text(token);
    const wordClass = code.wordClass(token);
    if (text === '(' || text === ',') return;
    if (wordClass === 'plain' && code.wordClass(token - 1) !== 'tag') names.push(token);
    const isType = wordClass === 'tag' || wordClass === 'type' || (wordClass === 'qualifier' && isIntegerSize(text));
    const isLateStorage = wordClass === 'storage' && names.length > 0;
    if (isType || wordClass === 'typeof') hasType = true;
    if (typeAt < 0 && (isType || isLateStorage)) typeAt = token;
  }
  const extra = names.length - (hasType ? 1 : 2);
  for (let count = 0; count < extra; count++) {
    const before = names.findIndex((token) => token < typeAt);
    const [token = -1] = names.splice(before >= 0 ? before : -1, 1);
    code.erase(token);
  }
}
