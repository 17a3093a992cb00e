/** What of a function will be a site: its losses, and the labels before them. */
import type { FileFacts, FunctionFacts } from '../syntax/facts.ts';
import { type Candidate, candidatesIn, hasCandidates, type Meanings } from './candidates.ts';
import { dominatorsOf } from './dominators.ts';
import { exitNode } from './flow-graph.ts';
import { type Flow, flowsOf, isJumpedForwardTo } from './flow.ts';
import { freedAs, type Freeing } from './freed.ts';
import { goesOnWithout } from './goes-on.ts';
import { lossesAmong } from './losses.ts';
import { type Runs, runsOf } from './runs.ts';
import type { WrapperIndex } from './wrappers.ts';

export interface Spot extends Candidate {
  /** The site that control comes to next without a choice. */
  readonly leadsTo?: Candidate;
  /** The readings of the function that hold it. */
  readonly seen: readonly SeenIn[];
}

export interface SeenIn {
  readonly flow: Flow;
  readonly runs: Runs;
  readonly node: number;
  /** Everything of interest in this reading. */
  readonly candidates: readonly Candidate[];
}

/** In source order. */
export function spotsOf(fn: FunctionFacts, facts: FileFacts, meanings: Meanings): readonly Spot[] {
  const spots = new Map<number, Spot>();
  if (!hasCandidates(fn, meanings)) return [];
  for (const flow of flowsOf(fn, facts.conditionals)) {
    const candidates = candidatesIn(flow, meanings);
    if (candidates.length === 0) continue;
    const runs = runsOf(flow.graph);
    const losses = lossesAmong(flow, runs, candidates, (withNull) => goesOnWithout(fn, facts, withNull));
    const named = losses.map((loss) => withAhead(flow, withFreed(flow, loss, meanings), losses));
    for (const spot of [...named.map((loss) => withNext(flow, loss, named)), ...labelsBefore(flow, named)]) {
      const known = spots.get(spot.place.start);
      const seen = [...(known?.seen ?? []), { flow, runs, node: spot.node, candidates }];
      spots.set(spot.place.start, { ...(known ?? spot), seen });
    }
  }
  return [...spots.values()].sort((a, b) => a.place.start - b.place.start);
}

/** A drop by the kernel's word is none where nothing is lost; where that differs from way to way, `freeing` remains. */
function withFreed(flow: Flow, loss: Candidate, { wrappers }: Meanings): Candidate {
  const freeing = freeingOf(loss, wrappers);
  if (freeing === undefined) return loss;
  const freed = freedAs(flow, freeing);
  // Who calls a function that frees drops the packet, whatever that does with it before (ieee80211_free_txskb).
  const isInWrapper = freed === 'used' && freesFor(flow, freeing, wrappers);
  return freed === undefined || isInWrapper
    ? { ...loss, freeing }
    : { ...loss, kind: 'free', why: `${freed}:${freeing.callee}` };
}

function freesFor({ fn }: Flow, { packet }: Freeing, wrappers: WrapperIndex): boolean {
  const wrapper = /(?:^|_)free(?:_|$)/.test(fn.name) ? wrappers.get(fn.name) : undefined;
  return wrapper?.packet !== undefined && fn.parameters[wrapper.packet]?.name === packet;
}

/** A reason that is set for whoever may drop later, as __dev_xmit_skb does for the qdisc: here the packet goes on. */
function withAhead(flow: Flow, loss: Candidate, losses: readonly Candidate[]): Candidate {
  const isSet = loss.kind === 'verdict' && loss.call !== undefined && /(?:^|_)set_\w*reason$/.test(loss.call.callee);
  if (!isSet) return loss;
  const ends = new Set(losses.filter((other) => other !== loss).map(({ node }) => node));
  return isPassedBy(flow, loss.node, ends) ? { ...loss, why: loss.why.replace(/^reason:/, 'ahead:') } : loss;
}

/** Whether some way leads from a node to the function's end past others. */
function isPassedBy(flow: Flow, from: number, others: ReadonlySet<number>): boolean {
  const seen = new Set<number>(others);
  const work = [...(flow.graph.successors[from] ?? [])];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (node === exitNode) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    work.push(...(flow.graph.successors[node] ?? []));
  }
  return false;
}

/** Plain frees only: one with a reason is meant as a drop. */
function freeingOf({ kind, call, node }: Candidate, wrappers: WrapperIndex): Freeing | undefined {
  if (kind !== 'drop' || call === undefined) return undefined;
  const { callee } = call;
  const isPlain = /^(?:dev_)?kfree_skb(?:_any|_irq|_list)?$|^(?:__)?skb_queue_purge$/.test(callee);
  const wrapper = wrappers.get(callee);
  if (wrapper?.reason !== undefined || wrapper?.path !== undefined) return undefined;
  const packet = call.arguments[isPlain ? 0 : (wrapper?.packet ?? -1)]?.text;
  return packet === undefined ? undefined : { node, callee, packet };
}

type Found = Omit<Spot, 'seen'>;

/** A counted packet, and one answered with a reset, dies somewhere else. */
function withNext(flow: Flow, loss: Candidate, losses: readonly Candidate[]): Found {
  const leadsTo =
    loss.kind !== 'count' && loss.kind !== 'reset' ? undefined : firstOnwards(flow, loss.node, losses, loss);
  return leadsTo === undefined ? loss : { ...loss, leadsTo };
}

/**
 * Labels without a site of their own behind which every way leads to one: `drop_and_release:` before `drop:`. Only
 * labels that are jumped to from above, as error exits are.
 */
function labelsBefore(flow: Flow, losses: readonly Candidate[]): readonly Found[] {
  const taken = new Set(losses.map(({ node }) => nearestLabel(flow, node)));
  const certain = losses.filter(({ variable }) => variable === undefined);
  return [...flow.graph.labels].flatMap(([name, label]) => {
    const node = flow.graph.nodes[label];
    if (node?.kind !== 'label' || taken.has(label) || !isJumpedForwardTo(flow, label)) return [];
    const leadsTo = firstOnwards(flow, label, certain);
    if (leadsTo === undefined) return [];
    const why = `label-leads-to:${labelName(flow, leadsTo.node) ?? leadsTo.name}`;
    const freeing = leadsTo.freeing === undefined ? {} : { freeing: leadsTo.freeing };
    return [{ kind: leadsTo.kind, node: label, place: node.place, why, name, leadsTo, ...freeing }];
  });
}

function firstOnwards(
  flow: Flow,
  from: number,
  losses: readonly Candidate[],
  besides?: Candidate,
): Candidate | undefined {
  for (const node of dominatorsOf(flow.postIdom, from).reverse()) {
    const found = losses.find((loss) => loss.node === node && loss !== besides);
    if (found !== undefined) return found;
  }
  return undefined;
}

function labelName(flow: Flow, node: number): string | undefined {
  const label = flow.graph.nodes[nearestLabel(flow, node) ?? -1];
  return label?.kind === 'label' ? label.name : undefined;
}

/** The label that control came through last on every way to a node. */
function nearestLabel(flow: Flow, node: number): number | undefined {
  return dominatorsOf(flow.idom, node).findLast((above) => {
    const isJumpedTo = flow.graph.entering[above]?.some(({ how }) => how === 'goto') ?? false;
    return flow.graph.nodes[above]?.kind === 'label' && isJumpedTo;
  });
}
