import type { Site } from '../model.ts';
import { english, type Say } from './say.ts';

export interface SiteTitleOptions {
  /** How many reasons are named; the rest is counted. All when absent. */
  readonly reasons?: number;
  /** Where control goes on to from this site (`Site.leadsTo`). */
  readonly next?: Site;
}

/** A site in a few words: `RST sent: NO_SOCKET`, `counted: TcpInErrs, then dropped: TCP_CSUM`, `dropped: A, B, +4`. */
export function siteTitle(site: Site, say: Say = english, { reasons: limit, next }: SiteTitleOptions = {}): string {
  const reasons = reasonList(site, limit, say);
  switch (site.kind) {
    case 'reset':
      return reasons === '' ? say('RST sent') : say('RST sent: {0}', reasons);
    case 'drop':
      return droppedText(site, reasons, next, say);
    case 'verdict':
      return verdictTitle(site, reasons, say);
    case 'count':
      return countedText(site, reasons, next, say);
    case 'free':
      return freedTitle(next ?? site, say);
  }
}

function droppedText(site: Site, reasons: string, next: Site | undefined, say: Say): string {
  const tail = reasons || counterNames(site);
  const dropped = tail === '' ? say('dropped') : say('dropped: {0}', tail);
  return isOnlyLabel(site) && next?.label !== undefined ? say('leads to {0}, {1}', next.label, dropped) : dropped;
}

function countedText(site: Site, reasons: string, next: Site | undefined, say: Say): string {
  const counted = say('counted: {0}', counterNames(site) || site.why.replace(/^counter:/, ''));
  if (next === undefined) return counted;
  if (next.kind === 'drop')
    return reasons === '' ? say('{0}, then dropped', counted) : say('{0}, then dropped: {1}', counted, reasons);
  if (isOnlyLabel(site)) return next.label === undefined ? counted : say('leads to {0}, {1}', next.label, counted);
  return counterNames(next) === '' ? counted : say('{0}, then {1}', counted, counterNames(next));
}

/** A label under which nothing happens before control is at the next site. */
const isOnlyLabel = (site: Site): boolean => site.why.startsWith('label-leads-to:');

/** Where the packet ends that comes by `site`: the last of the sites that control reaches without a choice. */
export function endOf(site: Site, sites: readonly Site[]): Site | undefined {
  let last: Site | undefined;
  const seen = new Set([site.id]);
  for (let id = site.leadsTo; id !== undefined && !seen.has(id); id = last?.leadsTo) {
    seen.add(id);
    last = sites.find((each) => each.id === id) ?? last;
    if (last?.id !== id) break;
  }
  return last;
}

/** The word that is given back or handed on; the name of a variable where it is decided elsewhere. */
const verdictOf = (site: Site): string => site.why.replace(/^(return|reason):/, '');

/** Kept for whoever may drop the packet later. */
const isAhead = ({ why }: Site): boolean => why.startsWith('ahead:');

/** The caller frees the packet, with a reason from here. */
const isReasonForCaller = (verdict: string): boolean =>
  verdict.startsWith('SKB_DROP_REASON_') || /^[a-z_]\w*$/.test(verdict);

function verdictTitle(site: Site, reasons: string, say: Say): string {
  if (isAhead(site)) return say('drop reason set ahead: {0}', reasons);
  const verdict = verdictOf(site);
  if (isReasonForCaller(verdict) && reasons !== '') return say('drop reason for the caller: {0}', reasons);
  return verdict.startsWith('-NF_ACCEPT') ? say('invalid: {0}', verdict) : say('verdict: {0}', verdict);
}

/** Short names, those that say nothing last; `A, B, +4` where more than `limit` would be named. */
function reasonList(site: Site, limit: number | undefined, say: Say): string {
  const names = [...new Set([...site.reasons, ...site.rstReasons].map(shortReason))];
  const told = names.filter((name) => name !== 'NOT_SPECIFIED');
  const ordered = told.length === names.length ? names : [...told, 'NOT_SPECIFIED'];
  // A count in place of a single name would save nothing.
  if (limit === undefined || ordered.length <= limit + 1) return ordered.join(', ');
  return say('{0}, +{1}', ordered.slice(0, limit).join(', '), ordered.length - limit);
}

const counterNames = (site: Site): string => [...new Set(site.counters.map(({ nstat }) => nstat))].join(', ');

