/** Which counters tell that a packet is lost. A counter alone may count anything; where control goes next decides. */
import type { Candidate } from './candidates.ts';
import { dominatorsOf } from './dominators.ts';
import { expressionOf } from './flow-graph.ts';
import { type Flow, isJumpedForwardTo } from './flow.ts';
import { isConnectionItem, isLossItem } from './primitives.ts';
import { reasonNamesIn } from './reasons.ts';
import type { Runs } from './runs.ts';

/**
 * The candidates that are sites: every drop, reset and verdict, and of each run's counters the first, if it is a loss.
 *
 * @param goesOn whether the packet lives on in the caller although the function has failed, and returned NULL or not
 */
export function lossesAmong(
  flow: Flow,
  runs: Runs,
  candidates: readonly Candidate[],
  goesOn: GoesOn,
): readonly Candidate[] {
  const context = { flow, runs, candidates, goesOn };
  const counted = new Set<number>();
  return candidates.filter((candidate) => {
    if (candidate.kind !== 'count') return true;
    if (candidate.bump?.items.every(isConnectionItem) === true) return false;
    const run = runs.of[candidate.node] ?? -1;
    const sameRun = candidates.filter(({ node }) => runs.of[node] === run);
    if (counted.has(run) || sameRun.some(({ kind }) => kind !== 'count')) return false;
    if (
      !sameRun.some(({ bump }) => bump?.isLoss === true) &&
      !losesPacket(context, run) &&
      !isNamedLoss(context, sameRun)
    )
      return false;
    counted.add(run);
    return true;
  });
}

export type GoesOn = (withNull: boolean) => boolean;

/** A counter that is named after lost packets, unless the packet is seen to live on or to be lost further down anyway. */
function isNamedLoss({ flow, goesOn }: Context, counting: readonly Candidate[]): boolean {
  if (isConnecting(flow) || !counting.some(({ bump }) => bump?.items.some(isLossItem) === true)) return false;
  const returned = new Set(returnedBehind(flow, counting[0]?.node ?? 0));
  return ![...returned].some((text) => text === 'NULL' || text.startsWith('-E')) || !goesOn(returned.has('NULL'));
}

interface Context {
  readonly flow: Flow;
  readonly runs: Runs;
  readonly candidates: readonly Candidate[];
  readonly goesOn: GoesOn;
}

function losesPacket(context: Context, run: number): boolean {
  const { flow, runs, candidates } = context;
  const nodes = runs.nodes[run] ?? [];
  const [head] = nodes;
  const last = nodes.at(-1);
  if (head === undefined || last === undefined) return false;
  if (isConnecting(flow)) return false;
  if (nodes.some((node) => givesReason(flow, node))) return true;
  const end = flow.graph.nodes[last];
  if (isLabel(flow, head) && isJumpedForwardTo(flow, head))
    return endsInLoss(flow, last, candidates) || endsInFailure(context, last);
  if (end?.kind === 'return') return isFailure(end.value?.text ?? '') && !livesOn(context, end.value?.text);
  const jumps = end?.kind === 'goto' || fallsIntoTarget(flow, last);
  return jumps && endsInLoss(flow, last, candidates);
}

const livesOn = ({ goesOn }: Context, returned = ''): boolean =>
  (returned === 'NULL' || returned.startsWith('-E')) && goesOn(returned === 'NULL');

/** Whether the function tells its caller of a failure there, or is given a packet of which it tells nothing. */
function endsInFailure(context: Context, from: number): boolean {
  const { flow } = context;
  if (flow.fn.returnType.split(' ').includes('void') && !flow.fn.returnType.includes('*'))
    return flow.fn.parameters.some(({ type }) => /\b(?:sk_buff|request_sock)\b/.test(type));
  const returned = returnedBehind(flow, from);
  return [...returned].some((text) => text !== '0' && text !== 'true' && !livesOn(context, text));
}

/** A socket that is given an address and nothing to send: what fails is the call, no packet. */
function isConnecting({ fn: { parameters } }: Flow): boolean {
  return (
    parameters.some(({ type }) => type.includes('sockaddr')) &&
    !parameters.some(({ type }) => /sk_buff|msghdr/.test(type))
  );
}

/** The values that may be returned from a node on. */
function returnedBehind(flow: Flow, from: number): ReadonlySet<string> {
  const returned = new Set<string>();
  const seen = new Set<number>();
  const work = [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const node = flow.graph.nodes[at];
    if (node?.kind === 'return') returned.add(node.value?.text ?? '');
    work.push(...(flow.graph.successors[at] ?? []));
  }
  return returned;
}

function fallsIntoTarget(flow: Flow, node: number): boolean {
  const [next, ...others] = flow.graph.successors[node] ?? [];
  return next !== undefined && others.length === 0 && isLabel(flow, next) && isJumpedForwardTo(flow, next);
}

const isLabel = (flow: Flow, node: number): boolean => flow.graph.nodes[node]?.kind === 'label';

/** Whether every way from a node on passes a drop, a reset, a verdict or a counter of losses. */
function endsInLoss(flow: Flow, node: number, candidates: readonly Candidate[]): boolean {
  const onwards = new Set(dominatorsOf(flow.postIdom, node));
  return candidates.some((candidate) => onwards.has(candidate.node) && isCertain(candidate));
}

const isCertain = ({ kind, bump }: Candidate): boolean => kind !== 'count' || bump?.isLoss === true;

function givesReason(flow: Flow, node: number): boolean {
  const expression = expressionOf(flow.graph.nodes[node]);
  if (expression === undefined) return false;
  if (expression.calls.some(({ callee }) => callee === 'SKB_DR_SET')) return true;
  return expression.assignments.some(({ value }) => namesLoss(value));
}

function isFailure(value: string): boolean {
  return /^-(?:E[A-Z]+|1)$/.test(value) || value === 'NULL' || value === 'NET_RX_DROP' || namesLoss(value);
}

function namesLoss(text: string): boolean {
  return reasonNamesIn(text).some((name) => name.startsWith('SKB_DROP_REASON_'));
}
