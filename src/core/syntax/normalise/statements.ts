/** Rules for keywords and for names that stand alone, and for the marks between statements. */
import { offset } from '../../base/position.ts';
import { eraseElementMacros, normaliseMembers } from './aggregates.ts';
import type { Code } from './code.ts';
import { eraseAttribute, isTypeof, rewriteAsDeclaration, rewriteTypeof } from './types.ts';
import { normaliseArguments } from './arguments.ts';
import { endOfCall, follows, inStatements, isCall, moveBehind, skipBehind, type Rule } from './walk.ts';

/** Nothing to do: the token stays. */
export const keep: Rule = (walk, token) => moveBehind(walk, token);

/** `else`: a statement follows. */
export const keepBeforeStatement: Rule = (walk, token) => moveBehind(walk, token, true);

/** `p->__free`: a member that is called like an annotation. */
export const memberNamedLikeAttribute: Rule = (walk, token) => {
  const { code } = walk;
  if (!follows(walk, token)) return false;
  const isMember = code.text(token - 1) === '.' || (code.text(token - 1) === '>' && code.text(token - 2) === '-');
  return isMember && moveBehind(walk, token);
};

/** `struct foo __rcu *p`. */
export const attribute: Rule = (walk, token) => skipBehind(walk, eraseAttribute(walk.code, token));

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

/** `case 1 ... 5:` -> `case 1  +  5:`. */
export const caseRange: Rule = (walk, token) => {
  const { code } = walk;
  if (code.text(token) !== 'case') return false;
  for (
    let at = token + 1;
    !/^[:;{}]?$/.test(code.text(at)) && code.wordClass(at) !== 'case';
    at = code.lastOf(at) + 1
  ) {
    if (code.text(at) === '...') code.rewrite(at, ' + ');
  }
  return moveBehind(walk, token);
};

/** `goto *target;` -> `goto  target;`; behind `do` a statement follows. */
export const jump: Rule = (walk, token) => {
  const { code } = walk;
  if (code.text(token) === 'goto' && code.text(token + 1) === '*') code.erase(token + 1);
  return moveBehind(walk, token, code.text(token) === 'do');
};

/** `struct { ... } x;` inside a function. */
export const localAggregate: Rule = (walk, token) => {
  const { code } = walk;
  let open = token + 1;
  while (open - token <= 3 && (code.isPlain(open) || code.wordClass(open) === 'attribute')) open++;
  if (open - token > 3 || code.text(open) !== '{' || !code.isOpener(open)) return false;
  for (let at = token + 1; at < open; at++) if (code.isAttribute(at)) code.erase(at);
  if (code.text(token) !== 'enum') {
    normaliseMembers(code, open);
    return moveBehind(walk, code.partner(open));
  }
  eraseElementMacros(code, open);
  walk.initialisers.push(code.partner(open));
  return moveBehind(walk, open);
};

/** `static DEFINE_MUTEX(lock);` is blanked, `static DECLARE_BITMAP(x, 8) = ...` declares a variable. */
export const staticMacro: Rule = (walk, token) => {
  if (!walk.atStatement) return false;
  const { code } = walk;
  let macro = token + 1;
  while (/^(storage|qualifier|attribute)$/.test(code.wordClass(macro))) macro++;
  if (!code.isPlain(macro) || !isCall(walk, macro)) return false;
  const close = endOfCall(walk, macro);
  if (code.text(close + 1) === ';') {
    code.erase(token, close);
    return skipBehind(walk, close);
  }
  if (code.text(close + 1) !== '=' || !rewriteAsDeclaration(code, macro)) return false;
  code.erase(token, macro - 1);
  return moveBehind(walk, close);
};

/** `MACRO if (x) ...`, `MACRO return 0;`, `MACRO out: ...`: a macro without parentheses before a statement. */
export const wordBeforeStatement: Rule = (walk, token) => {
  const { code } = walk;
  if (!walk.atStatement) return false;
  const next = code.wordClass(token + 1);
  const isLabel = next === 'plain' && code.text(token + 2) === ':' && !code.onSameLine(token, token + 1);
  if (next !== 'control' && next !== 'jump' && !isLabel) return false;
  code.erase(token);
  return skipBehind(walk, token);
};

/** In an initialiser `&a, FIRST_MACRO SECOND_MACRO &b`: macros that bring their own comma. */
export const wordBeforeElement: Rule = (walk, token) => {
  const { code } = walk;
  if (inStatements(walk) || !code.isPlain(token + 1) || code.wordClass(token - 1) === 'tag') return false;
  code.erase(token);
  return skipBehind(walk, token);
};

/** `static int table[4] __annotation = { ... }`. */
export const annotationBehindArray: Rule = (walk, token) => {
  if (!follows(walk, token) || walk.code.text(token - 1) !== ']') return false;
  walk.code.erase(token);
  return skipBehind(walk, token);
};

/** `(__weird skb)`, `f(a, __weird b)`: an unknown annotation. */
export const annotationInParentheses: Rule = (walk, token) => {
  const { code } = walk;
  const before = code.text(token - 1);
  if (walk.atStatement || !follows(walk, token) || (before !== '(' && before !== ',')) return false;
  if (!code.isPlain(token + 1) || code.wordClass(token - 2) === 'control') return false;
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

/** `MACRO }`: a macro without parentheses as the last statement of a block. */
export const wordBeforeBlockEnd: Rule = (walk, token) => {
  if (!walk.atStatement || walk.code.text(token + 1) !== '}') return false;
  walk.code.erase(token);
  return skipBehind(walk, token);
};

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

/** `= {`, `, {`, `] {`, `(struct foo) {`: an initialiser, in which no statement can start. */
export const initialiser: Rule = (walk, token) => {
  const { code, previous } = walk;
  if (code.text(token) !== '{' || !code.isOpener(token) || !inStatements(walk)) return false;
  const before = code.text(previous);
  const isInitialiser = before === '=' || before === ',' || before === ']' || isCast(walk.code, previous);
  if (!isInitialiser) return false;
  walk.initialisers.push(code.partner(token));
  return moveBehind(walk, token);
};

/** Whether a cast ends here: parentheses that neither a name nor a control word stands before. */
function isCast(code: Code, token: number): boolean {
  if (code.text(token) !== ')' || code.partner(token) < 0) return false;
  const before = code.wordClass(code.partner(token) - 1);
  return before !== 'control' && before !== 'plain';
}

/** The brace that closes an initialiser. */
export const endOfInitialiser: Rule = (walk, token) => {
  if (walk.initialisers.at(-1) !== token) return false;
  walk.initialisers.pop();
  return moveBehind(walk, token);
};

/** `out: }`: a label needs a statement; it gets an empty one where there is room for a semicolon. */
export const colon: Rule = (walk, token) => {
  const { code } = walk;
  if (code.text(token) !== ':') return false;
  if (inStatements(walk) && code.text(token + 1) === '}') {
    code.canvas.writeIntoGap(code.end(token), code.start(token + 1), ';');
  }
  return moveBehind(walk, token, true);
};

/** `;`, `{`, `}`, and the `)` of `if (...)`: a statement may start behind them. */
export const statementEnd: Rule = (walk, token) => {
  const { code } = walk;
  const text = code.text(token);
  const isSeparator = text === ';' || text === '{' || text === '}';
  const endsCondition =
    text === ')' && code.partner(token) >= 0 && code.wordClass(code.partner(token) - 1) === 'control';
  return (isSeparator || endsCondition) && moveBehind(walk, token, true);
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
