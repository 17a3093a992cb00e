/** Sites in groups, for lists. */
import type { Site, SiteKind } from '../model.ts';
import { shortReason } from './site-text.ts';
import { english, type Say } from './say.ts';

export type Grouping = 'kind' | 'reason' | 'counter' | 'function';

export interface SiteGroup {
  /** Stays the same while sites come and go. */
  readonly key: string;
  readonly label: string;
  /** Of a function. */
  readonly file?: string;
  readonly sites: readonly Site[];
}

/**
 * A site with several reasons or counters is in the group of each. Kinds come in the order of their weight, functions
 * in that of the sites, the rest by size; what has no reason or counter comes last.
 */
export function groupSites(sites: readonly Site[], by: Grouping, say: Say = english): readonly SiteGroup[] {
  const groups = new Map<string, Site[]>();
  for (const site of sites)
    for (const key of keysOf(site, by)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [site]);
      else group.push(site);
    }
  const all = [...groups].map(([key, members]) => ({ key, label: labelOf(key, by, say), sites: members }));
  if (by === 'function') return all.map((group) => ({ ...group, file: group.key.slice(group.key.indexOf(' ') + 1) }));
  if (by === 'kind') return all.sort((a, b) => kinds.indexOf(a.key) - kinds.indexOf(b.key));
  return all.sort((a, b) => rank(a) - rank(b) || b.sites.length - a.sites.length || (a.label < b.label ? -1 : 1));
}

/** A group's sites by file, in the order of the sites. */
export function sitesByFile(sites: readonly Site[]): ReadonlyMap<string, readonly Site[]> {
  const files = new Map<string, Site[]>();
  for (const site of sites) {
    const file = files.get(site.file);
    if (file === undefined) files.set(site.file, [site]);
    else file.push(site);
  }
  return files;
}

const kinds: readonly string[] = ['reset', 'drop', 'verdict', 'count', 'free'] satisfies readonly SiteKind[];

/** Of the group of those that have none. */
const none = '';

const rank = ({ key }: SiteGroup): number => (key === none ? 1 : 0);

function keysOf(site: Site, by: Grouping): readonly string[] {
  const keys = namesOf(site, by);
  return keys.length === 0 ? [none] : [...new Set(keys)];
}

function namesOf(site: Site, by: Grouping): readonly string[] {
  switch (by) {
    case 'kind':
      return [site.kind];
    case 'reason':
      return [...site.reasons, ...site.rstReasons];
    case 'counter':
      return site.counters.map(({ nstat }) => nstat);
    case 'function':
      // Two files may have a static function of one name.
      return [`${site.function} ${site.file}`];
  }
}

function labelOf(key: string, by: Grouping, say: Say): string {
  switch (by) {
    case 'kind':
      return kindLabel(key as SiteKind, say);
    case 'reason':
      if (key === none) return say('no reason given');
      return key.startsWith('SK_RST_REASON_') ? say('{0} (RST)', shortReason(key)) : shortReason(key);
    case 'counter':
      return key === none ? say('not counted') : key;
    case 'function':
      return key.slice(0, key.indexOf(' '));
  }
}

function kindLabel(kind: SiteKind, say: Say): string {
  switch (kind) {
    case 'reset':
      return say('RST sent');
    case 'drop':
      return say('Dropped');
    case 'verdict':
      return say('Ended by a verdict');
    case 'count':
      return say('Only counted');
    case 'free':
      return say('Freed, not lost');
  }
}
