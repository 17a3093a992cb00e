/** Rules for annotations: words that say something of what they stand beside, and nothing to the parser. */
import { eraseAttribute } from './types.ts';
import { follows, inStatements, moveBehind, skipBehind, type Rule } from './walk.ts';

/** `p->__free`: a member that is called like an annotation. */
export const memberNamedLikeAttribute: Rule = (walk, token) => {
  const { code } = walk;
  if (!follows(walk, token)) return false;
  const isMember = code.text(token - 1) === '.' || (code.text(token - 1) === '>' && code.text(token - 2) === '-');
  return isMember && moveBehind(walk, token);
};

/** `struct foo __rcu *p`. */
export const attribute: Rule = (walk, token) => skipBehind(walk, eraseAttribute(walk.code, token));

/** `(__weird skb)`, `f(a, __weird b)`: an unknown annotation. */
export const annotationInParentheses: Rule = (walk, token) => {
  const { code } = walk;
  const before = code.text(token - 1);
  if (walk.atStatement || !follows(walk, token) || (before !== '(' && before !== ',')) return false;
  if (!code.isPlain(token + 1) || code.wordClass(token - 2) === 'control') return false;
  code.erase(token);
  return skipBehind(walk, token);
};

/** `char far *data`, `int __odd x`: between a keyword type and what it is the type of. */
export const annotationBehindType: Rule = (walk, token) => {
  const { code } = walk;
  if (!follows(walk, token) || code.wordClass(token - 1) !== 'type') return false;
  if (code.text(token + 1) !== '*' && !code.isPlain(token + 1)) return false;
  code.erase(token);
  return skipBehind(walk, token);
};

/** `static int table[4] __annotation = { ... }`. */
export const annotationBehindArray: Rule = (walk, token) => {
  if (!follows(walk, token) || walk.code.text(token - 1) !== ']') return false;
  walk.code.erase(token);
  return skipBehind(walk, token);
};

/** In an initialiser `&a, FIRST_MACRO SECOND_MACRO &b`: macros that bring their own comma. */
export const wordBeforeElement: Rule = (walk, token) => {
  const { code } = walk;
  if (inStatements(walk) || !code.isPlain(token + 1) || code.wordClass(token - 1) === 'tag') return false;
  code.erase(token);
  return skipBehind(walk, token);
};

/** `x = y MACRO;`, `return y MACRO;`: the macro goes on with the expression, as `* 7 / 4` or the like. */
export const wordAfterValue: Rule = (walk, token) => {
  const { code } = walk;
  if (!follows(walk, token) || !code.isPlain(token - 1)) return false;
  if (code.text(token - 2) !== '=' && code.text(token - 2) !== 'return') return false;
  code.erase(token);
  return skipBehind(walk, token);
};
