import type { Site } from '../model.ts';
import type { SiteChange } from '../paths/compare-sites.ts';
import { fileCount, grouped } from './count-text.ts';
import { english, type Say } from './say.ts';
import { shortReason } from './site-text.ts';

type Changed = Extract<SiteChange, { readonly change: 'changed' }>;

/** The site as it is now; a removed one as it was. */
export const siteOf = (change: SiteChange): Site => (change.change === 'changed' ? change.after : change.site);

/** The site before and after, as far as there is one. */
export const sidesOf = (change: SiteChange): readonly Site[] =>
  change.change === 'changed' ? [change.before, change.after] : [change.site];

/** What is different at a site, each in a line: `reason: NOT_SPECIFIED -> NO_SOCKET`, `new: !sk is true`. */
export function changeDetails(change: SiteChange, say: Say = english): readonly string[] {
  return change.change === 'changed' ? change.what.flatMap((what) => detailsOf(change, what, say)) : [];
}

/** `sites: 3 added, 2 removed, 1 changed in 4 files`. */
export function changeCounts(changes: readonly SiteChange[], say: Say = english): string {
  const count = (wanted: SiteChange['change']): string =>
    grouped(changes.filter(({ change }) => change === wanted).length);
  const files = new Set(changes.map((change) => siteOf(change).file)).size;
  if (changes.length === 0) return say('no site was added, removed or changed');
  const counts = [count('added'), count('removed'), count('changed')];
  return say('sites: {0} added, {1} removed, {2} changed in {3}', ...counts, fileCount(files, say));
}

function detailsOf(change: Changed, what: Changed['what'][number], say: Say): readonly string[] {
  const { before, after } = change;
  const fromTo = (name: string, old: string, now: string): string =>
    say('{0}: {1} -> {2}', name, old || say('none'), now || say('none'));
  switch (what) {
    case 'kind':
      return [fromTo(say('kind'), before.kind, after.kind)];
    case 'reasons':
      return [fromTo(say('reason'), reasonsOf(before), reasonsOf(after))];
    case 'counters':
      return [fromTo(say('counter'), countersOf(before), countersOf(after))];
    case 'guards':
      return guardDetails(change, say);
  }
}

function guardDetails({ guardsGone, guardsNew }: Changed, say: Say): readonly string[] {
  const lines = [
    ...guardsGone.map((guard) => say('gone: {0}', guard)),
    ...guardsNew.map((guard) => say('new: {0}', guard)),
  ];
  return lines.length > 0 ? lines : [say('the same conditions in other combinations')];
}

const reasonsOf = ({ reasons, rstReasons }: Site): string => [...reasons, ...rstReasons].map(shortReason).join(', ');
const countersOf = ({ counters }: Site): string => [...new Set(counters.map(({ nstat }) => nstat))].join(', ');
