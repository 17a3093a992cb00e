/** The ways control comes to a node: by which goto, label, case or straight from the function's head. */
import { dominates } from './dominators.ts';
import { entryNode } from './flow-graph.ts';
import { type Flow, isReachable, isTarget } from './flow.ts';

/** Executions of one kind: those whose last entry into a label (or a case that is also fallen into) is this one. */
export interface EntryWay {
  /** The label or case entered; the function's start for the straight way. */
  readonly root: number;
  /** From where it is entered; absent for the straight way. */
  readonly from?: number;
  readonly how: 'goto' | 'fallthrough' | 'straight';
  /** Marks with 1 the nodes between root and the point, both included, through which such executions come. */
  readonly region: Uint8Array;
}

/** Searches backwards from a node up to the labels (and cases) where control is joined from elsewhere. */
export function waysTo(flow: Flow, point: number): readonly EntryWay[] {
  if (!isReachable(flow, point)) return [];
  const { seen, roots } = searchBack(flow, point);
  return roots.flatMap((root) => {
    const region = seen.slice();
    for (const other of roots) if (other !== root) region[other] = 0;
    return entriesOf(flow, root).map((entry) => ({ ...entry, root, region }));
  });
}

function searchBack(flow: Flow, point: number): { readonly seen: Uint8Array; readonly roots: readonly number[] } {
  const { entering } = flow.graph;
  const seen = new Uint8Array(flow.graph.nodes.length);
  const roots: number[] = [];
  const work = [point];
  seen[point] = 1;
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (node === entryNode || isJoined(flow, node, point)) {
      roots.push(node);
      continue;
    }
    const isLabel = flow.graph.nodes[node]?.kind === 'label';
    for (const { from, how } of entering[node] ?? []) {
      // What goes round again came in from above before, and is no way in of its own; but for a loop that is jumped into.
      const isRound = how === 'again' && dominates(flow.idom, node, from);
      if (isRound || (isLabel && how === 'goto') || seen[from] === 1 || !isReachable(flow, from)) continue;
      seen[from] = 1;
      work.push(from);
    }
  }
  return { seen, roots };
}

/** Whether a node is where ways part: a label or case over the point, or a label jumped to from elsewhere. */
function isJoined(flow: Flow, node: number, point: number): boolean {
  const { kind } = flow.graph.nodes[node] ?? {};
  const entering = flow.graph.entering[node] ?? [];
  if (kind === 'label') {
    if (!entering.some(({ how }) => how === 'goto')) return false;
    return dominates(flow.idom, node, point) || isTarget(flow, node);
  }
  return kind === 'case' && entering.length > 1 && dominates(flow.idom, node, point);
}

function entriesOf(flow: Flow, root: number): readonly Pick<EntryWay, 'from' | 'how'>[] {
  if (root === entryNode) return [{ how: 'straight' }];
  return (flow.graph.entering[root] ?? [])
    .filter(({ from, how }) => how === 'goto' || isReachable(flow, from))
    .map(({ from, how }) => {
      if (how === 'goto') return { from, how: 'goto' };
      return {
        from,
        how: flow.graph.nodes[from]?.kind === 'branch' && isCase(flow, root) ? 'straight' : 'fallthrough',
      };
    });
}

function isCase(flow: Flow, node: number): boolean {
  return flow.graph.nodes[node]?.kind === 'case';
}
