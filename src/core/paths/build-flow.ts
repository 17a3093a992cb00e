/** Builds the flow graph of a reading. Works off a list of tasks instead of recursing, so that no nesting is too deep. */
import type { Place, Span } from '../base/position.ts';
import type { Conditional, Expression, FunctionFacts, Reading, Statement } from '../syntax/facts.ts';
import { type FlowDraft, flowDraft, nowhere, spanOf } from './flow-draft.ts';
import { type FlowGraph, exitNode } from './flow-graph.ts';
import { halvesOf, type Piece, splitAtConditionals } from './preprocessor.ts';

/** @param conditionals the file's; those inside the function make its exclusive halves alternatives of one another */
export function buildFlow(fn: FunctionFacts, reading: Reading, conditionals: readonly Conditional[]): FlowGraph {
  const draft = flowDraft();
  const start = draft.add({ kind: 'entry' });
  draft.add({ kind: 'exit' });
  draft.current = start;
  const work: Task[] = [];
  const build: Build = {
    draft,
    halves: halvesOf(fn.extent, reading, conditionals),
    loops: [],
    switches: [],
    leaving: 0,
    then: (...tasks) => work.push(...tasks.reverse()),
  };
  sequence(build, reading.body, fn.extent);
  for (let task = work.pop(); task !== undefined; task = work.pop()) task();
  draft.connect(draft.current, exitNode);
  return draft.graph();
}

type Task = () => void;

interface Build {
  readonly draft: FlowDraft;
  readonly halves: readonly Conditional[];
  /** Where `break` and `continue` lead, innermost last; a switch only takes the `break`. */
  readonly loops: { readonly breakTo: number; readonly continueTo: number }[];
  readonly switches: {
    readonly test: number;
    readonly end: Place['end'];
    /** Where control stands when none of the cases so far was taken. */
    untaken: number;
    /** What is to be done for `default` once all cases are known, wherever it stands among them. */
    byDefault: ((untaken: number) => void) | undefined;
  }[];
  /** How many ways out of loops have been seen so far other than a loop's own end: returns, gotos, breaks. */
  leaving: number;
  /** Does these next, in this order, before what was planned before. */
  then(...tasks: Task[]): void;
}

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

/** @param inside the text that holds the list, from which a surrounding #if is told from one within */
function sequence(build: Build, statements: readonly Statement[], inside: Span): void {
  const pieces = splitAtConditionals(statements, build.halves, inside);
  build.then(...pieces.map((piece) => (): void => runPiece(build, piece)));
}

function runPiece(build: Build, piece: Piece): void {
  if (piece.kind === 'statements') {
    build.then(...casesTogether(piece.statements).map((group) => (): void => runGroup(build, group)));
    return;
  }
  const { draft } = build;
  const fork = draft.step({ kind: 'join' });
  const isDead = draft.current === nowhere;
  const after = draft.add({ kind: 'join' });
  let leaves = false;
  const tasks = piece.halves.flatMap(({ statements, inside }) => [
    (): void => {
      draft.current = isDead ? nowhere : fork;
      sequence(build, statements, inside);
    },
    (): void => {
      if (draft.current === nowhere) leaves = true;
      draft.connect(draft.current, after);
    },
  ]);
  build.then(...tasks, () => {
    if (piece.mayBeEmpty && !isDead) draft.connect(fork, after);
    else if (leaves && piece.noneBuilt !== undefined && !isDead) {
      const past = draft.add({ kind: 'unbuilt', conditions: piece.noneBuilt });
      draft.connect(fork, past);
      draft.connect(past, after);
    }
    goOn(draft, after);
  });
}

function goOn(draft: FlowDraft, node: number): void {
  draft.current = draft.isEntered(node) ? node : nowhere;
}

/** Case labels that stand directly on one another are one group; every other statement is alone. */
function casesTogether(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const groups: Statement[][] = [];
  for (const statement of statements) {
    const last = groups.at(-1);
    if (statement.kind === 'case' && last?.[0]?.kind === 'case') last.push(statement);
    else groups.push([statement]);
  }
  return groups;
}