/** SKB_DROP_REASON_NO_SOCKET -> NO_SOCKET, the way kfree_skb's tracepoint prints it. */
export function shortReason(name: string): string {
  return name.replace(/^(SKB_DROP_REASON_|SK_RST_REASON_)/, '');
}

/** What becomes of the packet here, and who is told. */
export function whatHappens(site: Site, say: Say = english, next?: Site): string {
  switch (site.kind) {
    case 'reset':
      return resetText(site, say);
    case 'drop':
      return dropText(site, say, next);
    case 'verdict':
      return verdictText(site, say);
    case 'count':
      return countText(say, next);
    case 'free':
      return freedText(next ?? site, say);
  }
}

/** `unsent:kfree_skb`, `message:nlmsg_free`, `used:kfree_skb`. */
function freedTitle({ why }: Site, say: Say): string {
  if (why.startsWith('unsent:')) return say('freed unsent');
  if (why.startsWith('notice:')) return say('notice freed');
  return why.startsWith('message:') ? say('message freed') : say('freed after use');
}

function freedText({ why }: Site, say: Say): string {
  const callee = `\`${why.slice(why.indexOf(':') + 1)}\``;
  if (why.startsWith('unsent:'))
    return say(
      'A buffer made here and never sent is freed by {0}: the kernel reports a drop, but nothing is lost.',
      callee,
    );
  if (why.startsWith('message:'))
    return say('A netlink message is freed by {0}: the kernel reports a drop, but no packet is lost.', callee);
  if (why.startsWith('notice:'))
    return say('A notice for the error queue of a socket is freed by {0}: no packet is lost.', callee);
  return say('The packet ends here after use and is freed by {0}: the kernel reports a drop all the same.', callee);
}

/** Why the call of a site ends the packet: where every way of what it calls ends. Undefined where that is plain. */
export function endingText({ callee, ending }: Site, say: Say = english): string | undefined {
  if (ending === undefined) return undefined;
  const ends = ending.in.map((name) => `\`${name}\``).join(', ');
  const [first, ...others] = ending.functions;
  if (first !== undefined && others.length === 0 && first.name === callee)
    return say('`{0}` ({1}) always ends in {2}.', first.name, first.file, ends);
  const names = ending.functions.map(({ name, file }) => `\`${name}\` (${file})`);
  // What a RST sender is called says what it ends in.
  return ending.functions.every(({ name }) => ending.in.includes(name))
    ? say('What the tree assigns to `{0}`: {1}.', callee ?? '', names.join(', '))
    : say('What the tree assigns to `{0}` always ends in {1}: {2}.', callee ?? '', ends, names.join(', '));
}

function dropText(site: Site, say: Say, next: Site | undefined): string {
  const callee = site.callee ?? next?.callee;
  return callee === undefined
    ? say('The packet is dropped; its sender is told nothing.')
    : say('The packet is freed as dropped by `{0}`; its sender is told nothing.', callee);
}

function countText(say: Say, next: Site | undefined): string {
  if (next?.kind !== 'drop')
    return say('Nothing is sent from here: only a counter tells that the packet ends on this way.');
  return next.callee === undefined
    ? say('It is only counted here; further down the packet is dropped, and its sender is told nothing.')
    : say('It is only counted here; further down `{0}` drops the packet, and its sender is told nothing.', next.callee);
}

function resetText(site: Site, say: Say): string {
  if (/active_reset/.test(site.callee ?? '')) return say('A RST goes to the peer of the socket.');
  return site.arguments?.[0] === 'NULL'
    ? say('A RST goes back to the sender of this segment: no socket takes it (the socket passed is NULL).')
    : say('A RST goes back to the sender of this segment.');
}

function verdictText(site: Site, say: Say): string {
  if (isAhead(site)) return say('The packet goes on: the reason is kept for the case that it is dropped further on.');
  const verdict = verdictOf(site);
  if (verdict.startsWith('-NF_ACCEPT'))
    return say(
      'Conntrack calls the packet invalid: it travels on without an entry, and NAT leaves its addresses as they are.',
    );
  if (verdict.startsWith('NF_DROP')) return say('Netfilter drops the packet; its sender is told nothing.');
  if (isReasonForCaller(verdict))
    return say('The reason is handed to the caller, which drops the packet; its sender is told nothing.');
  return say('The verdict {0} ends the packet here.', `\`${verdict}\``);
}
