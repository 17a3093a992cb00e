/** Which drop or RST reason is in force at a point: the assignments to a reason variable that reach it. */
import type { Assignment, Call, Expression } from '../syntax/facts.ts';
import { reversePostorder } from './dominators.ts';
import { type Entering, entryNode, expressionOf } from './flow-graph.ts';
import type { Flow } from './flow.ts';
import type { EntryWay } from './ways.ts';

/** As the code names it where it is read: `drop_reason`; `*reason` for one that the caller owns. */
export type Variable = string;

/** SKB_NOT_DROPPED_YET: no reason so far. Its number is 0, and code tests for it that way. */
export const notDropped = 'SKB_NOT_DROPPED_YET';
const notSpecified = 'SKB_DROP_REASON_NOT_SPECIFIED';

/** The variables of a function that hold a reason: those given one by name, and parameters declared to be one. */
export function reasonVariables(flow: Flow): readonly Variable[] {
  const known = knownVariables.get(flow) ?? variablesOf(flow);
  knownVariables.set(flow, known);
  return known;
}

const knownVariables = new WeakMap<Flow, readonly Variable[]>();

function variablesOf(flow: Flow): readonly Variable[] {
  const names = new Set<Variable>();
  for (const { name, type } of flow.fn.parameters) {
    if (/\b(skb_drop_reason|sk_rst_reason)\b/.test(type)) names.add(type.includes('*') ? `*${name}` : name);
  }
  for (const node of flow.graph.nodes) {
    const expression = expressionOf(node);
    for (const { target, value } of expression?.assignments ?? [])
      if (reasonNamesIn(value).length > 0) names.add(target);
    for (const call of expression?.calls ?? []) {
      const given = reasonGiven(call);
      if (given !== undefined) names.add(given.variable);
    }
  }
  return [...names];
}

/** Each value once; none where all that is known is that there is no reason yet. */
export function inForce(values: readonly string[]): readonly string[] {
  const different = [...new Set(values)];
  return different.length === 1 && different[0] === notDropped ? [] : different;
}

/** The reasons that a text names: `SKB_DROP_REASON_NO_SOCKET`, `SK_RST_REASON_TCP_STATE`. */
export function reasonNamesIn(text: string): readonly string[] {
  if (!text.includes('_REASON_') && !text.includes(notDropped)) return [];
  return text.match(/\b(?:SKB_DROP_REASON_\w+|SK_RST_REASON_\w+|SKB_NOT_DROPPED_YET)\b/g) ?? [];
}

/**
 * What a variable may hold when a point is reached on a way, as written: a reason's name, or the expression that
 * decides it (`tcp_inbound_hash(...)`). Empty where nothing was assigned.
 */
export function valuesOn(flow: Flow, way: EntryWay, point: number, variable: Variable): readonly string[] {
  const known = valuesThroughout(flow, variable);
  const first = way.from === undefined ? initial(flow, variable) : (known[way.from]?.out ?? nothing);
  const states = spread(flow, way.root, first, variable, way.region);
  return [...(states[point]?.in ?? nothing)];
}

/** As `valuesOn`, behind the point instead of before it. */
export function valuesBehind(flow: Flow, way: EntryWay, point: number, variable: Variable): readonly string[] {
  return [...(after(flow, point, new Set(valuesOn(flow, way, point, variable)), variable) ?? nothing)];
}

type Values = ReadonlySet<string>;
interface State {
  in: Values;
  /** Absent where the values cannot take this branch. */
  out: Values | undefined;
}
const nothing: Values = new Set();

const remembered = new WeakMap<Flow, Map<Variable, readonly (State | undefined)[]>>();

function valuesThroughout(flow: Flow, variable: Variable): readonly (State | undefined)[] {
  const known = remembered.get(flow) ?? new Map<Variable, readonly (State | undefined)[]>();
  remembered.set(flow, known);
  const states = known.get(variable) ?? spread(flow, entryNode, initial(flow, variable), variable);
  known.set(variable, states);
  return states;
}

/** A parameter holds what the caller gave; it is shown by its name. */
function initial(flow: Flow, variable: Variable): Values {
  return flow.fn.parameters.some(({ name }) => name === variable) ? new Set([variable]) : nothing;
}

/** Carries values along the flow until nothing changes. */
function spread(
  flow: Flow,
  root: number,
  first: Values,
  variable: Variable,
  within?: Uint8Array,
): readonly (State | undefined)[] {
  const { graph } = flow;
  const order = reversePostorder(graph, root, within);
  const states = Array.from<State | undefined>({ length: graph.nodes.length });
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order) {
      const before = new Set(node === root ? first : nothing);
      let isReached = node === root;
      if (node !== root || within === undefined) {
        for (const { from } of graph.entering[node] ?? []) {
          const values = states[from]?.out;
          if (values !== undefined) isReached = true;
          for (const value of values ?? []) before.add(value);
        }
      }
      if (!isReached) continue;
      const known = states[node];
      if (known !== undefined && known.in.size === before.size) continue;
      states[node] = { in: before, out: after(flow, node, before, variable) };
      changed = true;
    }
  }
  return states;
}

function after(flow: Flow, at: number, before: Values, variable: Variable): Values | undefined {
  const node = flow.graph.nodes[at];
  if (node?.kind === 'branch') return afterTest(node.text, node.holds, before, variable);
  const expression = expressionOf(node);
  if (expression === undefined) return before;
  const effects = effectsOf(expression, variable, isSetJustAbove(flow, at, variable));
  return effects.reduce((values, apply) => apply(values), before);
}

