/** Inline assembly. */
import { offset } from '../../base/position.ts';
import type { Code } from './code.ts';
import { moveBehind, type Rule } from './walk.ts';

/**
 * `asm volatile ("..." : "=r" (x) : : : label)` -> `a__ ()`. What is written in the operands does not matter to a
 * flow of control but for the labels of an asm goto.
 */
export const assembly: Rule = (walk, token) => {
  const { code } = walk;
  let open = token + 1;
  while (code.isWord(open) && code.wordClass(open) !== 'asm') open++;
  if (!code.isParenthesis(open)) return false;
  const close = code.partner(open);
  for (const label of labelsOfAsmGoto(walk.code, open)) {
    walk.findings.jumps.push({ at: offset(code.start(label)), label: code.text(label), from: 'asm' });
  }
  for (let at = token + 1; at < open; at++) code.erase(at);
  code.rewrite(token, 'a__');
  code.erase(open + 1, close - 1);
  return moveBehind(walk, close);
};

/** Labels stand behind the fourth colon of an asm statement. */
function labelsOfAsmGoto(code: Code, open: number): readonly number[] {
  const close = code.partner(open);
  const labels: number[] = [];
  let colons = 0;
  for (let token = open + 1; token < close; token = code.lastOf(token) + 1) {
    if (code.text(token) === ':') colons++;
    else if (colons >= 4 && code.isWord(token)) labels.push(token);
  }
  return labels;
}
