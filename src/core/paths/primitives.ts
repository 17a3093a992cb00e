/**
 * The kernel's own words for the end of a packet: the calls, counters and verdicts that everything else is built from.
 * Each rule names its source. Functions that wrap them are not listed here: they are found by what they do.
 */
import type { SiteKind } from '../model.ts';
import type { Call } from '../syntax/facts.ts';

export interface Primitive {
  readonly kind: Extract<SiteKind, 'drop' | 'reset'>;
  /** `call:kfree_skb_reason`; a call through a field is `call:->send_reset`. */
  readonly why: string;
}

/** Whether a call is one that drops a packet or sends a reset. */
export function primitiveOf(call: Call): Primitive | undefined {
  const { callee, receiver } = call;
  if (receiver === undefined && drops.has(callee)) {
    return call.arguments.some(({ text }) => text === consumed) ? undefined : { kind: 'drop', why: `call:${callee}` };
  }
  return isReset(callee) ? { kind: 'reset', why: `call:${calledName(call)}` } : undefined;
}

/** The name of what is called; `->send_reset` through a field. */
export function calledName({ callee, receiver }: Call): string {
  return receiver === undefined ? callee : `->${callee}`;
}

export function dropOf(callee: string): boolean {
  return drops.has(callee);
}

/** Frees that report no drop, whatever they are made of (include/linux/skbuff.h, include/linux/netdevice.h). */
export function isConsume(callee: string): boolean {
  return /^(?:\w+_)?consume_skb(?:_\w+)?$/.test(callee);
}

/** The word for "not dropped" where one function does both (include/net/dropreason-core.h). */
const consumed = 'SKB_CONSUMED';

/**
 * Frees that report a drop. Not here: consume_skb and dev_kfree_skb, which is a macro for it (include/linux/skbuff.h),
 * __kfree_skb (frees without a word), kfree_skb_partial (the data lives on).
 */
const drops: ReadonlySet<string> = new Set([
  // include/linux/skbuff.h, net/core/skbuff.c
  'kfree_skb',
  'kfree_skb_reason',
  'sk_skb_reason_drop',
  'kfree_skb_list',
  'kfree_skb_list_reason',
  // every packet of a queue
  'skb_queue_purge',
  '__skb_queue_purge',
  'skb_queue_purge_reason',
  '__skb_queue_purge_reason',
  'skb_errqueue_purge',
  'skb_rbtree_purge',
  // include/linux/netdevice.h, net/core/dev.c
  'dev_kfree_skb_any',
  'dev_kfree_skb_any_reason',
  'dev_kfree_skb_irq',
  'dev_kfree_skb_irq_reason',
  // net/ipv4/tcp_input.c
  'tcp_drop',
  'tcp_drop_reason',
  // include/net/sch_generic.h: queued to be freed by the caller of enqueue
  'qdisc_drop',
  'qdisc_drop_all',
  'qdisc_drop_reason',
  '__qdisc_drop',
  '__qdisc_drop_all',
  // include/linux/rtnetlink.h: queued to be freed when the lock is released
  'rtnl_kfree_skbs',
  // include/trace/events/skb.h: what tells of a drop, called where the free itself is done elsewhere
  'trace_kfree_skb',
]);

/**
 * tcp_v4_send_reset, tcp_v6_send_reset (net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c), tcp_send_active_reset
 * (net/ipv4/tcp_output.c), nf_send_reset and nf_send_reset6 (net/ipv4/netfilter/nf_reject_ipv4.c and its IPv6 twin),
 * request_sock_ops.send_reset (include/net/request_sock.h), and what other protocols name alike. rds_send_reset
 * (net/rds/send.c) only rewinds a connection's own state.
 */
export function isReset(callee: string): boolean {
  if (!callee.includes('reset') || callee.startsWith('trace_') || callee === 'rds_send_reset') return false;
  return /(?:^|_)send_(?:active_)?reset6?$/.test(callee);
}

/** A MIB item, or `sk_drops`: the socket's own drop counter, which no MIB table prints (include/net/sock.h). */
export type CounterItem = string;
export const socketDrops: CounterItem = 'sk_drops';

export interface Bump {
  readonly items: readonly CounterItem[];
  /** The counter counts lost packets and nothing else, whatever comes after. */
  readonly isLoss: boolean;
}

/** The counters that a call bumps. @param isItem whether the tree has a MIB item of that name */
export function bumpOf(call: Call, isItem: (name: string) => boolean): Bump | undefined {
  const { callee, arguments: given } = call;
  // include/net/tcp.h
  if (callee === 'tcp_listendrop') return { items: ['LINUX_MIB_LISTENDROPS', socketDrops], isLoss: true };
  if (call.receiver !== undefined) return undefined;
  if (callee.startsWith('sk_drops_') && /_(?:add|inc|skbadd)$/.test(callee))
    return { items: [socketDrops], isLoss: true };
  if (callee.startsWith('atomic_') && given.at(callee.includes('add') ? 1 : 0)?.text.endsWith('->sk_drops')) {
    return /^atomic_(?:inc|add)/.test(callee) ? { items: [socketDrops], isLoss: true } : undefined;
  }
  // include/net/snmp.h and the macros over it: NET_INC_STATS, __TCP_INC_STATS, IP6_INC_STATS, ...; and the functions
  // that are told which item to bump: ip6_pkt_drop, tcp_oow_rate_limited. The others only print, or count back.
  if (/fold_field|_DEC_STATS|_UPD_PO_STATS|^(?:put_|get_|BUILD_BUG|WARN)/.test(callee)) return undefined;
  const items = given.map(({ text }) => text).filter(isItem);
  return items.length === 0 ? undefined : { items, isLoss: false };
}

/**
 * Whether an item's name says that packets were given up, in the words of the RFCs and of the kernel's own tables
 * (include/uapi/linux/snmp.h): OutDiscards, InHdrErrors, ReasmFails, InNoRoutes, InUnknownProtos, XfrmInNoStates.
 */
export function isLossItem(item: CounterItem): boolean {
  return (
    /(?:DROP|DISCARDS?|ERRORS?|ERRS|REASMFAILS|FRAGFAILS|NOROUTES|UNKNOWNPROTOS|TRUNCATEDPKTS|MISMATCH|REJECTED|PRUNED|POLBLOCK|NOSTATES|NOPOLS|STATEINVALID|EXPIRED)$/.test(
      item,
    ) && !/ADDRDROP|TXDROP|ACTIVEDROP|OUTERRORS$/.test(item)
  );
}

/** Whether an item counts connections or associations that began or ended (RFC 4022, RFC 3873), and no packets. */
export function isConnectionItem(item: CounterItem): boolean {
  return /_MIB_(?:ACTIVEOPENS|PASSIVEOPENS|ACTIVEESTABS|PASSIVEESTABS|ESTABRESETS|CURRESTAB|ABORTEDS|SHUTDOWNS)$/.test(
    item,
  );
}
