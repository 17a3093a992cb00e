/** Stretches of a flow graph that are run from top to bottom without a choice and without anyone joining in. */
import type { FlowGraph } from './flow-graph.ts';

export interface Runs {
  /** By node the number of its run. */
  readonly of: Int32Array;
  /** By run its nodes in order. */
  readonly nodes: readonly (readonly number[])[];
}

export function runsOf(graph: FlowGraph): Runs {
  const of = new Int32Array(graph.nodes.length).fill(-1);
  const nodes: number[][] = [];
  graph.nodes.forEach((_, node) => {
    if (of[node] !== -1 || !isHead(graph, node)) return;
    const run: number[] = [];
    for (let at: number | undefined = node; at !== undefined; at = nextInRun(graph, at)) {
      of[at] = nodes.length;
      run.push(at);
    }
    nodes.push(run);
  });
  return { of, nodes };
}

function isHead(graph: FlowGraph, node: number): boolean {
  const entering = graph.entering[node] ?? [];
  const { kind } = graph.nodes[node] ?? {};
  const only = entering.length === 1 ? entering[0] : undefined;
  if (only === undefined || kind === 'label' || kind === 'case' || kind === 'branch') return true;
  return only.how !== 'next' || (graph.successors[only.from]?.length ?? 0) !== 1;
}

function nextInRun(graph: FlowGraph, node: number): number | undefined {
  const next = graph.successors[node]?.[0];
  return next === undefined || isHead(graph, next) ? undefined : next;
}
