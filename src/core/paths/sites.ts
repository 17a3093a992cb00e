/** The sites of a file: where a packet is dropped, reset, judged or only counted, with the paths that lead there. */
import type { Path, Site } from '../model.ts';
import type { FileFacts, FunctionFacts } from '../syntax/facts.ts';
import type { Meanings } from './candidates.ts';
import { pathsOfSite, type SitePaths } from './site-paths.ts';
import { type Spot, spotsOf } from './spots.ts';
import { summariesOf } from './summaries.ts';
import { isDropReason, type TreeNames } from './tree-names.ts';
import { type Wrapper, type WrapperIndex, wrappersOf } from './wrappers.ts';

export interface SitesInput extends TreeNames {
  readonly facts: FileFacts;
  /** The wrappers that all of the tree may call (`sharedWrappers`); the file's own are always found. */
  readonly wrappers?: WrapperIndex;
}

export interface FileSites {
  /** In source order. Their `incidents` are empty: packs are not known here. */
  readonly sites: readonly Site[];
  /** By the site's id. */
  readonly paths: Readonly<Record<string, readonly Path[]>>;
}

/** Finds every site of a file by what its code does; the tree's knowledge names counters, reasons and sysctls. */
export function findSites(input: SitesInput): FileSites {
  const named = namer();
  const meanings = meaningsIn(input);
  const found = input.facts.functions.flatMap((fn) => sitesOf(input, fn, meanings, named));
  return {
    sites: found.map(({ site }) => site),
    paths: Object.fromEntries(found.map(({ site, paths }) => [site.id, paths])),
  };
}

function meaningsIn(input: SitesInput): Meanings {
  const { facts, file, knowledge, wrappers: shared = new Map<string, Wrapper>() } = input;
  const own = wrappersOf(summariesOf(facts, file), shared);
  // A file's own function hides a wrapper of that name, but for itself.
  const others = [...shared].filter(
    ([name, { functions }]) =>
      functions.some((each) => each.file === file) || !facts.functions.some((fn) => fn.name === name),
  );
  return {
    isItem: (name) => knowledge.counters.has(name),
    isReason: (name) => isDropReason(input, name),
    wrappers: new Map([...others, ...own]),
  };
}

interface FoundSite {
  readonly site: Site;
  readonly paths: readonly Path[];
}

function sitesOf(input: SitesInput, fn: FunctionFacts, meanings: Meanings, named: Namer): readonly FoundSite[] {
  const spots = spotsOf(fn, input.facts, meanings);
  const parts = spots.map((spot) => {
    const found = pathsOfSite(input, spot);
    return { spot, found, id: named(`${fn.name}/${found.label?.name ?? spot.name}`) };
  });
  const ids = new Map(parts.map(({ spot, id }) => [spot.place.start, id]));
  return parts.map(({ spot, found, id }) => ({
    site: siteOf(input, fn, { spot, found, id, leadsTo: spot.leadsTo && ids.get(spot.leadsTo.place.start) }),
    paths: found.paths.map((path) => ({ site: id, ...path })),
  }));
}

interface Parts {
  readonly spot: Spot;
  readonly found: SitePaths;
  readonly id: string;
  readonly leadsTo: string | undefined;
}

function siteOf({ file }: SitesInput, fn: FunctionFacts, { spot, found, id, leadsTo }: Parts): Site {
  const { place, kind, why, call, ending } = spot;
  const { label, paths, reasons, rstReasons, counters, sysctls } = found;
  return {
    id,
    kind,
    file,
    line: place.line,
    column: place.column,
    function: fn.name,
    ...(label === undefined ? {} : { label: label.name, labelLine: label.line }),
    ...(call === undefined ? {} : { callee: call.callee, arguments: call.arguments.map(({ text }) => text) }),
    why,
    ...(ending === undefined ? {} : { ending }),
    reasons,
    rstReasons,
    counters,
    sysctls,
    incidents: [],
    paths: paths.length,
    ...(leadsTo === undefined ? {} : { leadsTo }),
  };
}

type Namer = (base: string) => string;

/** Numbers the sites that share a name, in source order. */
function namer(): Namer {
  const used = new Map<string, number>();
  return (base) => {
    const ordinal = (used.get(base) ?? 0) + 1;
    used.set(base, ordinal);
    return `${base}/${ordinal}`;
  };
}
