import type { Site } from '../model.ts';
import { english, type Say } from './say.ts';

/** A site in a few words: `RST, no socket`, `drop: SKB_DROP_REASON_NO_SOCKET`, `counted as TcpInCsumErrors`. */
export function siteTitle(site: Site, say: Say = english): string {
  const reasons = [...new Set([...site.reasons, ...site.rstReasons].map(shortReason))].join(', ');
  const counters = counterNames(site);
  const tail = site.kind === 'count' ? counters || reasons : reasons || counters;
  const head = siteHead(site, say);
  return tail === '' ? head : `${head}: ${tail}`;
}

function siteHead(site: Site, say: Say): string {
  switch (site.kind) {
    case 'reset':
      return say('RST sent');
    case 'drop':
      return say('dropped');
    case 'verdict':
      return say('verdict {0}', site.why.replace(/^return:/, ''));
    case 'count':
      return say('counted');
  }
}

const counterNames = (site: Site): string => [...new Set(site.counters.map(({ nstat }) => nstat))].join(', ');

/** SKB_DROP_REASON_NO_SOCKET -> NO_SOCKET, the way kfree_skb's tracepoint prints it. */
export function shortReason(name: string): string {
  return name.replace(/^(SKB_DROP_REASON_|SK_RST_REASON_)/, '');
}

/** What becomes of the packet here, and who is told. */
export function whatHappens(site: Site, say: Say = english): string {
  switch (site.kind) {
    case 'reset':
      return resetText(site, say);
    case 'drop':
      return say('The packet is freed as dropped by `{0}`; its sender is told nothing.', site.callee ?? site.why);
    case 'verdict':
      return verdictText(site, say);
    case 'count':
      return say('Nothing is sent from here: only a counter tells that the packet ends on this way.');
  }
}

function resetText(site: Site, say: Say): string {
  if (/active_reset/.test(site.callee ?? '')) return say('A RST goes to the peer of the socket.');
  return site.arguments?.[0] === 'NULL'
    ? say('A RST goes back to the sender of this segment: no socket takes it (the socket passed is NULL).')
    : say('A RST goes back to the sender of this segment.');
}

function verdictText(site: Site, say: Say): string {
  const verdict = site.why.replace(/^return:/, '');
  if (verdict.startsWith('-NF_ACCEPT'))
    return say(
      'Conntrack calls the packet invalid: it travels on without an entry, and NAT leaves its addresses as they are.',
    );
  if (verdict.startsWith('NF_DROP')) return say('Netfilter drops the packet; its sender is told nothing.');
  return say('The verdict {0} ends the packet here.', `\`${verdict}\``);
}
