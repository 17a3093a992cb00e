import type { Expression, FunctionFacts, Statement } from '../syntax/facts.ts';
import { blocksOf, expressionsOf } from '../syntax/walk.ts';

/** How a function raises a tracepoint. */
export interface Raise {
  /** What it passes on, in order. */
  readonly arguments: readonly string[];
  readonly line: number;
  /** The condition, case or loop it stands under; absent where control that reaches the end of the function passes it. */
  readonly guard?: string;
}

/** The first call of `trace_NAME` in a function, an unguarded one before a guarded one. */
export function raiseOf(fn: FunctionFacts, name: string): Raise | undefined {
  const found = fn.readings.flatMap((reading) => [...raisesIn(reading.body, `trace_${name}`, undefined)]);
  return found.find((raise) => raise.guard === undefined) ?? found[0];
}

function* raisesIn(body: readonly Statement[], callee: string, guard: string | undefined): Generator<Raise> {
  for (const statement of body) {
    for (const expression of expressionsOf(statement)) yield* calls(expression, callee, guard);
    for (const [index, block] of blocksOf(statement).entries()) {
      const text = guardText(statement, index === 0);
      yield* raisesIn(block, callee, text === undefined ? guard : join(guard, text));
    }
  }
}

function* calls(expression: Expression, callee: string, guard: string | undefined): Generator<Raise> {
  for (const call of expression.calls) {
    if (call.callee !== callee) continue;
    const all = call.guards.reduce((text: string | undefined, each) => join(text, each.text), guard);
    yield {
      arguments: call.arguments.map((argument) => argument.text),
      line: call.place.line,
      ...(all === undefined ? {} : { guard: all }),
    };
  }
}

/** What decides whether a statement's first (or other) block runs; nothing for a plain block. */
function guardText(statement: Statement, first: boolean): string | undefined {
  switch (statement.kind) {
    case 'if':
      return first ? statement.condition.text : `!(${statement.condition.text})`;
    case 'switch':
      return statement.subject.text;
    case 'loop':
      return statement.condition?.text ?? 'for (;;)';
    default:
      return undefined;
  }
}

function join(outer: string | undefined, inner: string): string {
  return outer === undefined ? inner : `${outer} && ${inner}`;
}
