/**
 * What a packet was when it is freed by a call that tells the kernel of a drop. Older code frees everything with one
 * call: a message that it could not finish, a packet that it has used to the end, and one that it throws away.
 */
import type { Call, Expression } from '../syntax/facts.ts';
import { dominatorsOf } from './dominators.ts';
import { type FlowNode, exitNode, expressionOf } from './flow-graph.ts';
import type { Flow } from './flow.ts';
import { certainNodes, guardsOn } from './guards.ts';
import { type Origin, isWithout, originsOf } from './origins.ts';
import { dropOf, isConsume } from './primitives.ts';
import { runsOf } from './runs.ts';
import { type Course, isSpentOn, takesIn } from './spent.ts';
import { type EntryWay, waysTo } from './ways.ts';

/** A call that frees, and what it frees as written. */
export interface Freeing {
  readonly node: number;
  readonly callee: string;
  readonly packet: string;
}

/**
 * `unsent`: a buffer that the function had made and that nobody was given. `message`: of netlink, by its call
 * (include/net/netlink.h). `notice`: for the error queue of a socket. `used`: every way ends here, this one not in an error, so that the packet has been used.
 */
export type Freed = 'unsent' | 'message' | 'notice' | 'used';

/** What is freed if it is no packet that is lost; undefined where it is one, on some way at least. */
export function freedAs(flow: Flow, freeing: Freeing): Freed | undefined {
  if (freeing.callee === 'nlmsg_free' || isMessage(flow, freeing)) return 'message';
  if (isNotice(flow, freeing)) return 'notice';
  if (isReplaced(flow, freeing)) return 'used';
  const ways = waysTo(flow, freeing.node);
  if (ways.length > 0 && ways.every((way) => isUsedOn(flow, way, freeing))) return 'used';
  if (ways.every(({ how }) => how !== 'goto') && isHandedJustAbove(flow, freeing)) return 'used';
  return isUnsent(flow, freeing) ? 'unsent' : undefined;
}

/** Whether the packet has been used on one way of several. */
export function isUsedOn(flow: Flow, way: EntryWay, freeing: Freeing): boolean {
  if (isCountedLoss(flow, freeing.node)) return false;
  return (isReceived(flow, freeing) && isCourse(flow, way, freeing)) || isSpentOn(courseOf(flow, way, freeing));
}

function courseOf(flow: Flow, way: EntryWay, { node, packet }: Freeing): Course {
  let chain: readonly number[] | undefined;
  return {
    flow,
    packet,
    node,
    origins: followed(flow, node, packet),
    get chain(): readonly number[] {
      if (chain === undefined) {
        const { before, behind } = certainNodes(flow, way, node);
        chain = [...before, ...behind];
      }
      return chain;
    },
  };
}

/** `rfcomm_recv_mcc(s, skb); kfree_skb(skb);`: whoever was given it has taken in what it says, and left it. */
function isHandedJustAbove(flow: Flow, { node, packet }: Freeing): boolean {
  const runs = runsOf(flow.graph);
  const run = runs.nodes[runs.of[node] ?? -1] ?? [];
  if (flow.graph.nodes[run[0] ?? -1]?.kind === 'label') return false;
  const above = run.slice(0, run.indexOf(node)).map((other) => expressionOf(flow.graph.nodes[other]));
  const names = [packet, ...flow.graph.nodes.flatMap((other) => aliasesIn(expressionOf(other), packet))];
  return above.some((other) =>
    other?.calls.some(
      (call) => other.text.startsWith(call.callee) && takesIn(call.callee) && names.some((name) => isGiven(call, name)),
    ),
  );
}

const aliasesIn = (expression: Expression | undefined, packet: string): readonly string[] =>
  expression?.assignments.filter(({ value }) => value === packet).map(({ target }) => target) ?? [];

/** What is filled, read or sent by the words of netlink is no packet (include/net/netlink.h, genetlink.h). */
function isMessage(flow: Flow, { packet }: Freeing): boolean {
  const given = flow.graph.nodes.flatMap((node) =>
    (expressionOf(node)?.calls ?? []).filter((call) => isGiven(call, packet)).map(({ callee }) => callee),
  );
  if (given.some((callee) => /^(?:ip|ipv6|tcp|udp|eth)_hdr$/.test(callee))) return false;
  return given.some((callee) =>
    /^(?:gen)?nlmsg_|^nla_(?:put|nest)|^rtnl_(?:notify|unicast)$|^(?:nf|gen?)?netlink_|^NETLINK_CB$/.test(callee),
  );
}

