/**
 * The flow of control through one reading of a function. Every outcome of a condition and every case is a node of its
 * own, so that "each execution takes this branch" is plain dominance. Nodes are numbers; node 0 is the function's start.
 */
import type { Place, Span } from '../base/position.ts';
import type { Expression } from '../syntax/facts.ts';

export type FlowNode =
  | { readonly kind: 'entry' | 'exit' | 'join' }
  /** A statement without a choice; `expression` is absent for `break`, `continue` and empty ones. */
  | { readonly kind: 'step'; readonly place: Place; readonly expression?: Expression }
  /** A condition or a switch's subject; what it decides follows as `branch` nodes. */
  | { readonly kind: 'test'; readonly place: Place; readonly expression: Expression }
  | Branch
  /** Past an #if group whose halves all leave: only where none of them is compiled. */
  | { readonly kind: 'unbuilt'; readonly conditions: readonly string[] }
  | { readonly kind: 'label'; readonly place: Place; readonly name: string }
  /** Where the statements of a case begin: entered from its branch and, without a break before it, from above. */
  | { readonly kind: 'case'; readonly place: Place; readonly text: string }
  | { readonly kind: 'goto'; readonly place: Place; readonly label: string; readonly may: boolean }
  | { readonly kind: 'return'; readonly place: Place; readonly value?: Expression };

/** One outcome of a condition, or one case of a switch. */
export interface Branch {
  readonly kind: 'branch';
  /** Of the condition or the case label. */
  readonly place: Place;
  /** As written: the whole condition, or `case TCP_TW_RST`. */
  readonly text: string;
  readonly holds: boolean;
  /** The switch whose case this is. */
  readonly of?: number;
  /** What runs only on this outcome; absent where nothing does. */
  readonly body?: Span;
  /** Whether control may come out at the end of that body; true without a body. */
  readonly completes: boolean;
  /** The end of a loop that can end in no other way: no condition for what comes after it. */
  readonly inevitable: boolean;
}

/** How control comes to a node: from the statement before, by a jump, or round a loop again. */
export type Passage = 'next' | 'goto' | 'again';

export interface Entering {
  readonly from: number;
  readonly how: Passage;
}

export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  readonly successors: readonly (readonly number[])[];
  readonly entering: readonly (readonly Entering[])[];
  readonly labels: ReadonlyMap<string, number>;
}

export const entryNode = 0;
export const exitNode = 1;

/** The place of a node in the text; absent for the ends and for joins. */
export function placeOf(node: FlowNode | undefined): Place | undefined {
  return node !== undefined && 'place' in node ? node.place : undefined;
}

/** What a node evaluates. */
export function expressionOf(node: FlowNode | undefined): Expression | undefined {
  if (node?.kind === 'step' || node?.kind === 'test') return node.expression;
  return node?.kind === 'return' ? node.value : undefined;
}
