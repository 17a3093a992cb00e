/** Lists out of the facts, for whoever doesn't need the flow of control. */
import type { Line1 } from '../base/position.ts';
import type { Assignment, Call, Expression, FileFacts, FunctionFacts, Statement } from './facts.ts';

type Goto = Extract<Statement, { readonly kind: 'goto' }>;
type Label = Extract<Statement, { readonly kind: 'label' }>;

/** Every statement of a body, outer ones first, in the order of the file. */
export function* eachStatement(body: readonly Statement[]): Generator<Statement, void, undefined> {
  const open: Statement[] = body.toReversed();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    for (const inner of blocksOf(next).flat().toReversed()) open.push(inner);
  }
}

/** The bodies a statement has, in the order of the file: of an `if` both branches. */
export function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.otherwise];
    case 'block':
    case 'loop':
    case 'switch':
      return [statement.body];
    default:
      return [];
  }
}

/** The expressions a statement evaluates itself, without those of the statements in it. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'expression':
      return [statement.expression];
    case 'if':
      return [statement.condition];
    case 'switch':
      return [statement.subject];
    case 'loop':
      return statement.condition === undefined ? statement.header : [...statement.header, statement.condition];
    case 'return':
      return statement.value === undefined ? [] : [statement.value];
    default:
      return [];
  }
}

/** The calls of all readings, each place once, in the order they are met. */
export function callsOf(fn: FunctionFacts): readonly Call[] {
  return once(fn, (statement) => expressionsOf(statement).flatMap((expression) => expression.calls));
}

/** The assignments of all readings, each place once. */
export function assignmentsOf(fn: FunctionFacts): readonly Assignment[] {
  return once(fn, (statement) => expressionsOf(statement).flatMap((expression) => expression.assignments));
}

/** The gotos of all readings, each place once. */
export function gotosOf(fn: FunctionFacts): readonly Goto[] {
  return once(fn, (statement) => (statement.kind === 'goto' ? [statement] : []));
}

/** The labels of all readings, each place once; case labels are not among them. */
export function labelsOf(fn: FunctionFacts): readonly Label[] {
  return once(fn, (statement) => (statement.kind === 'label' ? [statement] : []));
}

/** The function whose extent holds a line. */
export function functionAt(facts: FileFacts, line: Line1): FunctionFacts | undefined {
  return facts.functions.find((fn) => fn.extent.line <= line && line <= fn.extent.endLine);
}

function once<T extends { readonly place: Statement['place'] }>(
  fn: FunctionFacts,
  pick: (statement: Statement) => readonly T[],
): readonly T[] {
  const found = new Map<string, T>();
  for (const reading of fn.readings) {
    for (const statement of eachStatement(reading.body)) {
      for (const item of pick(statement)) {
        const key = `${item.place.start} ${item.place.end}`;
        if (!found.has(key)) found.set(key, item);
      }
    }
  }
  return [...found.values()];
}
