/** Dominance in a flow graph, after Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm". */
import type { Entering } from './flow-graph.ts';

export interface Edges {
  readonly successors: readonly (readonly number[])[];
  readonly entering: readonly (readonly Entering[])[];
}

/** By node the nearest node that every way from the root to it passes; -1 where the root does not lead. */
export type Dominators = Int32Array;

/**
 * @param within marks with 1 the nodes that count; absent: all of them
 */
export function dominators(graph: Edges, root: number, within?: Uint8Array): Dominators {
  const order = reversePostorder(graph, root, within);
  const rank = new Int32Array(graph.successors.length).fill(-1);
  order.forEach((node, at) => (rank[node] = at));
  const idom = new Int32Array(graph.successors.length).fill(-1);
  idom[root] = root;
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order) {
      if (node === root) continue;
      const nearest = meetOfEntering(graph, node, idom, rank);
      if (idom[node] === nearest) continue;
      idom[node] = nearest;
      changed = true;
    }
  }
  return idom;
}

/** The nodes that every way to `node` passes, the root first and the node itself last; empty where no way leads. */
export function dominatorsOf(idom: Dominators, node: number): number[] {
  const chain: number[] = [];
  for (let at = node; idom[at] !== undefined && idom[at] !== -1; at = idom[at] ?? -1) {
    chain.push(at);
    if (idom[at] === at) return chain.reverse();
  }
  return [];
}

/** Whether every way to `node` passes `above`. A node dominates itself. */
export function dominates(idom: Dominators, above: number, node: number): boolean {
  for (let at = node; ; at = idom[at] ?? -1) {
    if (at === above) return true;
    if (at < 0 || idom[at] === at || idom[at] === -1) return false;
  }
}

/** Nodes in an order in which, loops aside, what leads to a node comes before it. */
export function reversePostorder(graph: Edges, root: number, within?: Uint8Array): readonly number[] {
  const seen = new Uint8Array(graph.successors.length);
  const order: number[] = [];
  const path = [root];
  const next = [0];
  seen[root] = 1;
  while (path.length > 0) {
    const top = path.length - 1;
    const node = path[top] ?? root;
    const successor = graph.successors[node]?.[next[top] ?? 0];
    next[top] = (next[top] ?? 0) + 1;
    if (successor === undefined) {
      order.push(node);
      path.pop();
      next.pop();
    } else if (seen[successor] === 0 && (within === undefined || within[successor] === 1)) {
      seen[successor] = 1;
      path.push(successor);
      next.push(0);
    }
  }
  return order.reverse();
}

function meetOfEntering(graph: Edges, node: number, idom: Dominators, rank: Int32Array): number {
  let nearest = -1;
  for (const { from } of graph.entering[node] ?? []) {
    if ((idom[from] ?? -1) === -1) continue;
    nearest = nearest === -1 ? from : meet(from, nearest, idom, rank);
  }
  return nearest;
}

function meet(left: number, right: number, idom: Dominators, rank: Int32Array): number {
  let a = left;
  let b = right;
  while (a !== b) {
    while ((rank[a] ?? 0) > (rank[b] ?? 0)) a = idom[a] ?? 0;
    while ((rank[b] ?? 0) > (rank[a] ?? 0)) b = idom[b] ?? 0;
  }
  return a;
}
