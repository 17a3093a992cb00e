import type { Site, SiteKind } from '../model.ts';
import { endingText, endOf, siteTitle } from './site-text.ts';
import { english, type Say } from './say.ts';

/** More would not fit beside the other lenses of a line. */
const namedReasons = 2;

/** The sites that stand under one label, in one short title: `RST sent: NO_SOCKET`. */
export function sitesTitle(sites: readonly Site[], all: readonly Site[], say: Say = english): string {
  const titles = titlesOf(sites, all, say, namedReasons);
  return titles.length <= 2
    ? titles.join(' · ')
    : `${titles.slice(0, 2).join(' · ')} · ${say('{0} more', titles.length - 2)}`;
}

/** The same with every reason, and why a call ends the packet, for those who point at the lens. */
export function sitesTooltip(sites: readonly Site[], all: readonly Site[], say: Say = english): string {
  const why = sites.map((site) => endingText(site, say)).filter((text) => text !== undefined);
  return [...titlesOf(sites, all, say), ...new Set(why)].join('\n');
}

function titlesOf(sites: readonly Site[], all: readonly Site[], say: Say, reasons?: number): readonly string[] {
  const titles = sites.map((site) => {
    const next = endOf(site, all);
    return siteTitle(site, say, {
      ...(reasons === undefined ? {} : { reasons }),
      ...(next === undefined ? {} : { next }),
    });
  });
  return [...new Set(titles)];
}

/** A function's sites counted by kind: `3 drops, 1 RST, 2 counters`. */
export function functionTitle(sites: readonly Site[], say: Say = english): string {
  const counts = kinds.map((kind) => [kind, sites.filter((site) => site.kind === kind).length] as const);
  return counts
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => countText(kind, count, say))
    .join(', ');
}

const kinds: readonly SiteKind[] = ['reset', 'drop', 'verdict', 'count', 'free'];

function countText(kind: SiteKind, count: number, say: Say): string {
  switch (kind) {
    case 'reset':
      return count === 1 ? say('1 RST') : say('{0} RSTs', count);
    case 'drop':
      return count === 1 ? say('1 drop') : say('{0} drops', count);
    case 'verdict':
      return count === 1 ? say('1 verdict') : say('{0} verdicts', count);
    case 'count':
      return count === 1 ? say('1 counter site') : say('{0} counter sites', count);
    case 'free':
      return count === 1 ? say('1 free, not lost') : say('{0} frees, not lost', count);
  }
}

export function waysTitle(count: number, say: Say = english): string {
  return count === 1 ? say('1 way here') : say('{0} ways here', count);
}
