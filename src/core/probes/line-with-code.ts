import type { Line1, LineIndex } from '../base/position.ts';
import type { FunctionFacts, Statement } from '../syntax/facts.ts';
import { eachStatement, expressionsOf } from '../syntax/walk.ts';

/** The lines that a statement, or the head of one, takes. */
export interface StatementLines {
  readonly kind: 'label' | 'statement';
  readonly first: Line1;
  /** Included. */
  readonly last: Line1;
}

/** The innermost statement on a line; undefined for one that holds none: a comment, a bracket, a declaration without value. */
export function statementAt(facts: FunctionFacts, line: Line1, lines: LineIndex): StatementLines | undefined {
  let found: StatementLines | undefined;
  for (const { body } of facts.readings) {
    for (const statement of eachStatement(body)) {
      for (const taken of linesTaken(statement, lines)) if (taken.first <= line && line <= taken.last) found = taken;
    }
  }
  return found;
}

/** Without the statements inside: of an `if` only its condition. */
function linesTaken(statement: Statement, lines: LineIndex): readonly StatementLines[] {
  const { kind, place } = statement;
  if (kind === 'block') return [];
  if (kind === 'label' || kind === 'case') return [{ kind: 'label', first: place.line, last: place.line }];
  const heads = kind === 'if' || kind === 'loop' || kind === 'switch' ? expressionsOf(statement) : [statement];
  return heads.map((head) => ({
    kind: 'statement',
    first: kind === 'if' || kind === 'switch' ? place.line : head.place.line,
    last: lines.lineAt(head.place.end - 1),
  }));
}

/** Which line is probed in place of the one that was asked for, and why. */
export interface LineWithCode {
  readonly line: Line1;
  /** `same` needs no saying. */
  readonly moved: 'same' | 'label' | 'statement' | 'next' | 'before';
}

/**
 * The line nearest to the asked one that has code: that of its own statement, behind a label the next one, else the next
 * one of the function, else the one before.
 *
 * @param withCode the function's lines that have code
 */
export function lineWithCode(
  asked: Line1,
  statement: StatementLines | undefined,
  withCode: ReadonlySet<Line1>,
): LineWithCode | undefined {
  if (withCode.has(asked)) return { line: asked, moved: 'same' };
  const sorted = [...withCode].sort((a, b) => a - b);
  const within =
    statement?.kind === 'statement'
      ? sorted.find((line) => line >= statement.first && line <= statement.last)
      : undefined;
  if (within !== undefined) return { line: within, moved: 'statement' };
  const next = sorted.find((line) => line > asked);
  if (next !== undefined) return { line: next, moved: statement?.kind === 'label' ? 'label' : 'next' };
  const before = sorted.at(-1);
  return before === undefined ? undefined : { line: before, moved: 'before' };
}
