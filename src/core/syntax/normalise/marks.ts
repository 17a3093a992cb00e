/** Rules for punctuation: where statements start, and where none can. */
import type { Code } from './code.ts';
import { inStatements, moveBehind, type Rule } from './walk.ts';

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
