/** What changed between the sites of two trees, told by what a site is and not by where it stands. */
import type { Path, Site } from '../model.ts';

/** A site with the paths that lead to it. */
export interface SiteWithPaths {
  readonly site: Site;
  readonly paths: readonly Path[];
}

export type SiteChange =
  | { readonly change: 'added' | 'removed'; readonly site: Site }
  | {
      readonly change: 'changed';
      /** What differs; line numbers don't count. */
      readonly what: readonly ('kind' | 'reasons' | 'counters' | 'guards')[];
      readonly before: Site;
      readonly after: Site;
      /** Guards that only one side has, as `text is true` or `text is false`. */
      readonly guardsGone: readonly string[];
      readonly guardsNew: readonly string[];
    };

/**
 * Sites added, removed or changed from one tree to another. Sites of one function and one label (or callee) are
 * compared with each other: first those that are alike in everything, then the rest in source order, so that one
 * inserted above does not make all below it look changed. Changes come in the order of the sites' names.
 */
export function compareSites(before: readonly SiteWithPaths[], after: readonly SiteWithPaths[]): readonly SiteChange[] {
  const groups = new Map<string, { readonly before: SiteWithPaths[]; readonly after: SiteWithPaths[] }>();
  const groupOf = ({ site }: SiteWithPaths): { readonly before: SiteWithPaths[]; readonly after: SiteWithPaths[] } => {
    const name = nameOf(site);
    const group = groups.get(name) ?? { before: [], after: [] };
    groups.set(name, group);
    return group;
  };
  for (const each of before) groupOf(each).before.push(each);
  for (const each of after) groupOf(each).after.push(each);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => compareGroup(group.before, group.after));
}

/** The same change seen from the other tree. */
export function invertChange(change: SiteChange): SiteChange {
  if (change.change !== 'changed') return { ...change, change: change.change === 'added' ? 'removed' : 'added' };
  const { before, after, guardsGone, guardsNew } = change;
  return { ...change, before: after, after: before, guardsGone: guardsNew, guardsNew: guardsGone };
}

/** The id without its ordinal, in its file: two files may have a static function of one name. */
const nameOf = ({ file, id }: Site): string => `${file} ${id.slice(0, id.lastIndexOf('/'))}`;

function compareGroup(before: readonly SiteWithPaths[], after: readonly SiteWithPaths[]): SiteChange[] {
  const left = [...after];
  const unmatched = before.filter((old) => {
    const twin = left.findIndex((each) => signature(each) === signature(old));
    if (twin >= 0) left.splice(twin, 1);
    return twin < 0;
  });
  const pairs = Math.min(unmatched.length, left.length);
  return [
    ...unmatched.slice(0, pairs).map((old, index) => changeOf(old, left[index] ?? old)),
    ...unmatched.slice(pairs).map(({ site }) => ({ change: 'removed', site }) as const),
    ...left.slice(pairs).map(({ site }) => ({ change: 'added', site }) as const),
  ];
}

function changeOf(before: SiteWithPaths, after: SiteWithPaths): SiteChange {
  const [guardsBefore, guardsAfter] = [guardsOf(before), guardsOf(after)];
  const differs: readonly (readonly ['kind' | 'reasons' | 'counters' | 'guards', boolean])[] = [
    ['kind', before.site.kind !== after.site.kind],
    ['reasons', reasonsOf(before.site) !== reasonsOf(after.site)],
    ['counters', countersOf(before.site) !== countersOf(after.site)],
    ['guards', pathsKey(before) !== pathsKey(after)],
  ];
  return {
    change: 'changed',
    what: differs.filter(([, is]) => is).map(([name]) => name),
    before: before.site,
    after: after.site,
    guardsGone: guardsBefore.filter((guard) => !guardsAfter.includes(guard)),
    guardsNew: guardsAfter.filter((guard) => !guardsBefore.includes(guard)),
  };
}

function signature(each: SiteWithPaths): string {
  return [each.site.kind, reasonsOf(each.site), countersOf(each.site), pathsKey(each)].join('\n');
}

const reasonsOf = ({ reasons, rstReasons }: Site): string => [...reasons, ...rstReasons].sort().join();
const countersOf = ({ counters }: Site): string => [...new Set(counters.map(({ mib }) => mib))].sort().join();

const pathText = (path: Path): string =>
  [path.entry.kind, ...path.guards.map(({ text, holds }) => `${text} is ${holds}`)].join(' & ');
const pathsKey = ({ paths }: SiteWithPaths): string => paths.map(pathText).sort().join('\n');

function guardsOf({ paths }: SiteWithPaths): string[] {
  return [...new Set(paths.flatMap(({ guards }) => guards.map(({ text, holds }) => `${text} is ${holds}`)))];
}
