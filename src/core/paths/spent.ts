/**
 * What tells that a packet was spent before it is freed: what it holds goes on in copies, the peer has acknowledged it,
 * its fragments were put together, or the socket that it carried was taken.
 */
import type { Call } from '../syntax/facts.ts';
import { dominates, dominatorsOf } from './dominators.ts';
import { entryNode, expressionOf, placeOf } from './flow-graph.ts';
import type { Flow } from './flow.ts';
import { isWithout, type Origin } from './origins.ts';
import { runsOf } from './runs.ts';

/** One way to the call that frees. */
export interface Course {
  readonly flow: Flow;
  /** What is freed, as written. */
  readonly packet: string;
  readonly origins: readonly Origin[];
  /** The call that frees. */
  readonly node: number;
  /** The nodes that every execution on the way passes, the free last: worked out when first asked for. */
  readonly chain: readonly number[];
}

/** Whether a packet was spent on a way. */
export function isSpentOn(course: Course): boolean {
  const text = textOf(course.flow);
  return !failsBeside(course) && tellings.some(({ isTold, word }) => word.test(text) && isTold(course));
}

/**
 * skb_clone, skb_copy, skb_gso_segment and what is built on them (include/linux/skbuff.h): no failure of it, nor of
 * anything after it, leads to the free.
 */
function isCopiedOn({ flow, packet, chain }: Course): boolean {
  const names = aliasesOf(flow, packet);
  return flow.graph.nodes.some((node, at) => {
    const expression = expressionOf(node);
    if (expression?.calls.some((call) => isCopying(call, names)) !== true) return false;
    const since = passedSince(flow, at, chain, packet);
    if (since === undefined || staysInBranch(flow, since)) return false;
    const copies = expression.assignments.filter(({ value }) => /copy|clone|segment|realloc/.test(value));
    return !copies.some(
      ({ target }) => target === packet || since.some((passed) => isWithout(flow.graph.nodes[passed], target)),
    );
  });
}

interface Names {
  /** The packet and what is assigned from it. */
  readonly packets: readonly string[];
  /** Where its data starts, under each name it is given. */
  readonly data: readonly string[];
}

function aliasesOf(flow: Flow, packet: string): Names {
  const assigned = flow.graph.nodes.flatMap((node) => expressionOf(node)?.assignments ?? []);
  const packets = [packet, ...assigned.filter(({ value }) => value === packet).map(({ target }) => target)];
  const data = packets.map((name) => `${name}->data`);
  return {
    packets,
    data: [...data, ...assigned.filter(({ value }) => data.includes(value)).map(({ target }) => target)],
  };
}

/** What the way passes from a node on, or from the loop on that the node stands in; undefined if it need not pass it. */
function passedSince(flow: Flow, at: number, chain: readonly number[], packet: string): readonly number[] | undefined {
  const place = chain.indexOf(at);
  if (place >= 0) return chain.slice(place + 1);
  const above = dominatorsOf(flow.idom, at);
  const round = above.find((node) => isRound(flow, node) && chain.includes(node));
  const from = round ?? above.findLast((node) => chain.includes(node)) ?? -1;
  const since = chain.slice(chain.indexOf(from) + 1);
  // Inside the loop the free belongs to the round, and the copy to a choice in it.
  if (round !== undefined) return since.some((node) => isRoundsStart(flow, node, round)) ? undefined : since;
  const choices = above.slice(above.indexOf(from) + 1).map((node) => flow.graph.nodes[node]);
  return choices.every((node) => node?.kind !== 'branch' || node.text.includes(packet)) ? since : undefined;
}

/** A loop's condition: control comes to it again from behind it. */
const isRound = (flow: Flow, node: number): boolean =>
  flow.graph.entering[node]?.some(({ from, how }) => how === 'again' || dominates(flow.idom, node, from)) ?? false;

const isRoundsStart = (flow: Flow, node: number, round: number): boolean => {
  const found = flow.graph.nodes[node];
  return found?.kind === 'branch' && found.holds && flow.graph.entering[node]?.[0]?.from === round;
};

const jumps = (flow: Flow, passed: readonly number[]): boolean =>
  passed.some((at) => flow.graph.nodes[at]?.kind === 'goto');

/** Whether the way stays in a branch, or jumps out of one, on what it passes there: an error that came up later. */
function staysInBranch(flow: Flow, passed: readonly number[]): boolean {
  const nodes = passed.map((at) => flow.graph.nodes[at]);
  const last = placeOf(nodes.at(-1))?.start ?? 0;
  return nodes.some((node, index) => {
    if (node?.kind !== 'branch' || node.inevitable || node.body === undefined) return false;
    const { start, end } = node.body;
    const spots = [last, ...nodes.slice(index).flatMap((jump) => (jump?.kind === 'goto' ? [jump.place.start] : []))];
    return spots.some((spot) => start <= spot && spot < end);
  });
}

