import type { Conditional, FunctionFacts } from '../syntax/facts.ts';
import { buildFlow } from './build-flow.ts';
import { type Dominators, dominates, dominators } from './dominators.ts';
import { entryNode, exitNode, type FlowGraph, type FlowNode, placeOf } from './flow-graph.ts';

/** One reading of a function with its graph and what follows from it: build once, ask for many points. */
export interface Flow {
  readonly fn: FunctionFacts;
  readonly graph: FlowGraph;
  readonly idom: Dominators;
  /** By node the nearest node that every way from it to the function's end passes. */
  readonly postIdom: Dominators;
  /** The #if halves this reading rests on. */
  readonly assumes: readonly string[];
  /** Of the whole file. */
  readonly conditionals: readonly Conditional[];
}

/** The flow of every reading of a function; nearly always one. */
export function flowsOf(fn: FunctionFacts, conditionals: readonly Conditional[]): readonly Flow[] {
  const flows = remembered.get(fn) ?? buildFlows(fn, conditionals);
  remembered.set(fn, flows);
  return flows;
}

/** A function belongs to one file, whose conditionals around it stay the same: several questions ask for its flow. */
const remembered = new WeakMap<FunctionFacts, readonly Flow[]>();

function buildFlows(fn: FunctionFacts, conditionals: readonly Conditional[]): readonly Flow[] {
  const near = conditionals.filter(({ branches }) => {
    const start = branches[0]?.body.start ?? 0;
    const end = branches.at(-1)?.body.end ?? 0;
    return start < fn.extent.end && end > fn.extent.start;
  });
  return fn.readings.map((reading) => {
    const graph = buildFlow(fn, reading, near);
    return withDominators({ fn, graph, assumes: reading.assumes, conditionals: near });
  });
}

/** Dominators are worked out when first asked for: most functions are never asked. */
function withDominators(flow: Omit<Flow, 'idom' | 'postIdom'>): Flow {
  let idom: Dominators | undefined;
  let postIdom: Dominators | undefined;
  return {
    ...flow,
    get idom(): Dominators {
      idom ??= dominators(flow.graph, entryNode);
      return idom;
    },
    get postIdom(): Dominators {
      postIdom ??= dominators(reversed(flow.graph), exitNode);
      return postIdom;
    },
  };
}

function reversed({ successors, entering }: FlowGraph): Parameters<typeof dominators>[0] {
  return {
    successors: entering.map((edges) => edges.map(({ from }) => from)),
    entering: successors.map((nodes) => nodes.map((from) => ({ from, how: 'next' }))),
  };
}

export function isReachable(flow: Flow, node: number): boolean {
  return (flow.idom[node] ?? -1) !== -1;
}

/**
 * Whether a label has a goto that comes from elsewhere, not from code that had to pass the label itself: the label
 * is a target then, and not just the head of a loop that is written with goto.
 */
export function isTarget(flow: Flow, label: number): boolean {
  const entering = flow.graph.entering[label] ?? [];
  return entering.some(({ from, how }) => how === 'goto' && !dominates(flow.idom, label, from));
}

/** Whether some goto stands above the label in the text, as it does where a label ends in an error or a drop. */
export function isJumpedForwardTo(flow: Flow, label: number): boolean {
  const at = placeOf(flow.graph.nodes[label])?.start ?? 0;
  const entering = flow.graph.entering[label] ?? [];
  return entering.some(({ from, how }) => how === 'goto' && (placeOf(flow.graph.nodes[from])?.start ?? at) < at);
}

/** The node that the text at `at` belongs to: the smallest one around it, else the next one below. */
export function nodeAt(flow: Flow, at: number): number | undefined {
  const { nodes } = flow.graph;
  let around: { readonly node: number; readonly size: number } | undefined;
  let below: { readonly node: number; readonly start: number } | undefined;
  nodes.forEach((node: FlowNode, index) => {
    const place = node.kind === 'branch' ? undefined : placeOf(node);
    if (place === undefined) return;
    const size = place.end - place.start;
    if (place.start <= at && at < place.end && (around === undefined || size < around.size))
      around = { node: index, size };
    if (place.start >= at && (below === undefined || place.start < below.start))
      below = { node: index, start: place.start };
  });
  return around?.node ?? below?.node;
}
