/** Where a function gives a packet up by its word: the value that it returns, or a reason that it hands to its caller. */
import type { Call, Expression } from '../syntax/facts.ts';
import type { Candidate } from './candidates.ts';
import { dominatorsOf } from './dominators.ts';
import { entryNode, exitNode, expressionOf, type FlowNode } from './flow-graph.ts';
import { type Flow, isReachable } from './flow.ts';
import { reasonGiven } from './reasons.ts';
import { guardsOfWord, type IsReason, isLoss, verdictInText, verdictWord } from './verdict-words.ts';

/** @param drops where the packet is dropped by a call: what comes after tells nothing new */
export function verdictsIn(flow: Flow, drops: readonly Candidate[], isReason: IsReason): readonly Candidate[] {
  const told = new Set(drops.map(({ node }) => node));
  const dropping = new Set(drops.filter(({ call }) => call?.guards.length === 0).map(({ node }) => node));
  const context: Context = { flow, told, dropping, isReason, found: new Map() };
  flow.graph.nodes.forEach((node, index) => {
    if (node.kind === 'return') returned(context, index, node.value);
  });
  flow.graph.nodes.forEach((node, index) => {
    for (const given of givenIn(expressionOf(node), isReason))
      if (isReachable(flow, index)) handedOver(context, index, given);
  });
  return [...context.found.values()];
}

interface Context {
  readonly flow: Flow;
  /** The nodes that are sites themselves. */
  readonly told: ReadonlySet<number>;
  /** Those that drop whenever they are passed. */
  readonly dropping: ReadonlySet<number>;
  readonly isReason: IsReason;
  /** By node. */
  readonly found: Map<number, Candidate>;
}

function returned({ flow, dropping, isReason, found }: Context, node: number, value: Expression | undefined): void {
  const word = verdictWord(value, isReason);
  const place = flow.graph.nodes[node];
  if (word === undefined || value === undefined || place?.kind !== 'return') return;
  if (!word.includes('NF_') && isAlwaysBehind(flow, node, dropping)) return;
  const guards = guardsOfWord(value.text, value.place.line, isReason);
  const name = /^(\w+) \?: /.exec(value.text)?.[1] ?? word;
  found.set(node, {
    kind: 'verdict',
    node,
    place: place.place,
    why: `return:${name}`,
    name,
    ...(guards.length === 0 ? {} : { inside: guards }),
  });
}

/** A variable that is given a word. */
interface Given {
  readonly target: string;
  readonly word: string;
  readonly value: string;
}

function givenIn(expression: Expression | undefined, isReason: IsReason): readonly Given[] {
  if (expression === undefined) return [];
  const assigned = expression.assignments.flatMap(({ target, operator, value }) => {
    const word = operator === '=' ? verdictInText(value, isReason) : undefined;
    return word === undefined ? [] : [{ target, word, value }];
  });
  const set = expression.calls.flatMap((call) => {
    const given = reasonGiven(call);
    return given === undefined || !isLoss(given.reason)
      ? []
      : [{ target: given.variable, word: given.reason, value: given.reason }];
  });
  return [...assigned, ...set];
}

/** A word that the caller gets: by a return further down, or through a pointer. */
function handedOver(context: Context, node: number, given: Given): void {
  const { flow, isReason, found } = context;
  const isVariable = /^\w+$/.test(given.target);
  if (!isVariable && !isReason(given.word)) return;
  // `kfree_skb(skb); res = NET_RX_DROP;` only tells the caller what was done.
  if (!given.word.includes('NF_') && isAlwaysBehind(flow, node, context.dropping)) return;
  const ends = endsWith(context, node, given);
  if (isVariable) {
    const returns = ends.filter((end) => isDelivered(context, end, given));
    if (returns.length === 0) return;
    // A value held from the start is given up where it is returned, as is a reason, which differs from way to way.
    if (isReason(given.word) || isDefault(flow, node)) {
      const held = { variable: given.target, ...(isReason(given.word) ? {} : { reasons: [] }) };
      const name = isReason(given.word) ? given.target : given.word;
      for (const end of returns)
        if (!found.has(end)) found.set(end, { ...at(flow, end, name), kind: 'verdict', ...held });
      return;
    }
  } else if (ends.length === 0) return;
  const reasons = isReason(given.word) ? { reasons: [given.word] } : {};
  const why = isVariable ? `return:${given.word}` : `reason:${given.word}`;
  const here = at(flow, node, given.word);
  const guards = guardsOfWord(given.value, here.place.line, isReason);
  const inside = guards.length === 0 ? {} : { inside: guards };
  if (!found.has(node)) found.set(node, { ...here, kind: 'verdict', why, ...reasons, ...inside });
}

