import type { Code } from './code.ts';
import { eraseAttribute, isTypeof, rewriteTypeof } from './types.ts';

/** Blanks annotations in a parameter list, known ones and `u8 __unknown *data`. `open`: its parenthesis. */
export function normaliseParameters(code: Code, open: number): void {
  const close = code.partner(open);
  for (let token = open + 1; token < close; token++) {
    if (code.isErased(token)) continue;
    if (isAnnotationBeforeStar(code, token)) code.erase(token);
    else if (code.isAttribute(token)) token = eraseAttribute(code, token);
    else if (isParameterMacro(code, token)) code.erase(token, code.partner(token + 1));
    else if (isTypeof(code, token)) token = rewriteTypeof(code, token);
  }
}

/** A name between a complete type and its `*`. */
function isAnnotationBeforeStar(code: Code, token: number): boolean {
  if (!code.isPlain(token) || code.text(token + 1) !== '*' || code.isErased(token - 1)) return false;
  return code.wordClass(token - 1) === 'type' || code.isPlain(token - 1);
}

/** `int code ARCH_TRAPNO(int trapno) ARCH_IA64(int imm)`: parameters that macros add, with their own comma. */
function isParameterMacro(code: Code, token: number): boolean {
  const before = token - 1;
  const isBehindName = code.isPlain(before) || (code.isErased(before) && code.text(before) === ')');
  return isBehindName && code.isPlain(token) && code.isParenthesis(token + 1) && code.text(token + 2) !== '*';
}