/** Whether the statements right above give the variable a value: what a callee is then given is what it may leave. */
function isSetJustAbove({ graph }: Flow, from: number, variable: Variable): boolean {
  for (let at: number | undefined = from; at !== undefined;) {
    const [entering, ...others]: readonly Entering[] = graph.entering[at] ?? [];
    at = others.length === 0 && entering?.how === 'next' ? entering.from : undefined;
    const node = graph.nodes[at ?? -1];
    const expression = node?.kind === 'step' ? node.expression : undefined;
    if (node?.kind !== 'step') return false;
    if (expression?.assignments.some(({ target }) => target === variable) === true) return true;
    if (expression?.calls.some((call) => reasonGiven(call)?.variable === variable) === true) return true;
  }
  return false;
}

type Effect = (before: Values) => Values;

/** What an expression does to the variable, in evaluation order. */
function effectsOf(expression: Expression, variable: Variable, isSet: boolean): readonly Effect[] {
  const calls = expression.calls.flatMap((call) => {
    const effect = callEffect(call, variable, isSet);
    return effect === undefined ? [] : [{ end: call.place.end, rank: 0, effect }];
  });
  const assignments = expression.assignments
    .filter(({ target }) => target === variable)
    .map((assignment) => ({ end: assignment.place.end, rank: 1, effect: assignmentEffect(assignment) }));
  return [...calls, ...assignments].sort((a, b) => a.end - b.end || a.rank - b.rank).map(({ effect }) => effect);
}

function assignmentEffect({ target, value, guards }: Assignment): Effect {
  const given = valuesOf(value);
  return given[0] === target ? keptOrElse(given.slice(1)) : setTo(given, guards.length > 0);
}

/** `reason = reason ?: SKB_DROP_REASON_X`. */
const keptOrElse =
  (values: readonly string[]): Effect =>
  (before) => {
    const kept = [...before].filter((value) => value !== notDropped);
    return new Set(before.size > 0 && kept.length === before.size && kept.every(isWord) ? kept : [...kept, ...values]);
  };

/** `a ? REASON_X : REASON_Y` may be either, `a ?: REASON_X` what `a` holds as well; anything else is what is written. */
function valuesOf(value: string): readonly string[] {
  if (value === '0') return [notDropped];
  const at = value.indexOf('?');
  if (at < 0) return [value];
  const names = value
    .slice(at)
    .match(/\b(?:SKB_DROP_REASON_\w+|SK_RST_REASON_\w+|SKB_NOT_DROPPED_YET|SKB_CONSUMED)\b/g);
  if (names === null) return [value];
  const orElse = /^(\*?\w+) \?:/.exec(value)?.[1];
  return orElse === undefined ? names : [orElse, ...names];
}

const setTo =
  (values: readonly string[], maybe: boolean): Effect =>
  (before) =>
    new Set(maybe ? [...before, ...values] : values);

/** SKB_DR, SKB_DR_SET and SKB_DR_OR of include/net/dropreason.h, and callees that are given the variable's address. */
function callEffect(call: Call, variable: Variable, isSet: boolean): Effect | undefined {
  const maybe = call.guards.length > 0;
  const given = reasonGiven(call);
  if (given?.variable === variable)
    return call.callee === 'SKB_DR_OR' ? orElse(given.reason) : setTo([given.reason], maybe);
  const address = variable.startsWith('*') ? variable.slice(1) : `&${variable}`;
  if (!call.arguments.some(({ text }) => text === address)) return undefined;
  return setTo([`${call.callee}(${call.arguments.map(({ text }) => text).join(', ')})`], maybe || isSet);
}

/** What SKB_DR, SKB_DR_SET and SKB_DR_OR give to a variable (include/net/dropreason.h). */
export function reasonGiven({ callee, arguments: given }: Call): { variable: Variable; reason: string } | undefined {
  if (callee !== 'SKB_DR' && callee !== 'SKB_DR_SET' && callee !== 'SKB_DR_OR') return undefined;
  const [target, name] = given;
  if (target === undefined) return undefined;
  return { variable: target.text, reason: name === undefined ? notSpecified : `SKB_DROP_REASON_${name.text}` };
}

/** Set only where no reason, or no specific one, is there yet. */
const orElse =
  (value: string): Effect =>
  (before) =>
    new Set([...before].map((held) => (held === notDropped || held === notSpecified ? value : held)));

/** `if (reason)`, `if (reason == SKB_DROP_REASON_X)`: what the variable may hold on either side. */
function afterTest(text: string, holds: boolean, before: Values, variable: Variable): Values | undefined {
  const tested = withoutHint(text);
  if (tested === variable) return narrowed(before, notDropped, !holds);
  if (tested === `!${variable}`) return narrowed(before, notDropped, holds);
  const [, name, sign, word] = /^(\*?\w+) ([=!]=) ([A-Z][A-Z0-9_]+)$/.exec(tested) ?? [];
  if (name !== variable || word === undefined) return before;
  return narrowed(before, word, (sign === '==') === holds);
}

/** Values that are words can be told apart; any other may be this word, and is not known to be another. */
function narrowed(before: Values, word: string, isIt: boolean): Values | undefined {
  if (before.size === 0) return isIt ? new Set([word]) : before;
  const left = [...before].filter((value) => (isIt ? value === word || !isWord(value) : value !== word));
  if (left.length === 0) return undefined;
  return new Set(isIt ? [word] : left);
}

const isWord = (value: string): boolean => /^[A-Z][A-Z0-9_]+$/.test(value);

function withoutHint(text: string): string {
  const hint = /^(?:un)?likely\(/.exec(text)?.[0];
  return hint !== undefined && text.endsWith(')') ? text.slice(hint.length, -1) : text;
}