function at(flow: Flow, node: number, word: string): Omit<Candidate, 'kind'> {
  const found = flow.graph.nodes[node];
  const place = found !== undefined && 'place' in found ? found.place : flow.fn.place;
  return { node, place, why: `${found?.kind === 'return' ? 'return' : 'reason'}:${word}`, name: word };
}

/** No choice has been made yet. */
function isDefault(flow: Flow, node: number): boolean {
  return dominatorsOf(flow.idom, node).every((above) => flow.graph.nodes[above]?.kind !== 'branch');
}

/** The returns (or the end) that are reached while the target keeps its value and the packet is not dropped by a call. */
function endsWith(context: Context, from: number, given: Given): readonly number[] {
  const { flow, dropping } = context;
  const seen = new Set<number>();
  const ends: number[] = [];
  const work = [...(flow.graph.successors[from] ?? [])];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (seen.has(node) || isOtherWord(flow.graph.nodes[node], given)) continue;
    seen.add(node);
    const expression = expressionOf(flow.graph.nodes[node]);
    if (dropping.has(node)) continue;
    const isEnd = node === exitNode || flow.graph.nodes[node]?.kind === 'return';
    if (isEnd || isDelivered(context, node, given)) ends.push(node);
    else if (!isSet(expression, given.target)) work.push(...(flow.graph.successors[node] ?? []));
  }
  return ends;
}

/** The outcome of a test that the word excludes: `ret == NET_RX_SUCCESS` for one that is NET_RX_DROP. */
function isOtherWord(node: FlowNode | undefined, { target, word }: Given): boolean {
  if (node?.kind !== 'branch') return false;
  const [, variable, operator, compared = ''] = /^(\w+) (==|!=) ([A-Z]\w+)$/.exec(node.text) ?? [];
  if (variable !== target) return false;
  return (operator === '==') === node.holds ? compared !== word : compared === word;
}

function isSet(expression: Expression | undefined, target: string): boolean {
  const byCall = expression?.calls.some(
    (call) => reasonGiven(call)?.variable === target && call.callee !== 'SKB_DR_OR',
  );
  const assigned = expression?.assignments.some((other) => other.target === target && other.guards.length === 0);
  return byCall === true || assigned === true;
}

/**
 * Whether someone else gets the variable here: the caller, as the value returned or stored where a pointer of his leads;
 * or, if it is a reason, a function that does not always drop.
 */
function isDelivered({ flow, told, isReason }: Context, node: number, { target, word }: Given): boolean {
  const end = flow.graph.nodes[node];
  if (end?.kind === 'return' && end.value !== undefined && isValue(end.value.text, target)) return true;
  const { assignments = [], calls = [] } = expressionOf(end) ?? {};
  if (assignments.some((stored) => !/^\w+$/.test(stored.target) && isValue(stored.value, target))) return true;
  if (!isReason(word) || told.has(node)) return false;
  return calls.some((call) => !isRemark(call) && call.arguments.some(({ text }) => text === target));
}

/** Tells of a reason or tests it, and leaves the packet alone. */
const isRemark = ({ callee }: Call): boolean =>
  /^(?:trace_|SKB_DR|WARN|DEBUG_NET|(?:un)?likely$|pr_|net_dbg|sk_rst_convert|[A-Z][A-Z0-9_]+$)/.test(callee);

/** `reason`, `-reason`, `reason ?: SKB_DROP_REASON_NOT_SPECIFIED`. */
function isValue(text: string, variable: string): boolean {
  const bare = text.startsWith('-') ? text.slice(1) : text;
  return bare === variable || bare.startsWith(`${variable} ?:`);
}

/** Whether every way to a node passes one of those nodes. */
function isAlwaysBehind(flow: Flow, node: number, passed: ReadonlySet<number>): boolean {
  const seen = new Set<number>([node]);
  const work = [node];
  for (let above = work.pop(); above !== undefined; above = work.pop()) {
    if (above === entryNode) return false;
    if (passed.has(above)) continue;
    for (const { from } of flow.graph.entering[above] ?? []) {
      if (seen.has(from)) continue;
      seen.add(from);
      work.push(from);
    }
  }
  return true;
}
