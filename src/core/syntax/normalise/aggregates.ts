/** Bodies of struct, union and enum definitions. */
import type { Code } from './code.ts';
import { eraseAttribute, isTypeof, rewriteTypeof } from './types.ts';

/** Members of the struct or union whose `{` is `open`. */
export function normaliseMembers(code: Code, open: number): void {
  const end = code.isOpener(open) ? code.partner(open) : code.count;
  for (let token = open + 1; token < end; token++) {
    if (code.isAttribute(token)) token = eraseAttribute(code, token);
    else if (isTypeof(code, token)) token = rewriteTypeof(code, token);
    else if (isMemberMacro(code, token)) token = eraseMacro(code, token, ';');
  }
}

/** `struct_group(...)` anywhere, any other `MACRO(...)` at the start of a member; not `ret (*call)(...)`. */
function isMemberMacro(code: Code, token: number): boolean {
  if (!code.isPlain(token) || !code.isParenthesis(token + 1)) return false;
  if (/^(__)?struct_group|^TRAILING_OVERLAP/.test(code.text(token))) return true;
  return code.text(token + 2) !== '*' && /^[;{}]$/.test(code.text(token - 1));
}

/** `enum { A, MACRO(B) C }`: elements that a macro makes, in the enum whose `{` is `open`. */
export function eraseElementMacros(code: Code, open: number): void {
  const end = code.isOpener(open) ? code.partner(open) : code.count;
  for (let token = open + 1; token < end; token++) {
    if (!code.isPlain(token) || !code.isParenthesis(token + 1)) continue;
    if (startsElement(code, token)) token = eraseMacro(code, token, ',');
  }
}

function startsElement(code: Code, token: number): boolean {
  const before = code.text(token - 1);
  if (before === ')') return !code.onSameLine(token - 1, token);
  return before === ',' || before === '{' || code.isWord(token - 1);
}

/** Blanks `MACRO(...)` and the separator behind it. Returns the last token blanked. */
function eraseMacro(code: Code, macro: number, separator: string): number {
  const close = code.partner(macro + 1);
  const last = code.text(close + 1) === separator ? close + 1 : close;
  code.erase(macro, last);
  return last;
}
