/** Lines of a function from which another one may be called. */
import type { Around, MentionIn } from './calls-in.ts';
import { type CodeNode, deepest, type InlineGraph, isEntered, isThroughPointer, type Reached } from './inline-graph.ts';

/** Offsets in the caller's file, sorted, each once. */
export type Offsets = readonly number[];

/** A function that is searched for calls, with all that may be inlined into it. */
export interface Caller {
  readonly graph: InlineGraph;
  readonly node: CodeNode;
  readonly reached: Reached;
}

/** Where calls of a name stand in the function, or in what is inlined there; else where the name is handed on. */
export function callsOf(caller: Caller, names: ReadonlySet<string>): Offsets {
  const { graph, node, reached } = caller;
  const distances = reached.distances((each) => each !== node && [...names].some((name) => each.speaks.has(name)));
  const leads = (name: string, isCalled: boolean, isArgument: boolean): boolean =>
    graph.visible(name).some((each) => {
      const distance = each === node ? undefined : distances.get(each);
      return distance !== undefined && distance < deepest && (isCalled || isEntered(node, each, isArgument));
    });
  const found = new Set<number>();
  const handed = new Set<number>();
  for (const call of node.body.calls) {
    const name = call.isPointer ? `->${call.name}` : call.name;
    if (names.has(name) || (!call.isPointer && leads(name, true, false))) found.add(placeOf(graph, call));
  }
  for (const mention of node.body.mentions) {
    if (names.has(mention.name)) handed.add(placeWhereCalled(graph, mention));
    else if (leads(mention.name, false, mention.within.length > 0)) found.add(placeWhereCalled(graph, mention));
  }
  return sorted(found.size > 0 ? found : handed);
}

/** Where the function, or what is inlined into it, calls through a pointer. */
export function pointerCalls({ graph, node, reached }: Caller): Offsets {
  const distances = reached.distances((each) => each !== node && each.callsPointer);
  const found = new Set<number>();
  for (const call of node.body.calls) {
    const isPointer = isThroughPointer(call, node.variables);
    const isInside = graph.visible(call.name).some((each) => (distances.get(each) ?? deepest) < pointersWithin);
    if (isPointer || isInside) found.add(placeOf(graph, call));
  }
  return sorted(found);
}

/** Nearly everything calls some pointer if one looks deep enough. */
const pointersWithin = 2;

/** Compilers put what a macro's text and arguments say on the line where the outermost macro's name stands. */
function placeOf(
  graph: InlineGraph,
  { at, within }: { readonly at: number; readonly within: readonly Around[] },
): number {
  return within.find(({ name }) => isMacro(graph, name))?.at ?? at;
}

/** What is handed to an inlined function is called in there: that counts as the line of its call. */
const placeWhereCalled = (graph: InlineGraph, mention: MentionIn): number => {
  const place = placeOf(graph, mention);
  return place === mention.at ? (mention.within.at(-1)?.at ?? place) : place;
};

function isMacro(graph: InlineGraph, name: string): boolean {
  const nodes = graph.visible(name);
  return nodes.length > 0 && nodes.every(({ item }) => item.kind === 'macro');
}

const sorted = (offsets: ReadonlySet<number>): Offsets => [...offsets].sort((a, b) => a - b);
