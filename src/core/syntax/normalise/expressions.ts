/** Rules for types and values that the grammar has no words for. */
import { normaliseArguments } from './arguments.ts';
import { isTypeof, rewriteTypeof } from './types.ts';
import { isCall, moveBehind, type Rule } from './walk.ts';

/** `typeof(x) y` -> `struct T y`. */
export const typeofType: Rule = (walk, token) =>
  isTypeof(walk.code, token) && moveBehind(walk, rewriteTypeof(walk.code, token));

/** `auto x = ...`, `__auto_type x = ...`. */
export const inferredType: Rule = (walk, token) => {
  walk.code.rewrite(token, 'int');
  return moveBehind(walk, token);
};

/** `offsetof(struct sk_buff, cb[1])`: the grammar's own offsetof takes only a plain member; a call takes anything. */
export const offsetOfMember: Rule = (walk, token) => {
  if (!isCall(walk, token)) return false;
  walk.code.rewrite(token, 'offsetoF');
  normaliseArguments(walk.code, token + 1, walk.findings);
  return moveBehind(walk, token);
};

/** `__alignof__(struct foo)` -> `sizeof(struct foo)`. */
export const alignmentOf: Rule = (walk, token) => {
  const { code } = walk;
  if (!isCall(walk, token) || code.text(token) === 'sizeof' || code.text(token) === '_Generic') return false;
  if (code.width(token) >= 'sizeof'.length) code.rewrite(token, 'sizeof');
  return moveBehind(walk, token);
};

/** A number the grammar does not know becomes a name: `4ADDR_EVENT`. A name behind a number is blanked. */
export const number: Rule = (walk, token) => {
  const { code } = walk;
  if (!isNumber(code.text(token))) code.canvas.write(code.start(token), '_');
  if (code.isPlain(token + 1)) code.erase(token + 1);
  return moveBehind(walk, token);
};

function isNumber(text: string): boolean {
  return /^(0[xX][\da-fA-F]+|0[bB][01]+|\d+)[uUlL]*$/.test(text) || /^\d+(\.\d*)?([eE][-+]?\d+)?[fFlL]?$/.test(text);
}
