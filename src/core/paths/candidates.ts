/** Where in a function something happens that may end a packet's life: calls, verdicts and counters. */
import type { Place } from '../base/position.ts';
import type { SiteKind } from '../model.ts';
import type { Call, FunctionFacts } from '../syntax/facts.ts';
import { eachStatement, expressionsOf } from '../syntax/walk.ts';
import { expressionOf } from './flow-graph.ts';
import type { Flow } from './flow.ts';
import { type Bump, bumpOf, primitiveOf, verdictOf } from './primitives.ts';

export interface Candidate {
  readonly kind: SiteKind;
  readonly node: number;
  readonly place: Place;
  readonly why: string;
  /** What the site is called after where no label leads to it: the callee, or the verdict returned. */
  readonly name: string;
  readonly call?: Call;
  readonly bump?: Bump;
}

/** Everything of interest in source order. @param isItem whether the tree has a MIB item of that name */
export function candidatesIn(flow: Flow, isItem: (name: string) => boolean): readonly Candidate[] {
  const found: Candidate[] = [];
  flow.graph.nodes.forEach((node, index) => {
    const expression = expressionOf(node);
    for (const call of expression?.calls ?? []) {
      const candidate = candidateOf(call, index, isItem);
      if (candidate !== undefined) found.push(candidate);
    }
    const verdict = node.kind === 'return' ? verdictOf(expression) : undefined;
    if (node.kind !== 'return' || verdict === undefined) return;
    found.push({ kind: 'verdict', node: index, place: node.place, why: `return:${verdict}`, name: verdict });
  });
  return found.sort((a, b) => a.place.start - b.place.start);
}

/** Whether a function holds anything of interest: asked of every function, so without its flow. */
export function hasCandidates(fn: FunctionFacts, isItem: (name: string) => boolean): boolean {
  for (const { body } of fn.readings) {
    for (const statement of eachStatement(body)) {
      const isReturn = statement.kind === 'return';
      for (const expression of expressionsOf(statement)) {
        if (isReturn && verdictOf(expression) !== undefined) return true;
        if (expression.calls.some((call) => candidateOf(call, 0, isItem) !== undefined)) return true;
      }
    }
  }
  return false;
}

function candidateOf(call: Call, node: number, isItem: (name: string) => boolean): Candidate | undefined {
  const primitive = primitiveOf(call);
  if (primitive !== undefined) return { ...primitive, node, place: call.place, name: call.callee, call };
  const bump = bumpOf(call, isItem);
  if (bump === undefined) return undefined;
  const why = `counter:${bump.items[0] ?? ''}`;
  return { kind: 'count', node, place: call.place, why, name: call.callee, call, bump };
}
