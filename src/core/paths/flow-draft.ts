import type { Place, Span } from '../base/position.ts';
import type { Statement } from '../syntax/facts.ts';
import { type Branch, type Entering, type FlowGraph, type FlowNode, type Passage, exitNode } from './flow-graph.ts';

/** No statement leads here: what follows a return, a goto, a break. */
export const nowhere = -1;

/** A flow graph in the making: `current` is where control stands, and `nowhere` after a jump. */
export interface FlowDraft {
  current: number;
  /** Adds a node that control does not reach yet. */
  add(node: FlowNode): number;
  connect(from: number, to: number, how?: Passage): void;
  /** Adds a node that control reaches from `current`, and moves on to it, unless control stands nowhere. */
  step(node: FlowNode): number;
  branch(test: number, outcome: Outcome): number;
  /** Says of a branch, once its body is built, whether control came out at its end, and whether it had to be taken. */
  finish(branch: number, found: Partial<Pick<Branch, 'completes' | 'inevitable'>>): void;
  isEntered(node: number): boolean;
  addLabel(name: string, place: Place): void;
  addGoto(node: Extract<FlowNode, { kind: 'goto' }>): void;
  /** Leads every goto to its label; one whose label is missing leaves the function. */
  graph(): FlowGraph;
}

export interface Outcome {
  readonly place: Place;
  readonly text: string;
  readonly holds: boolean;
  readonly body?: Span | undefined;
  readonly of?: number;
}

export function flowDraft(): FlowDraft {
  const nodes: FlowNode[] = [];
  const successors: number[][] = [];
  const entering: Entering[][] = [];
  const labels = new Map<string, number>();
  const jumps: { readonly from: number; readonly label: string }[] = [];
  const draft: FlowDraft = {
    current: nowhere,
    add: (node) => {
      nodes.push(node);
      successors.push([]);
      entering.push([]);
      return nodes.length - 1;
    },
    connect: (from, to, how = 'next') => {
      if (from === nowhere) return;
      successors[from]?.push(to);
      entering[to]?.push({ from, how });
    },
    step: (node) => {
      const added = draft.add(node);
      draft.connect(draft.current, added);
      if (draft.current !== nowhere) draft.current = added;
      return added;
    },
    branch: (test, { place, text, holds, body, of }) => {
      const shape = { ...(body === undefined ? {} : { body }), ...(of === undefined ? {} : { of }) };
      const added = draft.add({ kind: 'branch', place, text, holds, ...shape, completes: true, inevitable: false });
      draft.connect(test, added);
      return added;
    },
    finish: (branch, found) => {
      const node = nodes[branch];
      if (node?.kind === 'branch') nodes[branch] = { ...node, ...found };
    },
    isEntered: (node) => (entering[node]?.length ?? 0) > 0,
    addLabel: (name, place) => {
      const added = draft.add({ kind: 'label', name, place });
      draft.connect(draft.current, added);
      if (!labels.has(name)) labels.set(name, added);
      draft.current = added;
    },
    addGoto: (node) => {
      const from = draft.step(node);
      jumps.push({ from, label: node.label });
      if (!node.may) draft.current = nowhere;
    },
    graph: () => {
      for (const { from, label } of jumps) draft.connect(from, labels.get(label) ?? exitNode, 'goto');
      return { nodes, successors, entering, labels };
    },
  };
  return draft;
}

/** What a list of statements covers; undefined for an empty list. */
export function spanOf(statements: readonly Statement[]): Span | undefined {
  const first = statements[0];
  const last = statements.at(-1);
  return first === undefined || last === undefined ? undefined : { start: first.place.start, end: last.place.end };
}
