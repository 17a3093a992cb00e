/** Rules for words at the start of a statement, and for definitions inside functions. */
import { eraseElementMacros, normaliseMembers } from './aggregates.ts';
import { rewriteAsDeclaration } from './types.ts';
import { endOfCall, isCall, moveBehind, skipBehind, type Rule } from './walk.ts';

/** `else`: a statement follows. */
export const keepBeforeStatement: Rule = (walk, token) => moveBehind(walk, token, true);

/** `return`, `goto`, `break`, `continue` stay; behind `do` a statement follows. */
export const jump: Rule = (walk, token) => moveBehind(walk, token, walk.code.text(token) === 'do');

/** `goto *table[i];` -> `goto  table   ;`: a goto to a label that is nowhere. */
export const computedGoto: Rule = (walk, token) => {
  const { code } = walk;
  if (code.text(token) !== 'goto' || code.text(token + 1) !== '*') return false;
  let label = -1;
  let end = token + 1;
  for (; !/^[;{}]?$/.test(code.text(end)); end++) if (label < 0 && code.isPlain(end)) label = end;
  for (let at = token + 1; at < end; at++) if (at !== label) code.erase(at);
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

/** `MACRO if (x) ...`, `MACRO return 0;`, `MACRO case 1:`, `MACRO out:`: a macro without parentheses before a statement. */
export const wordBeforeStatement: Rule = (walk, token) => {
  const { code } = walk;
  if (!walk.atStatement) return false;
  const next = code.wordClass(token + 1);
  const isLabel = next === 'plain' && code.text(token + 2) === ':' && !code.onSameLine(token, token + 1);
  if (next !== 'control' && next !== 'jump' && next !== 'case' && !isLabel) return false;
  code.erase(token);
  return skipBehind(walk, token);
};

/** `MACRO }`: a macro without parentheses as the last statement of a block. */
export const wordBeforeBlockEnd: Rule = (walk, token) => {
  if (!walk.atStatement || walk.code.text(token + 1) !== '}') return false;
  walk.code.erase(token);
  return skipBehind(walk, token);
};
