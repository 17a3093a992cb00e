/** One pass over the statements of a function, or over an initialiser. */
import * as annotations from './annotations.ts';
import * as assembly from './assembly.ts';
import * as calls from './calls.ts';
import type { Code } from './code.ts';
import type { Findings } from './findings.ts';
import * as expressions from './expressions.ts';
import * as marks from './marks.ts';
import * as statements from './statements.ts';
import { Kind } from './tokens.ts';
import { moveBehind, type Rule, type Walk } from './walk.ts';
import type { WordClass } from './words.ts';

/** What is tried for a word, in order. What no rule takes stays as it is. */
const rules: Readonly<Record<WordClass, readonly Rule[]>> = {
  plain: [
    statements.wordBeforeStatement,
    annotations.annotationInParentheses,
    annotations.annotationBehindType,
    annotations.annotationBehindArray,
    annotations.wordBeforeElement,
    annotations.wordAfterValue,
    calls.tagMadeByMacro,
    calls.whileMacroAfterDo,
    calls.declaringMacro,
    calls.typeMacro,
    calls.loopMacro,
    calls.macroStatement,
    calls.stringMacro,
    calls.elementMacro,
    calls.call,
    statements.wordBeforeBlockEnd,
  ],
  attribute: [annotations.memberNamedLikeAttribute, annotations.attribute],
  attributeCall: [annotations.memberNamedLikeAttribute, annotations.attribute],
  tag: [statements.localAggregate],
  storage: [statements.staticMacro],
  typeof: [expressions.typeofType],
  auto: [expressions.inferredType],
  offsetof: [expressions.offsetOfMember],
  sizeof: [expressions.alignmentOf],
  case: [statements.caseRange],
  jump: [statements.computedGoto, statements.jump],
  else: [statements.keepBeforeStatement],
  asm: [assembly.assembly],
  type: [],
  qualifier: [],
  control: [],
  none: [],
};

const numberRules: readonly Rule[] = [expressions.number];
const markRules: readonly Rule[] = [marks.endOfInitialiser, marks.initialiser, marks.colon, marks.statementEnd];

/** Normalises the statements from token `first` up to `end` (exclusive). */
export function normaliseStatements(code: Code, first: number, end: number, findings: Findings): void {
  run(newWalk(code, first, findings, true), end);
}

/** Normalises what stands behind a `=`, up to `end` (exclusive). */
export function normaliseInitialiser(code: Code, first: number, end: number, findings: Findings): void {
  run(newWalk(code, first, findings, false), end);
}

function newWalk(code: Code, first: number, findings: Findings, hasStatements: boolean): Walk {
  return { code, findings, next: first, previous: -1, atStatement: hasStatements, initialisers: [], hasStatements };
}

function run(walk: Walk, end: number): void {
  while (walk.next < end) {
    const token = walk.next;
    if (walk.code.isErased(token)) walk.next++;
    else if (!rulesFor(walk.code, token).some((rule) => rule(walk, token))) moveBehind(walk, token);
  }
}

function rulesFor(code: Code, token: number): readonly Rule[] {
  switch (code.kind(token)) {
    case Kind.word:
      return rules[code.wordClass(token)];
    case Kind.number:
      return numberRules;
    case Kind.mark:
      return markRules;
    default:
      return [];
  }
}