function runGroup(build: Build, group: readonly Statement[]): void {
  const [first] = group;
  if (first === undefined) return;
  if (first.kind === 'case') runCases(build, first, group);
  else run(build, first);
}

function run(build: Build, statement: Exclude<Statement, Of<'case'>>): void {
  const { draft } = build;
  switch (statement.kind) {
    case 'expression':
      draft.step({ kind: 'step', place: statement.place, expression: statement.expression });
      return;
    case 'other':
      draft.step({ kind: 'step', place: statement.place });
      return;
    case 'block':
      return sequence(build, statement.body, statement.place);
    case 'if':
      return runIf(build, statement);
    case 'loop':
      return statement.loop === 'do' ? runDo(build, statement) : runLoop(build, statement);
    case 'switch':
      return runSwitch(build, statement);
    case 'label':
      return draft.addLabel(statement.name, statement.place);
    case 'goto':
      build.leaving++;
      return draft.addGoto({ ...statement, may: statement.may !== undefined });
    case 'return': {
      build.leaving++;
      const value = statement.value === undefined ? {} : { value: statement.value };
      draft.step({ kind: 'return', place: statement.place, ...value });
      return jump(build, exitNode);
    }
    case 'break':
      build.leaving++;
      draft.step({ kind: 'step', place: statement.place });
      return jump(build, build.loops.at(-1)?.breakTo ?? exitNode);
    case 'continue':
      draft.step({ kind: 'step', place: statement.place });
      return jump(build, build.loops.findLast((loop) => loop.continueTo !== nowhere)?.continueTo ?? exitNode);
  }
}

function jump({ draft }: Build, target: number): void {
  draft.connect(draft.current, target);
  draft.current = nowhere;
}

function runIf(build: Build, statement: Of<'if'>): void {
  const { draft } = build;
  const { condition, then, otherwise } = statement;
  const test = draft.step({ kind: 'test', place: head(statement.place, condition), expression: condition });
  const isDead = draft.current === nowhere;
  const yes = draft.branch(test, { ...condition, holds: true, body: spanOf(then) });
  const no = draft.branch(test, { ...condition, holds: false, body: spanOf(otherwise) });
  const after = draft.add({ kind: 'join' });
  const side = (branch: number, body: readonly Statement[]): Task[] => [
    () => {
      draft.current = isDead ? nowhere : branch;
      sequence(build, body, statement.place);
    },
    () => {
      draft.finish(branch, { completes: draft.current !== nowhere });
      draft.connect(draft.current, after);
    },
  ];
  build.then(...side(yes, then), ...side(no, otherwise), () => goOn(draft, after));
}

function runLoop(build: Build, statement: Of<'loop'>): void {
  const { draft } = build;
  const { condition, header, body, place } = statement;
  const [before, each] = splitHeader(header, condition);
  for (const expression of before) draft.step({ kind: 'step', place: expression.place, expression });
  const isDead = draft.current === nowhere;
  const test = draft.step(
    condition === undefined ? { kind: 'join' } : { kind: 'test', place: head(place, condition), expression: condition },
  );
  const after = draft.add({ kind: 'join' });
  const again = draft.add({ kind: 'join' });
  const endless = condition === undefined || isAlways(condition.text);
  const yes = endless ? test : draft.branch(test, { ...condition, holds: true, body: spanOf(body) });
  const no = endless ? nowhere : draft.branch(test, { ...condition, holds: false });
  const leavingBefore = build.leaving;
  build.loops.push({ breakTo: after, continueTo: again });
  draft.current = isDead ? nowhere : yes;
  build.then(
    () => sequence(build, body, place),
    () => {
      build.loops.pop();
      if (!endless) draft.finish(yes, { completes: draft.current !== nowhere });
      draft.connect(draft.current, again);
      goOn(draft, again);
      for (const expression of each) draft.step({ kind: 'step', place: expression.place, expression });
      draft.connect(draft.current, test, 'again');
      draft.finish(no, { inevitable: build.leaving === leavingBefore });
      if (!isDead) draft.connect(no, after);
      goOn(draft, after);
    },
  );
}

