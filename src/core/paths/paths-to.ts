import type { Offset, Place } from '../base/position.ts';
import type { Crossed, Guard, Path } from '../model.ts';
import type { Call, Conditional, FunctionFacts } from '../syntax/facts.ts';
import { expressionOf, placeOf } from './flow-graph.ts';
import { type Flow, flowsOf, nodeAt } from './flow.ts';
import { certainNodes, guardsOn } from './guards.ts';
import { conditionsAt } from './preprocessor.ts';
import { inForce, type Variable, reasonVariables, valuesOn } from './reasons.ts';
import { type EntryWay, waysTo } from './ways.ts';

/** One way control reaches a point of a function. */
export interface Way {
  /** `text` is the jump or label as written: `goto no_tcp_socket`, `discard_it:`, `case TCP_TW_ACK`. */
  readonly entry: Path['entry'];
  /** The label entered last, when one is. */
  readonly label?: string;
  /** What every execution on this way must find true or false, first decided first. */
  readonly guards: readonly Guard[];
  /** What the function's reason variables may hold at the point, as written: `SKB_DROP_REASON_NO_SOCKET`. */
  readonly reasons: readonly string[];
  /** The conditions of the #if halves this way needs, as written. */
  readonly preprocessor: readonly string[];
  /** The calls of `trace_...` on this way. */
  readonly tracepoints: readonly Crossed[];
}

/**
 * Every way control reaches a point: one for each goto into the label that the point's execution entered last, one
 * for falling into that label, or a single straight one. Empty where nothing leads to the point.
 *
 * @param at a call, a label, a statement; an offset stands for the smallest statement around it, or the next below
 * @param conditionals of the file, for the #if halves
 */
export function pathsTo(
  fn: FunctionFacts,
  at: Place | Offset,
  conditionals: readonly Conditional[] = [],
): readonly Way[] {
  return waysThrough(flowsOf(fn, conditionals), at);
}

/** As `pathsTo`, for a function whose flow is already known. */
export function waysThrough(flows: readonly Flow[], at: Place | Offset): readonly Way[] {
  return mergeReadings(
    flows.map((flow) => ({ flow, ways: waysIn(flow, at) })),
    flows.length,
  );
}

/**
 * The ways of several readings of one function, each once, by the line of their entry. One that not all readings have
 * needs what those assume that have it.
 *
 * @param readings how many readings the function has, those that lack the point included
 */
export function mergeReadings<Found extends Pick<Path, 'entry' | 'preprocessor'>>(
  found: readonly { readonly flow: Flow; readonly ways: readonly Found[] }[],
  readings: number,
): readonly Found[] {
  const ways = new Map<string, { readonly way: Found; readonly flows: Flow[] }>();
  for (const { flow, ways: here } of found) {
    for (const way of here) {
      const key = JSON.stringify(way);
      const known = ways.get(key);
      if (known === undefined) ways.set(key, { way, flows: [flow] });
      else known.flows.push(flow);
    }
  }
  const merged = [...ways.values()].map(({ way, flows }) => {
    const needed = flows.length < readings ? sharedAssumptions(flows) : [];
    return needed.length === 0 ? way : { ...way, preprocessor: unique([...(way.preprocessor ?? []), ...needed]) };
  });
  return merged.sort((a, b) => a.entry.line - b.entry.line);
}

/** What all readings assume, or else that one of them is what is compiled: `A || !(B) && C`. */
function sharedAssumptions([first, ...others]: readonly Flow[]): readonly string[] {
  if (first === undefined) return [];
  const shared = first.assumes.filter((condition) => others.every(({ assumes }) => assumes.includes(condition)));
  if (shared.length > 0 || others.length === 0) return shared;
  return [[first, ...others].map(({ assumes }) => assumes.join(' && ')).join(' || ')];
}

function waysIn(flow: Flow, at: Place | Offset): readonly Way[] {
  const start = typeof at === 'number' ? at : at.start;
  const point = nodeAt(flow, start);
  if (point === undefined) return [];
  const call = callAt(flow, point, at);
  const inside = guardsInside(call);
  const variables = reasonVariables(flow);
  return waysTo(flow, point).map((way) => wayOf(flow, way, { node: point, start, inside, variables }));
}

export interface Point {
  /** The node it belongs to, and where in the text it starts. */
  readonly node: number;
  readonly start: number;
  /** What decides inside the statement whether the point is reached. */
  readonly inside: readonly Guard[];
  readonly variables: readonly Variable[];
}

/** One way in the words of the source. */
export function wayOf(flow: Flow, way: EntryWay, { node, start, inside, variables }: Point): Way {
  const { before, behind } = certainNodes(flow, way, node);
  const root = flow.graph.nodes[way.root];
  const from = placeOf(flow.graph.nodes[way.from ?? -1]);
  const spots = [start, ...(way.how === 'goto' && from !== undefined ? [from.start] : [])];
  const chain = [...before, ...behind];
  const preprocessor = unique([
    ...chain.flatMap((passed) => unbuiltAt(flow, passed)),
    ...spots.flatMap((spot) => conditionsAt(spot, flow.conditionals)),
  ]);
  return {
    entry: entryOf(flow, way),
    ...(root?.kind === 'label' ? { label: root.name } : {}),
    guards: [...guardsOn(flow, chain, start, preprocessor), ...inside],
    reasons: inForce(variables.flatMap((variable) => valuesOn(flow, way, node, variable))),
    preprocessor,
    tracepoints: chain.flatMap((passed) => tracepointsAt(flow, passed, start)),
  };
}

/** Tracepoints that certainly fire at a node, and before the point where that is in the same one. */
function tracepointsAt(flow: Flow, node: number, before: number): readonly Crossed[] {
  const calls = expressionOf(flow.graph.nodes[node])?.calls ?? [];
  return calls.flatMap(({ callee, guards, place }) =>
    callee.startsWith('trace_') && guards.length === 0 && place.start !== before
      ? [{ name: callee, line: place.line }]
      : [],
  );
}

function unbuiltAt(flow: Flow, node: number): readonly string[] {
  const found = flow.graph.nodes[node];
  return found?.kind === 'unbuilt' ? found.conditions : [];
}

function entryOf(flow: Flow, { root, from, how }: EntryWay): Way['entry'] {
  const target = flow.graph.nodes[root];
  const jump = flow.graph.nodes[from ?? -1];
  if (how === 'goto' && jump?.kind === 'goto') {
    return { line: jump.place.line, kind: 'goto', text: `goto ${jump.label}` };
  }
  if (target?.kind === 'label') return { line: target.place.line, kind: 'fallthrough', text: `${target.name}:` };
  if (target?.kind === 'case') return { line: target.place.line, kind: how, text: target.text };
  return { line: flow.fn.place.line, kind: 'straight', text: flow.fn.name };
}

/** The call that stands exactly at a place, or the smallest around an offset. */
function callAt(flow: Flow, point: number, at: Place | Offset): Call | undefined {
  const calls = expressionOf(flow.graph.nodes[point])?.calls ?? [];
  if (typeof at !== 'number') return calls.find(({ place }) => place.start === at.start && place.end === at.end);
  return calls
    .filter(({ place }) => place.start <= at && at < place.end)
    .reduce<Call | undefined>((best, call) => (best === undefined || size(call) < size(best) ? call : best), undefined);
}

const size = ({ place }: Call): number => place.end - place.start;

/** What decides inside an expression whether a call is made. */
export function guardsInside(call: Call | undefined): readonly Guard[] {
  return (call?.guards ?? []).map(({ place, text, holds }) => ({ line: place.line, text, holds }));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