/** `kfree_skb(entry->skb); entry->skb = copy;`: what is in it goes on in another buffer, or a newer copy is kept. */
function isReplaced(flow: Flow, { node, packet }: Freeing): boolean {
  const instead = dominatorsOf(flow.postIdom, node).flatMap((at) =>
    at === node
      ? []
      : (expressionOf(flow.graph.nodes[at])?.assignments ?? []).filter(({ target }) => target === packet),
  );
  // The nearest one, and not to NULL before it.
  const next = instead.at(-1)?.value ?? '';
  if (/^\w*(?:copy|clone|expand)\w*\(/.test(next)) return !/^\w+$/.test(packet);
  const origins = followed(flow, node, next);
  return origins.length > 0 && origins.every(({ value = '' }) => /^\w*(?:copy|clone|expand|alloc)\w*\(/.test(value));
}

function isUnsent(flow: Flow, { node, packet }: Freeing): boolean {
  if (!/^\w+$/.test(packet)) return isFreshMember(flow, node, packet);
  const origins = followed(flow, node, packet);
  return origins.length > 0 && origins.every(({ value }) => value !== undefined && isMade(value));
}

/** `ddev->saved_skb = pskb_copy(skb, GFP_KERNEL);` on every way to the free. */
function isFreshMember(flow: Flow, node: number, packet: string): boolean {
  const given = dominatorsOf(flow.idom, node).flatMap((at) =>
    (expressionOf(flow.graph.nodes[at])?.assignments ?? []).filter(({ target }) => target === packet),
  );
  const value = given.at(-1)?.value ?? '';
  return isMade(value) || /^p?skb_(?:copy|clone)\(/.test(value);
}

/** Only a variable can be followed. */
const followed = (flow: Flow, node: number, packet: string): readonly Origin[] =>
  /^\w+$/.test(packet) ? originsOf(flow, node, packet) : [];

/** For the error queue of a socket: tells of a packet, and is none. */
const isNotice = (flow: Flow, { node, packet }: Freeing): boolean =>
  followed(flow, node, packet).some(({ value = '' }) => value.startsWith('sock_dequeue_err_skb(')) ||
  isToldInError(flow, packet);

const isToldInError = (flow: Flow, packet: string): boolean =>
  /^\w+$/.test(packet) &&
  flow.graph.nodes.some((node) =>
    expressionOf(node)?.calls.some((call) => call.callee === 'sock_queue_err_skb' && isGiven(call, packet)),
  );

/**
 * A function that gives a fresh buffer says so by its name, in the kernel itself (alloc_skb, sock_wmalloc, nlmsg_new,
 * build_skb) and in what is built on it (bt_skb_alloc, tipc_buf_acquire, igmpv3_newpack).
 */
function isMade(value: string): boolean {
  const called = /^(?:\([^()]*\)\s*)?(?:\w+(?:->|\.))*(\w+)\s*\(/.exec(value)?.[1];
  if (called === undefined || /realloc|recv|rx_/.test(called)) return false;
  return /alloc|(?:^|_)new(?:_|$|pack)|(?:^|_)build_(?!skb|header|state)|(?:^|_)create_|_create$|2msg|(?:^|_)build_skb$|^build_skb_|_buf_acquire$/.test(
    called,
  );
}

/** Whether a packet that the function looks into is freed by it whichever way control goes, and never as consumed. */
function isReceived(flow: Flow, { node, packet }: Freeing): boolean {
  const origins = followed(flow, node, packet);
  if (origins.length === 0 || isConsumed(flow, packet)) return false;
  const lives = origins.map((origin) => nodesUntilFreed(flow, origin.node, packet));
  const passed = lives.flatMap((life) => life ?? []);
  return (
    lives.every((life) => life !== undefined) &&
    passed.some((at) => isReadAt(flow, at, packet)) &&
    !passed.some((at) => isGivenUpAt(flow, at, packet))
  );
}

function isReadAt(flow: Flow, node: number, packet: string): boolean {
  const expression = expressionOf(flow.graph.nodes[node]);
  if (expression?.text.includes(packet) !== true) return false;
  if (expression.text.includes(`${packet}->data`)) return true;
  return expression.calls.some((call) => isGiven(call, packet) && !isFree(call) && !isBookkeeping(call));
}

/** dst_link_failure, __sk_queue_drop_skb: the name says what becomes of the packet. */
function isGivenUpAt(flow: Flow, node: number, packet: string): boolean {
  const calls = expressionOf(flow.graph.nodes[node])?.calls ?? [];
  return calls.some((call) => isGiven(call, packet) && !isFree(call) && /drop|discard|fail/.test(call.callee));
}

const isConsumed = (flow: Flow, packet: string): boolean =>
  flow.graph.nodes.some((node) =>
    expressionOf(node)?.calls.some((call) => isConsume(call.callee) && isGiven(call, packet)),
  );

const isGiven = (call: Call, packet: string): boolean => call.arguments.some(({ text }) => text === packet);

/** By the kernel's own words, as a drop or without a word (include/linux/skbuff.h, include/linux/netdevice.h). */
const isFree = ({ callee, receiver }: Call): boolean =>
  receiver === undefined &&
  (dropOf(callee) || isConsume(callee) || /^(?:__)?(?:dev_)?kfree_skb(?:_\w+)?$/.test(callee));

/** Tells of a packet, finds something beside it or takes it out of a list, as whoever drops it does too. */
const isBookkeeping = ({ callee }: Call): boolean =>
  /^(?:trace_|WARN|pr_|net_\w+_ratelimited|(?:un)?likely$|IS_ERR|PTR_ERR|qdisc_|icmpv?6?_|(?:__)?skb_(?:unlink|orphan|dst|mark|set|shared|cloned|headlen|queue|ext|rtable))|(?:hdr|_cb|CB)$/.test(
    callee,
  );

/** What is passed with the packet; undefined if a way leads to the function's end, or to the next packet, past a free. */
function nodesUntilFreed(flow: Flow, from: number, packet: string): readonly number[] | undefined {
  const seen = new Set<number>();
  const work = [...(flow.graph.successors[from] ?? [])];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const found = flow.graph.nodes[node];
    const expression = expressionOf(found);
    if (isWithout(found, packet) || freesIt(expression, packet) || isPutBack(expression, packet)) continue;
    if (node === exitNode || isOverwritten(expression, packet)) return undefined;
    work.push(...(flow.graph.successors[node] ?? []));
  }
  return [...seen];
}

/** With another packet; `skb = skb_share_check(skb, GFP_ATOMIC)` is the same one. */
const isOverwritten = (expression: Expression | undefined, packet: string): boolean =>
  expression?.assignments.some(
    ({ target, value }) => target === packet && !new RegExp(`[(,]\\s*${packet}\\s*[,)]`).test(value),
  ) ?? false;

/** In front of a queue, to be looked at again. */
const isPutBack = (expression: Expression | undefined, packet: string): boolean =>
  expression?.calls.some(
    ({ callee, arguments: given }) => /^(?:__)?skb_queue_head$/.test(callee) && given[1]?.text === packet,
  ) ?? false;

function freesIt(expression: Expression | undefined, packet: string): boolean {
  return expression?.calls.some((call) => call.guards.length === 0 && isFree(call) && isGiven(call, packet)) ?? false;
}

/** Whether a way takes no error: it jumps to nowhere, stays in no branch and counts no loss. */
function isCourse(flow: Flow, way: EntryWay, { node, packet }: Freeing): boolean {
  if (way.how === 'goto') return false;
  const at = flow.graph.nodes[node];
  if (at === undefined || !('place' in at)) return false;
  const { before, behind } = certainNodes(flow, way, node);
  const got = new Set(followed(flow, node, packet).map((origin) => origin.node));
  const chain = [...before, ...behind];
  const since = chain.slice(chain.findLastIndex((passed) => got.has(passed)) + 1);
  return guardsOn(flow, since, at.place.start, []).every(
    ({ text, holds, early }) =>
      early === true || !holds || isAboutPacket(text, packet) || /^(?:case |default)/.test(text),
  );
}

/** Only whether there is one. */
const isAboutPacket = (text: string, packet: string): boolean =>
  text === packet || text === `${packet} != NULL` || new RegExp(`(?:^|\\()${packet} = `).test(text);

/** `dev->stats.rx_dropped++` and its like beside the free. */
function isCountedLoss(flow: Flow, node: number): boolean {
  const runs = runsOf(flow.graph);
  const beside: readonly (FlowNode | undefined)[] = (runs.nodes[runs.of[node] ?? -1] ?? []).map(
    (other) => flow.graph.nodes[other],
  );
  return beside.some((other) => {
    const { text = '', calls = [] } = expressionOf(other) ?? {};
    const isStep =
      /(?:drop|err|discard|fail)\w*\s*(?:\+\+|\+=)/.test(text) || /\+\+\s*\S*(?:drop|err|discard|fail)/.test(text);
    return (
      isStep ||
      calls.some(
        (call) =>
          !isFree(call) && /_inc$|_INC|atomic|stats?(?:_|$)/.test(call.callee) && /drop|err|discard|fail/i.test(text),
      )
    );
  });
}
