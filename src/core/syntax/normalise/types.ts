/** What stands beside a type: annotations that mean nothing to the parser, and types told by an expression. */
import type { Code } from './code.ts';

/** Blanks an annotation and its parentheses, if it takes any: `__rcu`, `__printf(1, 2)`. Returns its last token. */
export function eraseAttribute(code: Code, token: number): number {
  const takesArguments = code.wordClass(token) === 'attributeCall' && code.isParenthesis(token + 1);
  const last = takesArguments ? code.partner(token + 1) : token;
  code.erase(token, last);
  return last;
}

/** Blanks all annotations from `first` up to `end` (exclusive). */
export function eraseAttributes(code: Code, first: number, end: number): void {
  for (let token = first; token < end; token++) {
    if (!code.isErased(token) && code.isAttribute(token)) token = eraseAttribute(code, token);
  }
}

/** Whether `typeof (...)` stands here. */
export function isTypeof(code: Code, token: number): boolean {
  return code.wordClass(token) === 'typeof' && code.isParenthesis(token + 1);
}

/** `typeof(*skb) x` becomes `struct  T      x`: the grammar has no typeof. Returns the last token of the typeof. */
export function rewriteTypeof(code: Code, token: number): number {
  const open = token + 1;
  const close = code.partner(open);
  code.rewrite(token, 'struct');
  code.erase(open, close);
  if (!code.canvas.writeIntoGap(code.end(open), code.end(close), 'T')) code.canvas.write(code.start(open), 'T');
  return close;
}

/** Blanks annotations and replaces each typeof, from `first` up to `end` (exclusive). */
export function cleanTypes(code: Code, first: number, end: number): void {
  for (let token = first; token < end; token++) {
    if (code.isErased(token)) continue;
    if (code.isAttribute(token)) token = eraseAttribute(code, token);
    else if (isTypeof(code, token)) token = rewriteTypeof(code, token);
  }
}

/**
 * A macro that declares something, as `int X`: `DEFINE_MUTEX(lock) = ...`. Returns false where the name is too short
 * to hold `int`.
 */
export function rewriteAsDeclaration(code: Code, macro: number): boolean {
  if (code.width(macro) < 3) return false;
  const open = macro + 1;
  const close = code.partner(open);
  code.rewrite(macro, 'int');
  code.erase(open, close);
  code.canvas.writeIntoGap(code.end(open), code.end(close), 'X');
  return true;
}
