/** Rules for `name(...)` that is neither a call nor a definition the grammar knows. In the order they are tried. */
import { offset } from '../../base/position.ts';
import { normaliseArguments } from './arguments.ts';
import { Kind } from './tokens.ts';
import { rewriteAsDeclaration } from './types.ts';
import { endOfCall, follows, inStatements, isCall, moveBehind, skipBehind, type Rule, type Walk } from './walk.ts';
import { soundsLikeLoop } from './words.ts';

/** `struct NAME(x) y`: a tag made by a macro is left without its parentheses. Not `enum result (*call)(int)`. */
export const tagMadeByMacro: Rule = (walk, token) => {
  const { code } = walk;
  if (!isCall(walk, token) || !follows(walk, token) || code.wordClass(token - 1) !== 'tag') return false;
  if (code.text(token + 2) === '*') return false;
  code.erase(token + 1, endOfCall(walk, token));
  moveBehind(walk, token);
  return skipBehind(walk, endOfCall(walk, token));
};

/** `do { ... } while_each_thread(g, t);` is a do-while. */
export const whileMacroAfterDo: Rule = (walk, token) => {
  const { code, previous } = walk;
  if (!isCall(walk, token) || code.text(previous) !== '}' || code.text(code.partner(previous) - 1) !== 'do')
    return false;
  if (code.width(token) < 'while'.length) return false;
  rewriteAsCondition(walk, token, 'while');
  code.reclassify(token, 'sizeof'); // not `control`: no statement follows
  return moveBehind(walk, token);
};

/** `DECLARE_BITMAP(mask, 8) = { 0 };` declares a variable. */
export const declaringMacro: Rule = (walk, token) => {
  if (!isCall(walk, token) || !walk.atStatement) return false;
  const { code } = walk;
  const close = endOfCall(walk, token);
  if (code.text(close + 1) !== '=' || code.text(close + 2) !== '{') return false;
  return rewriteAsDeclaration(code, token) && moveBehind(walk, close);
};

/** `BKEY_PADDED(k, 8) tmp;`: the macro is the type of what is declared. */
export const typeMacro: Rule = (walk, token) => {
  if (!isCall(walk, token) || !walk.atStatement) return false;
  const { code } = walk;
  const close = endOfCall(walk, token);
  const isDeclaration =
    code.isPlain(close + 1) && code.onSameLine(close, close + 1) && /^[;=,]$/.test(code.text(close + 2));
  if (!isDeclaration || code.width(token) < 'int'.length) return false;
  code.rewrite(token, 'int');
  code.erase(token + 1, close);
  return moveBehind(walk, token) && skipBehind(walk, close);
};

/** `list_for_each_entry(p, head, node) { ... }`, `scoped_guard(rcu) ...`: a macro with a statement of its own. */
export const loopMacro: Rule = (walk, token) => {
  if (!isCall(walk, token) || !walk.atStatement) return false;
  const { code } = walk;
  const name = code.text(token);
  const keyword = code.width(token) < 'while'.length ? 'if' : 'while';
  if (name.length < keyword.length || !hasStatement(walk, token)) return false;
  walk.findings.macroLoops.push({ at: offset(code.start(token)), name });
  rewriteAsCondition(walk, token, keyword);
  code.reclassify(token, 'control');
  return moveBehind(walk, token);
};

/** Whether what follows the macro is its statement: always a block, anything else by the macro's name. */
function hasStatement({ code }: Walk, token: number): boolean {
  const close = code.partner(token + 1);
  const next = close + 1;
  if (code.text(next) === '{') return true;
  if (!soundsLikeLoop(code.text(token))) return false;
  if (code.isWord(next)) return !code.isAttribute(next) && code.wordClass(next) !== 'else';
  const mark = code.text(next);
  if (mark === '+' || mark === '-') return code.text(next + 1) === mark;
  return mark === '*' || (mark === '(' && !code.onSameLine(close, next));
}

/** `MACRO(x)` as a statement without a semicolon: it gets one where there is room, else it is blanked. */
export const macroStatement: Rule = (walk, token) => {
  if (!isCall(walk, token) || !walk.atStatement) return false;
  const { code } = walk;
  const close = endOfCall(walk, token);
  if (!endsStatement(walk, close)) return false;
  if (!code.canvas.writeIntoGap(code.end(close), code.start(close + 1), ';')) {
    code.erase(token, close);
    return skipBehind(walk, close);
  }
  normaliseArguments(code, token + 1, walk.findings);
  code.reclassify(token, 'control'); // a statement may start behind its parenthesis
  return moveBehind(walk, token);
};

/** Whether a statement must end behind a macro because of what comes next. */
function endsStatement({ code }: Walk, close: number): boolean {
  const next = close + 1;
  if (code.text(next) === '}' || code.text(next) === 'else') return true;
  if (!code.isWord(next) || code.isAttribute(next)) return false;
  return !code.onSameLine(close, next) || code.text(next + 1) === '(';
}

/** `"..." PRIx64_TEXT(x) "..."`: only the literal strings stay. */
export const stringMacro: Rule = (walk, token) => {
  if (!isCall(walk, token)) return false;
  const { code } = walk;
  const close = endOfCall(walk, token);
  if (code.kind(walk.previous) !== Kind.string && code.kind(close + 1) !== Kind.string) return false;
  code.erase(token, close);
  return skipBehind(walk, close);
};

/** In an initialiser `MACRO(a) MACRO(b) x`: elements that bring their own comma. */
export const elementMacro: Rule = (walk, token) => {
  if (!isCall(walk, token) || inStatements(walk)) return false;
  const { code } = walk;
  const close = endOfCall(walk, token);
  if (!code.isWord(close + 1)) return false;
  code.erase(token, close);
  return skipBehind(walk, close);
};

/** A call: its arguments may still be none. */
export const call: Rule = (walk, token) => {
  if (!isCall(walk, token)) return false;
  normaliseArguments(walk.code, token + 1, walk.findings);
  return moveBehind(walk, token);
};

/** Turns `name(...)` into `while(...)` or `if(...)`, and `name()` into `while(0)`. */
function rewriteAsCondition(walk: Walk, token: number, keyword: string): void {
  const { code } = walk;
  const open = token + 1;
  const close = code.partner(open);
  code.rewrite(token, keyword);
  normaliseArguments(code, open, walk.findings);
  if (close > open + 1 || code.canvas.writeIntoGap(code.end(open), code.start(close), '0')) return;
  code.canvas.write(code.start(open) - 1, '(0');
}
