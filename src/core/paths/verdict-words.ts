/** The words by which a function gives a packet up: whoever called it frees the packet then. */
import type { Guard } from '../model.ts';
import type { Expression } from '../syntax/facts.ts';
import { notDropped } from './reasons.ts';

/** Whether a word names a drop reason of the tree, those of subsystems included. */
export type IsReason = (word: string) => boolean;

/**
 * NF_DROP (include/uapi/linux/netfilter.h); NET_RX_DROP, NET_XMIT_DROP (include/linux/netdevice.h); TC_ACT_SHOT
 * (include/uapi/linux/pkt_cls.h); XDP_DROP, XDP_ABORTED (include/uapi/linux/bpf.h); TX_DROP, RX_DROP_UNUSABLE and
 * its kin (net/mac80211/ieee80211_i.h, net/mac80211/drop.h).
 */
const words =
  /^(?:NF_DROP|NET_RX_DROP|NET_XMIT_DROP|TC_ACT_SHOT|XDP_DROP|XDP_ABORTED|TX_DROP|RX_DROP(?:_MONITOR|_UNUSABLE)?)$/;

/** NF_DROP_ERR and NF_DROP_REASON (include/linux/netfilter.h). */
const verdictCalls: ReadonlySet<string> = new Set(['NF_DROP_ERR', 'NF_DROP_REASON']);

/**
 * The word in a value: one of the above, a drop reason, or -NF_ACCEPT, by which conntrack calls a packet invalid
 * (net/netfilter/nf_conntrack_core.c, nf_conntrack_in). What is only compared or handed to a call is no value.
 */
export function verdictWord(value: Expression | undefined, isReason: IsReason): string | undefined {
  if (value === undefined) return undefined;
  const called = value.calls.find(({ callee }) => verdictCalls.has(callee));
  if (called !== undefined) return called.callee;
  return verdictInText(value.text, isReason);
}

/** As `verdictWord`, of a value as written. */
export function verdictInText(text: string, isReason: IsReason): string | undefined {
  if (!/[A-Z]{2}/.test(text)) return undefined;
  for (const { value } of outcomesOf(text)) {
    const word = /^\(*\s*(-?)\s*(?:\([\w\s]+\)\s*)?([A-Z]\w+)\s*\)*$/.exec(value);
    const [, minus = '', name = ''] = word ?? [];
    if (name === 'NF_ACCEPT' && minus === '-') return '-NF_ACCEPT';
    if (words.test(name) || (isReason(name) && isLoss(name))) return name;
  }
  return undefined;
}

/** Not every reason says that a packet is dropped: there are words for "not", and for the lists that reasons stand in (include/net/dropreason-core.h, dropreason.h). */
export function isLoss(reason: string): boolean {
  return reason !== notDropped && reason !== 'SKB_CONSUMED' && !/_SUBSYS_|_MASK$|_MAX$/.test(reason);
}

/** What decides inside the value whether it is that word: `e` of `e ? NF_ACCEPT : NF_DROP`. */
export function guardsOfWord(text: string, line: number, isReason: IsReason): readonly Guard[] {
  const found = outcomesOf(text).find(({ value }) => verdictInText(value, isReason) !== undefined);
  return (found?.conditions ?? []).map((condition) => ({ line, ...condition }));
}

interface Outcome {
  readonly value: string;
  readonly conditions: readonly { readonly text: string; readonly holds: boolean }[];
}

/** The values that an expression may have, by its conditional operators. */
function outcomesOf(text: string, conditions: Outcome['conditions'] = []): readonly Outcome[] {
  const bare = withoutBrackets(text.trim());
  const [question, colon] = conditionalIn(bare);
  if (question === undefined || colon === undefined) return [{ value: bare, conditions }];
  const condition = bare.slice(0, question).trim();
  // `reason ?: OTHER` is the reason itself, where there is one.
  if (bare.slice(question + 1, colon).trim() === '')
    return [{ value: condition, conditions }, ...outcomesOf(bare.slice(colon + 1), conditions)];
  const yes = outcomesOf(bare.slice(question + 1, colon), [...conditions, { text: condition, holds: true }]);
  const no = outcomesOf(bare.slice(colon + 1), [...conditions, { text: condition, holds: false }]);
  return [...yes, ...no];
}

function withoutBrackets(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let at = 0; at < text.length - 1; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return text;
  }
  return text.slice(1, -1).trim();
}

/** Where the outermost `?` and its `:` stand. */
function conditionalIn(text: string): readonly [number?, number?] {
  let depth = 0;
  let question: number | undefined;
  let nested = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (depth > 0) continue;
    else if (character === '?') {
      if (question === undefined) question = at;
      else nested++;
    } else if (character === ':' && question !== undefined && nested-- === 0) return [question, at];
  }
  return [];
}