function runDo(build: Build, { condition, body, place }: Of<'loop'>): void {
  const { draft } = build;
  const start = draft.step({ kind: 'join' });
  const after = draft.add({ kind: 'join' });
  const bottom = draft.add({ kind: 'join' });
  const leavingBefore = build.leaving;
  build.loops.push({ breakTo: after, continueTo: bottom });
  const close = (): void => {
    build.loops.pop();
    draft.connect(draft.current, bottom);
    goOn(draft, bottom);
    if (condition === undefined || isNever(condition.text) || draft.current === nowhere) {
      draft.connect(draft.current, after);
      return goOn(draft, after);
    }
    const test = draft.step({ kind: 'test', place: condition.place, expression: condition });
    const yes = draft.branch(test, { ...condition, holds: true });
    draft.connect(yes, start, 'again');
    if (!isAlways(condition.text)) {
      const no = draft.branch(test, { ...condition, holds: false });
      draft.finish(no, { inevitable: build.leaving === leavingBefore });
      draft.connect(no, after);
    }
    goOn(draft, after);
  };
  build.then(() => sequence(build, body, place), close);
}

function runSwitch(build: Build, { subject, body, place }: Of<'switch'>): void {
  const { draft } = build;
  const test = draft.step({ kind: 'test', place: head(place, subject), expression: subject });
  const isDead = draft.current === nowhere;
  const after = draft.add({ kind: 'join' });
  const known: Build['switches'][number] = {
    test,
    end: place.end,
    untaken: isDead ? nowhere : test,
    byDefault: undefined,
  };
  build.switches.push(known);
  build.loops.push({ breakTo: after, continueTo: nowhere });
  draft.current = nowhere;
  build.then(
    () => sequence(build, body, place),
    () => {
      build.switches.pop();
      build.loops.pop();
      draft.connect(draft.current, after);
      if (known.byDefault === undefined) draft.connect(known.untaken, after);
      else known.byDefault(known.untaken);
      goOn(draft, after);
    },
  );
}

function runCases(build: Build, first: Of<'case'>, group: readonly Statement[]): void {
  const { draft } = build;
  const known = build.switches.at(-1);
  if (known === undefined) return;
  const cases = group.filter((statement) => statement.kind === 'case');
  const text = cases.map((marker) => (marker.isDefault ? 'default' : `case ${marker.values.join(', ')}`)).join(': ');
  const body = { start: first.place.start, end: known.end };
  const node = draft.add({ kind: 'case', place: first.place, text });
  draft.connect(draft.current, node);
  if (known.untaken === nowhere) return;
  draft.current = node;
  const outcome = { place: first.place, text, of: known.test };
  const take = (untaken: number): void => {
    draft.connect(draft.branch(untaken, { ...outcome, holds: true, body }), node);
  };
  if (cases.some((marker) => marker.isDefault)) {
    known.byDefault = take;
    return;
  }
  take(known.untaken);
  known.untaken = draft.branch(known.untaken, { ...outcome, holds: false });
}

/** `if (...)`: from the keyword to the end of the condition, so that the whole head is the test's. */
function head(whole: Place, condition: Expression): Place {
  return { ...whole, end: condition.place.end };
}

function splitHeader(
  header: readonly Expression[],
  condition: Expression | undefined,
): readonly [readonly Expression[], readonly Expression[]] {
  if (condition === undefined) return [header.slice(0, 1), header.slice(1)];
  const isBefore = (expression: Expression): boolean => expression.place.start < condition.place.start;
  return [header.filter(isBefore), header.filter((expression) => !isBefore(expression))];
}

const isAlways = (text: string): boolean => text === '1' || text === 'true';
const isNever = (text: string): boolean => text === '0' || text === 'false';
