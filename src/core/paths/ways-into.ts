/** What leads into a label or a function of the same file. */
import type { Offset, Place } from '../base/position.ts';
import type { Guard } from '../model.ts';
import type { Conditional, FileFacts, FunctionFacts } from '../syntax/facts.ts';
import { callsOf } from '../syntax/walk.ts';
import { flowsOf } from './flow.ts';
import { type Way, waysThrough } from './paths-to.ts';

/** The ways into a label: each goto with its guards, and the fall from above. Empty where there is no such label. */
export function waysInto(fn: FunctionFacts, label: string, conditionals: readonly Conditional[] = []): readonly Way[] {
  const flows = flowsOf(fn, conditionals);
  const node = flows
    .map(({ graph }) => graph.nodes[graph.labels.get(label) ?? -1])
    .find((found) => found?.kind === 'label');
  return node?.kind === 'label' ? waysThrough(flows, node.place) : [];
}

/** A call of a function in its own file. */
export interface Caller {
  /** The calling function. */
  readonly function: string;
  readonly line: number;
  /** What holds whichever way the call is reached, first decided first. */
  readonly guards: readonly Guard[];
}

/** The direct calls of a function within a file, in source order. */
export function callersOf(facts: FileFacts, name: string): readonly Caller[] {
  return facts.functions.flatMap((fn) => callsIn(fn, name, facts.conditionals));
}

function callsIn(fn: FunctionFacts, name: string, conditionals: readonly Conditional[]): readonly Caller[] {
  const calls = callsOf(fn).filter(({ callee, receiver }) => callee === name && receiver === undefined);
  if (calls.length === 0) return [];
  const flows = flowsOf(fn, conditionals);
  return calls.map(({ place }) => ({
    function: fn.name,
    line: place.line,
    guards: common(waysThrough(flows, place)),
  }));
}

/** What holds whichever way a point of the function is reached, first decided first. */
export function guardsAt(
  fn: FunctionFacts,
  at: Place | Offset,
  conditionals: readonly Conditional[] = [],
): readonly Guard[] {
  return common(waysThrough(flowsOf(fn, conditionals), at));
}

/** The guards that all ways share. */
function common([first, ...others]: readonly Way[]): readonly Guard[] {
  const shares = (way: Way, { line, text, holds }: Guard): boolean =>
    way.guards.some((guard) => guard.line === line && guard.text === text && guard.holds === holds);
  return (first?.guards ?? []).filter((guard) => others.every((way) => shares(way, guard)));
}
