/** Where a pass over a function's body (or an initialiser) stands. Rules look at it and move it on. */
import type { Code } from './code.ts';
import type { Findings } from './findings.ts';

export interface Walk {
  readonly code: Code;
  readonly findings: Findings;
  /** The token to be looked at next. */
  next: number;
  /** The last token that was looked at and is still there, -1 at the start. */
  previous: number;
  /** Whether a statement may start at `next`. Never inside an initialiser. */
  atStatement: boolean;
  /** Closing braces of the initialisers that are open, outermost first. */
  readonly initialisers: number[];
  /** False when the whole stretch is an initialiser. */
  readonly hasStatements: boolean;
}

/**
 * One rule: looks at a token, and either deals with it and moves the walk on (true) or leaves everything as it is
 * for the next rule (false).
 */
export type Rule = (walk: Walk, token: number) => boolean;

/** The walk goes on behind `last`, which stays in the text. */
export function moveBehind(walk: Walk, last: number, atStatement = false): true {
  walk.previous = last;
  walk.next = last + 1;
  walk.atStatement = atStatement && inStatements(walk);
  return true;
}

/** The walk goes on behind `last`, which was erased: what comes next stands where the erased tokens stood. */
export function skipBehind(walk: Walk, last: number): true {
  walk.next = last + 1;
  return true;
}

/** False inside `= { ... }`. */
export function inStatements(walk: Walk): boolean {
  return walk.hasStatements && walk.initialisers.length === 0;
}

/** Whether the token before this one is still in the text, so that the two stand side by side. */
export function follows(walk: Walk, token: number): boolean {
  return walk.previous >= 0 && walk.previous === token - 1;
}

/** Whether this is `name(...)`. */
export function isCall(walk: Walk, token: number): boolean {
  return walk.code.isParenthesis(token + 1) && !walk.code.isErased(token + 1);
}

/** The closing parenthesis of `name(...)`. */
export function endOfCall(walk: Walk, token: number): number {
  return walk.code.partner(token + 1);
}
