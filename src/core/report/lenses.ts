import type { Annotated, IncidentAnchor } from '../annotations.ts';
import type { LensDensity, LensSpot, ProbeTool } from '../engine.ts';
import type { IncidentStatus, Lens, Site } from '../model.ts';
import { functionTitle, sitesTitle, sitesTooltip, waysTitle } from './lens-text.ts';
import { statusText } from './explain-incident.ts';
import type { Say } from './say.ts';

const probeTools: readonly ProbeTool[] = ['bpftrace', 'stap'];

/** Where lenses stand in a file, in the order they are drawn: top down, on one line what it is before what to do. */
export function lensSpots({ source, sites, anchors }: Annotated, density: LensDensity): readonly LensSpot[] {
  const spots: LensSpot[] = [];
  const lineOf = new Map(source.facts.functions.map((fn) => [fn.name, fn.place.line]));
  if (density === 'all')
    for (const name of new Set(sites.map((site) => site.function))) {
      const line = lineOf.get(name);
      if (line !== undefined) spots.push({ line, about: 'function', subject: line, function: name });
    }
  const shown = sites.filter((site) => density !== 'incidents' || site.incidents.length > 0);
  for (const [line, site] of firstByLine(shown, ({ labelLine }) => labelLine))
    spots.push(
      { line, about: 'site', subject: line, function: site.function },
      { line, about: 'ways', subject: line, function: site.function },
    );
  if (density !== 'labels')
    for (const [line, site] of firstByLine(shown, (each) => each.line))
      if (!isToldAbove(site, shown)) spots.push({ line, about: 'site', subject: line, function: site.function });
  // A line has the probes of one incident; those of others that stand there are in their explanations.
  const probes = new Map<number, readonly LensSpot[]>();
  for (const { place, incident, function: name } of firstPlaces(anchors)) {
    const at = { line: place.line, subject: place.line, function: name, incident: incident.id };
    if (!spots.some((spot) => spot.line === place.line && spot.about === 'ways')) spots.push({ ...at, about: 'ways' });
    spots.push({ ...at, about: 'incident' });
    if (incident.confirm.probe !== undefined && !probes.has(place.line))
      probes.set(
        place.line,
        probeTools.map((tool) => ({ ...at, about: 'probe', tool }) as const),
      );
  }
  return [...spots, ...[...probes.values()].flat()].sort((a, b) => a.line - b.line);
}

function firstByLine(sites: readonly Site[], lineOf: (site: Site) => number | undefined): ReadonlyMap<number, Site> {
  const found = new Map<number, Site>();
  for (const site of sites) {
    const line = lineOf(site);
    if (line !== undefined && !found.has(line)) found.set(line, site);
  }
  return found;
}

/** How far below its label a site is still seen with the label's lens. */
const inSight = 6;

/** Whether the lens of the label right above says all there is to say of a site. */
function isToldAbove({ line, labelLine }: Site, sites: readonly Site[]): boolean {
  if (labelLine === undefined || line - labelLine > inSight) return false;
  return line === labelLine || !sites.some((other) => other.labelLine === labelLine && other.line !== line);
}

/** Each incident once in every function where it shows: at a label where there is one, else at the uppermost place. */
function firstPlaces(anchors: Annotated['anchors']): Annotated['anchors'] {
  const first = new Map<string, Annotated['anchors'][number]>();
  for (const anchor of anchors) {
    const key = `${anchor.incident.id} ${anchor.function}`;
    const known = first.get(key);
    if (known === undefined || rank(anchor) < rank(known)) first.set(key, anchor);
  }
  return [...first.values()];
}

/** Labels come before all lines: a goto to one says less than the label itself. */
const rank = ({ anchor, place }: IncidentAnchor): number => place.line + ('label' in anchor.find ? 0 : 1e9);

export interface LensFacts {
  readonly annotated: Annotated;
  readonly spot: LensSpot;
  /** How many ways lead to the spot's subject; asked for `ways` only. */
  readonly ways: () => number;
  /** Asked for `incident` only; reads other files. */
  readonly status: (id: string) => Promise<IncidentStatus | undefined>;
}

/** A lens with its title and command. */
export async function lensOf({ annotated, spot, ways, status }: LensFacts, say: Say): Promise<Lens | undefined> {
  const { line, subject, incident } = spot;
  const { file } = annotated.source;
  const at = { file, line: subject };
  switch (spot.about) {
    case 'function': {
      const sites = annotated.sites.filter((site) => site.function === spot.function);
      return {
        line,
        kind: 'function',
        title: functionTitle(sites, say),
        command: { id: 'kernlens.explain', arguments: [at] },
      };
    }
    case 'site': {
      const here = annotated.sites.filter((site) => site.line === subject || site.labelLine === subject);
      return {
        line,
        kind: here[0]?.kind ?? 'site',
        title: sitesTitle(here, annotated.sites, say),
        tooltip: sitesTooltip(here, annotated.sites, say),
        command: { id: 'kernlens.explain', arguments: [at] },
      };
    }
    case 'ways':
      return {
        line,
        kind: 'ways',
        title: waysTitle(ways(), say),
        command: { id: 'kernlens.showWays', arguments: [at] },
      };
    case 'incident': {
      const found = incident === undefined ? undefined : await status(incident);
      if (found === undefined) return undefined;
      return {
        line,
        kind: 'incident',
        title: say('{0}: {1}', found.id, statusText(found.status, say)),
        tooltip: say('{0}. In this tree: {1}. {2}', found.title, statusText(found.status, say), found.why),
        command: { id: 'kernlens.explain', arguments: [at] },
      };
    }
    case 'probe': {
      const tool = spot.tool ?? 'bpftrace';
      const title = tool === 'stap' ? say('Probe: SystemTap') : say('Probe: {0}', tool);
      return {
        line,
        kind: 'probe',
        title,
        command: { id: 'kernlens.probe', arguments: [{ tool, target: `incident:${incident ?? ''}` }] },
      };
    }
  }
}
