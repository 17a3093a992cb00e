import { globToMatcher } from './base/glob.ts';
import { findAnchor } from './incidents/find-anchor.ts';
import type { AnchorMatch } from './incidents/find-anchor.ts';
import type { Anchor, Incident } from './incidents/pack.ts';
import type { Path, Site } from './model.ts';
import { isJudgedByCallers, type Marks, marksOf } from './paths/marks.ts';
import { findSites } from './paths/sites.ts';
import { isDropReason } from './paths/tree-names.ts';
import { furtherWrappers } from './paths/wrapper-facts.ts';
import type { WrapperIndex } from './paths/wrappers.ts';
import type { Part, SourceFile } from './source-files.ts';
import { callsOneOf } from './syntax/stretches.ts';
import type { TreeKnowledge } from './tree/knowledge.ts';

/** A C file with everything that is drawn into it. */
export interface Annotated {
  readonly source: SourceFile;
  readonly sites: readonly Site[];
  /** By the site's id. */
  readonly paths: Readonly<Record<string, readonly Path[]>>;
  /** Where incidents show in this file. */
  readonly anchors: readonly IncidentAnchor[];
}

export interface IncidentAnchor extends AnchorMatch {
  readonly incident: Incident;
  readonly anchor: Anchor;
}

/** By what a tree's sites are known. */
export interface SiteMeanings {
  /** Told apart by it from what was known before. */
  readonly name: string;
  readonly knowledge: TreeKnowledge;
  readonly wrappers: WrapperIndex;
  readonly marks: Marks;
}

export function siteMeanings(name: string, knowledge: TreeKnowledge, wrappers: WrapperIndex): SiteMeanings {
  const marks = marksOf({
    isReason: (word) => isDropReason({ file: '', knowledge }, word),
    isWrapper: (callee) => wrappers.has(callee) || wrappers.has(`->${callee}`),
  });
  return { name, knowledge, wrappers, marks };
}

/**
 * What of a file must be read to annotate it: functions that may hold a site, and those where an incident may show.
 *
 * @param callersOf a function whose callers are to be read besides
 */
export function annotatedPart(
  file: string,
  { name: meaning, marks, wrappers: shared }: Omit<SiteMeanings, 'knowledge'>,
  incidents: readonly Incident[],
  callersOf?: string,
): Part {
  const named = new Set(anchorsFor(file, incidents).flatMap(({ anchor }) => anchor.functions));
  const { called } = marks;
  const ofWrappers = furtherWrappers(file, shared);
  const asked = new Set<string>();
  return {
    name: callersOf === undefined ? meaning : `${meaning}, callers of ${callersOf}`,
    words: { ...marks, called: (word) => named.has(word) || called(word) || word === callersOf },
    // A file's own function hides a wrapper of that name.
    only: (name) => named.has(name) || shared.has(name),
    further: (facts) => {
      // What drops packets for its callers makes sites of them; what a function gives back is judged by its callers.
      const more = ofWrappers(facts);
      const judged = facts.functions.filter(isJudgedByCallers).map(({ name }) => name);
      const fresh = new Set(judged.filter((name) => !asked.has(name)));
      if (fresh.size === 0) return more;
      for (const name of fresh) asked.add(name);
      return (name, body, at) =>
        fresh.has(name) || callsOneOf(body, (callee) => fresh.has(callee)) || more?.(name, body, at) === true;
    },
  };
}

/** Sites, paths and incident anchors of one file; no other file is looked at. */
export async function annotate(
  source: SourceFile,
  { knowledge, wrappers }: SiteMeanings,
  incidents: readonly Incident[],
): Promise<Annotated> {
  const anchors = await anchorsIn(source, incidents);
  const { sites, paths } = findSites({ file: source.file, facts: source.facts, knowledge, wrappers });
  return { source, paths, anchors, sites: sites.map((site) => ({ ...site, incidents: incidentsAt(site, anchors) })) };
}

async function anchorsIn(source: SourceFile, incidents: readonly Incident[]): Promise<readonly IncidentAnchor[]> {
  const onlyThis = {
    facts: async (file: string) => (file === source.file ? source : undefined),
    files: async () => [source.file],
  };
  const found = anchorsFor(source.file, incidents).map(async ({ incident, anchor }) => {
    const { matches } = await findAnchor(anchor, onlyThis);
    return matches.map((match) => ({ ...match, incident, anchor }));
  });
  return (await Promise.all(found)).flat();
}

type Wanted = Pick<IncidentAnchor, 'incident' | 'anchor'>;

/** The anchors that may show in a file. */
function anchorsFor(file: string, incidents: readonly Incident[]): readonly Wanted[] {
  const known = byFile.get(incidents) ?? anchorsByFile(incidents);
  byFile.set(incidents, known);
  return known(file);
}

/** Every file of a tree is asked about, twice. */
const byFile = new WeakMap<readonly Incident[], (file: string) => readonly Wanted[]>();

function anchorsByFile(incidents: readonly Incident[]): (file: string) => readonly Wanted[] {
  const all = incidents.flatMap((incident) =>
    incident.anchors.filter(({ role }) => role === 'where').map((anchor) => ({ incident, anchor })),
  );
  const isGlob = (name: string): boolean => /[*?]/.test(name);
  const named = new Set(all.flatMap(({ anchor }) => anchor.files.filter((name) => !isGlob(name))));
  const globbed = all.filter(({ anchor }) => anchor.files.some(isGlob));
  return (file) =>
    (named.has(file) ? all : globbed).filter(({ anchor }) => anchor.files.some((glob) => globToMatcher(glob)(file)));
}

function incidentsAt(site: Site, anchors: readonly IncidentAnchor[]): readonly string[] {
  const here = anchors.filter(
    (anchor) =>
      anchor.function === site.function && (anchor.place.line === site.line || anchor.place.line === site.labelLine),
  );
  return [...new Set(here.map(({ incident }) => incident.id))];
}