function isCopying({ callee, arguments: given }: Call, { packets, data }: Names): boolean {
  const copiesData =
    /^skb_put_data$|^memcpy$/.test(callee) && given[0] !== undefined && data.includes(given[1]?.text ?? '');
  if (copiesData) return callee === 'skb_put_data' || /skb_put\(/.test(given[0]?.text ?? '');
  if (!given.some(({ text }) => packets.includes(text))) return false;
  if (/^(?:__)?p?skb_(?:clone|copy|copy_expand|copy_for_clone|realloc_headroom|segment)$|skb_gso_segment$/.test(callee))
    return true;
  if (/^skb_copy_(?:from_linear_data(?:_offset)?|bits)$/.test(callee))
    return given.some(({ text }) => /^skb_(?:put|push)\(/.test(text));
  if (callee.endsWith('_extract')) return given.some(({ text }) => text.startsWith('&'));
  return callee.startsWith('skb_send_sock') || sendsCopies(callee);
}

/** llc_sap_mcast, ieee80211_mlo_multicast_tx_one: each receiver gets a copy. */
const sendsCopies = (callee: string): boolean =>
  /(?:^|_)(?:mcast|multicast|flood|broadcast)(?:_(?:tx|xmit|send|deliver|one|all)\w*)?$/.test(callee) &&
  !callee.startsWith('is_');

/** A packet of a queue of sent ones, between the sequence numbers that a peer has told. */
function isAcknowledged({ flow, packet, origins, chain }: Course): boolean {
  if (flow.fn.parameters.some(({ name }) => name === packet)) return false;
  if (/acked/.test(packet) || flow.fn.name.endsWith('_acked')) return true;
  if (/^\w+$/.test(packet) && origins.some(({ value = '' }) => !/queue|list|next|peek|find/.test(value))) return false;
  return chain.some((at) => {
    const node = flow.graph.nodes[at];
    return node?.kind === 'branch' && ackWord.test(node.text) && !node.text.includes('dequeue');
  });
}

/** `chan->unacked_frames`, `send_ack_n`, `ackseq`, `dccpd_ack_seq`. */
const ackWord = /(?:^|[^a-z])(?:un)?ack(?:ed|seq|no?|nr)?(?:[^a-z]|$)/;

/** `skb_queue_walk(frags, frag) skb_put_data(skb, frag->data, frag->len); skb_queue_purge(frags);` */
function isGathered({ flow, packet, chain }: Course): boolean {
  return flow.graph.nodes.some((node, at) => {
    const walk = expressionOf(node)?.calls.find(
      ({ callee, arguments: given }) => callee.startsWith('skb_queue_walk') && given[0]?.text === packet,
    );
    const fragment = walk?.arguments[1]?.text;
    if (fragment === undefined) return false;
    const since = passedSince(flow, at, chain, packet);
    return since !== undefined && !staysInBranch(flow, since.slice(1)) && isCopiedSomewhere(flow, fragment);
  });
}

const isCopiedSomewhere = (flow: Flow, fragment: string): boolean =>
  flow.graph.nodes.some((node) =>
    expressionOf(node)?.calls.some(
      (call) =>
        isCopying(call, { packets: [fragment], data: [] }) ||
        (/put_data|memcpy|copy/.test(call.callee) &&
          call.arguments.some(({ text }) => text.startsWith(`${fragment}->data`))),
    ),
  );

/** `tipc_bcast_xmit(net, &tmpq, &n); __skb_queue_purge(&tmpq);`: whatever was put into the list has been sent from it. */
function isEmptied({ flow, packet, chain }: Course): boolean {
  if (!packet.startsWith('&')) return false;
  const nodes = flow.graph.nodes.map((node) => expressionOf(node)?.calls ?? []);
  const filled = nodesWith(nodes, packet, /^(?:__)?skb_queue_(?:tail|head)$/);
  const sent = new Set(nodesWith(nodes, packet, /(?:^|_)(?:xmit|send|rcv)(?:_|$)/));
  if (filled.length === 0 || sent.size === 0) return false;
  const seen = new Set(sent);
  const work = [...filled];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (at === chain.at(-1)) return false;
    if (seen.has(at)) continue;
    seen.add(at);
    work.push(...(flow.graph.successors[at] ?? []));
  }
  return true;
}

const nodesWith = (nodes: readonly (readonly Call[])[], given: string, name: RegExp): readonly number[] =>
  nodes.flatMap((calls, at) =>
    calls.some((call) => name.test(call.callee) && call.arguments.some(({ text }) => text === given)) ? [at] : [],
  );

/** `newsk = skb->sk;` and the accepted socket goes to the user. */
function isCarrier({ flow, packet, chain }: Course): boolean {
  const taken = chain.findIndex((at) =>
    expressionOf(flow.graph.nodes[at])?.assignments.some(
      ({ target, value }) => value === `${packet}->sk` && target.startsWith('new'),
    ),
  );
  return taken >= 0 && !staysInBranch(flow, chain.slice(taken + 1));
}

/** `if (x25_forward_data(lci, nb, skb)) { ... kfree_skb(skb);`: what forwards a packet and leaves it has sent a copy. */
function isForwarded({ flow, packet, chain }: Course): boolean {
  const last = chain.findLastIndex((at) => {
    const node = flow.graph.nodes[at];
    return node?.kind === 'branch' && node.holds;
  });
  const node = flow.graph.nodes[chain[last] ?? -1];
  if (node?.kind !== 'branch') return false;
  const [, callee = '', given = ''] = /(?:^|&& )(\w+)\(([^()]*)\)(?: > 0)?$/.exec(node.text) ?? [];
  const isGiven = given.split(',').some((each) => each.trim() === packet);
  return /_forward(?:_|$)/.test(callee) && isGiven && !staysInBranch(flow, chain.slice(last + 1));
}

/** A switch whose cases handle what the packet says, and behind which every one comes to the free. */
function isDispatched({ flow, packet, chain }: Course): boolean {
  const switches = new Set(flow.graph.nodes.map((node) => (node.kind === 'branch' ? node.of : undefined)));
  const last = chain.findLastIndex((at) => switches.has(at));
  if (last < 0 || staysInBranch(flow, chain.slice(last + 1)) || jumps(flow, chain.slice(last + 1))) return false;
  const of = chain[last] ?? -1;
  const calls = flow.graph.nodes.flatMap((node, at) =>
    !chain.includes(at) && dominates(flow.idom, of, at) ? (expressionOf(node)?.calls ?? []) : [],
  );
  const { packets, data } = aliasesOf(flow, packet);
  const names = [...packets, ...data];
  if (calls.some((call) => takesIn(call.callee) && call.arguments.some(({ text }) => names.includes(text))))
    return true;
  // A machine of states that never keeps a packet.
  const acts = new Set(
    calls
      .map(({ callee }) => callee)
      .filter((callee) => /_(?:send|indication|confirm|clear|disconnect|connect)(?:_|$)/.test(callee)),
  );
  return acts.size > 1 && dominatorsOf(flow.postIdom, entryNode).includes(chain.at(-1) ?? -1);
}

/** nfc_llcp_rx_skb, virtio_transport_recv_disconnecting, hci_sock_dev_event: named after what it does with a packet. */
export const takesIn = (callee: string): boolean =>
  /(?:^|_)(?:recv|rcv|rx|receive|process|handle|input|deliver|parse)(?:_(?!cb$)|$)/.test(callee);

/** `hsr_forward_do(&frame); kfree_skb(frame.skb_std);` */
function isForwardedInside({ flow, packet, chain }: Course): boolean {
  const owner = /^(\w+)\.\w+$/.exec(packet)?.[1];
  if (owner === undefined) return false;
  const given = chain.findIndex((at) =>
    expressionOf(flow.graph.nodes[at])?.calls.some(
      (call) => /_forward(?:_|$)/.test(call.callee) && call.arguments.some(({ text }) => text === `&${owner}`),
    ),
  );
  return given >= 0 && !staysInBranch(flow, chain.slice(given + 1));
}

/** A clone that is freed where the function is done with it, or what was kept aside and taken out with xchg. */
function isTemporary({ flow, packet, origins, chain }: Course): boolean {
  if (origins.length === 0 || jumps(flow, chain)) return false;
  if (origins.every(({ value = '' }) => value.startsWith('xchg('))) return true;
  const isCopy = origins.every(({ value = '' }) => /^(?:__)?p?skb_(?:clone|copy)\(/.test(value));
  return (
    isCopy &&
    !staysInBranch(flow, sinceOrigin(origins, chain)) &&
    !flow.fn.parameters.some(({ name }) => name === packet)
  );
}

/** `skb = __hci_cmd_sync(hdev, opcode, 0, NULL, timeout);`: what a command was answered with, if it was not refused. */
function isReply({ flow, packet, origins, chain }: Course): boolean {
  const isAnswer = origins.every(
    ({ value = '' }) =>
      !value.includes('alloc') && /^_*\w+_(?:cmd|command)(?:_\w+)?\(|_get_param\(|^__hci_cmd_/.test(value),
  );
  return origins.length > 0 && isAnswer && !sinceOrigin(origins, chain).some((at) => isRefusal(flow, at, packet));
}

const isRefusal = (flow: Flow, at: number, packet: string): boolean => {
  const node = flow.graph.nodes[at];
  return node?.kind === 'branch' && node.holds && node.body !== undefined && node.text.includes(`${packet}->`);
};

/** `if (rxrpc_send_data_packet(call, skb, true) < 0) return;`: what is freed behind it is a reference to what was sent. */
function isSent({ flow, packet, chain }: Course): boolean {
  const sent = chain.findLastIndex((at) => {
    const node = flow.graph.nodes[at];
    if (node?.kind !== 'branch' || node.holds) return false;
    const [, callee = '', given = ''] = /^(\w+)\(([^()]*)\) < 0$/.exec(node.text) ?? [];
    return (
      /(?:^|_)(?:send|xmit|transmit)(?:_|$)/.test(callee) && given.split(',').some((each) => each.trim() === packet)
    );
  });
  return sent >= 0 && !staysInBranch(flow, chain.slice(sent + 1));
}

/** `refcount_set(&skb->users, 1)`: it had been freed already, and is only freed elsewhere now. */
const isRevived = ({ flow, packet, node: at }: Course): boolean =>
  besideFree(flow, at).some((beside) =>
    expressionOf(flow.graph.nodes[beside])?.calls.some(
      ({ callee, arguments: given }) => callee === 'refcount_set' && given[0]?.text === `&${packet}->users`,
    ),
  );

const sinceOrigin = (origins: readonly Origin[], chain: readonly number[]): readonly number[] =>
  chain.slice(chain.findLastIndex((at) => origins.some(({ node }) => node === at)) + 1);

/** A test of the kernel's own (include/kunit/test.h). */
const isTest = ({ flow }: Course): boolean =>
  /(?:^|_)test_(?!and_)/.test(flow.fn.name) ||
  flow.graph.nodes.some((node) => expressionOf(node)?.calls.some(({ callee }) => callee.startsWith('KUNIT_')));

/** `tx_packets++` beside the free. */
function isCountedAsSent({ flow, node: at }: Course): boolean {
  return besideFree(flow, at).some((beside) =>
    /\btx_(?:msgs|packets|frames|bytes)\b/.test(expressionOf(flow.graph.nodes[beside])?.text ?? ''),
  );
}

/** `return RX_QUEUED` behind the free: mac80211's word for a frame that was taken in (net/mac80211/ieee80211_i.h). */
function isKept({ flow, node: at }: Course): boolean {
  const [next] = flow.graph.successors[at] ?? [];
  const node = flow.graph.nodes[next ?? -1];
  return node?.kind === 'return' && node.value?.text === 'RX_QUEUED';
}

interface Telling {
  readonly isTold: (course: Course) => boolean;
  /** Without such a word in the function there is nothing to look for. */
  readonly word: RegExp;
}

const tellings: readonly Telling[] = [
  { isTold: isCopiedOn, word: /clone|copy|segment|realloc|extract|skb_send_sock|cast|flood|put_data/ },
  { isTold: isAcknowledged, word: /ack/ },
  { isTold: isGathered, word: /skb_queue_walk/ },
  { isTold: isEmptied, word: /skb_queue_(?:tail|head)/ },
  { isTold: isCarrier, word: /->sk\b/ },
  { isTold: isForwarded, word: /_forward/ },
  { isTold: isForwardedInside, word: /_forward/ },
  { isTold: isDispatched, word: /^case /m },
  { isTold: isTemporary, word: /skb_clone|skb_copy|xchg/ },
  { isTold: isReply, word: /_cmd|_command|_get_param/ },
  { isTold: isSent, word: /(?:send|xmit|transmit)\w*\(.*< 0/ },
  { isTold: isRevived, word: /refcount_set/ },
  { isTold: isCountedAsSent, word: /tx_/ },
  { isTold: isKept, word: /RX_QUEUED/ },
  { isTold: isTest, word: /(?:)/ },
];

/** All that a function says, a statement a line, its name first. */
function textOf(flow: Flow): string {
  const known = texts.get(flow);
  if (known !== undefined) return known;
  const lines = flow.graph.nodes.map((node) => (node.kind === 'branch' ? node.text : (expressionOf(node)?.text ?? '')));
  const text = [flow.fn.name, ...lines].join('\n');
  texts.set(flow, text);
  return text;
}

const texts = new WeakMap<Flow, string>();

/** `ret = NET_RX_DROP;`, `return -EINVAL;` beside the free. */
function failsBeside({ flow, node: at }: Course): boolean {
  return besideFree(flow, at).some((beside) => {
    const node = flow.graph.nodes[beside];
    const returned = node?.kind === 'return' ? [node.value?.text ?? ''] : [];
    const assigned = expressionOf(node)?.assignments.map(({ value }) => value) ?? [];
    return [...returned, ...assigned].some((value) => /^-E[A-Z]|_DROP(?:_|$)/.test(value));
  });
}

function besideFree(flow: Flow, at: number): readonly number[] {
  const runs = runsOf(flow.graph);
  return runs.nodes[runs.of[at] ?? -1] ?? [];
}
