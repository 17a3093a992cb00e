import type { Decoded, Drop, Frame, Site, TraceSection } from '../model.ts';
import { sitesOfDrop, type TreeSites } from './drop-sites.ts';

/**
 * Says for each frame whose line is known, or inferred to be one line, which sites stand there, for each drop at which site
 * it happened, and for the trace which incidents those show.
 */
export async function joinSites(decoded: Decoded, tree: TreeSites): Promise<Decoded> {
  const incidents = new Set(decoded.incidents);
  const note = (sites: readonly Site[]): void => {
    for (const site of sites) for (const id of site.incidents) incidents.add(id);
  };
  const joined = async (frame: Frame): Promise<Frame> => {
    const place = frame.certainty === 'definition' || frame.certainty === 'none' ? undefined : frame.locations.at(-1);
    if (place === undefined) return frame;
    const sites = (await tree.sitesIn(place.file)).filter((site) => site.line === place.line);
    note(sites);
    return sites.length === 0 ? frame : { ...frame, sites: sites.map(({ id }) => id) };
  };
  const section = async (each: TraceSection): Promise<TraceSection> => ({
    ...each,
    frames: await Promise.all(each.frames.map(joined)),
  });
  const joinedDrop = async (drop: Drop): Promise<Drop> => {
    const sites = await sitesOfDrop(drop, tree);
    const [only, ...more] = sites;
    if (only === undefined) return drop;
    if (more.length > 0) return { ...drop, candidates: sites.map(({ id }) => id) };
    note([only]);
    return { ...drop, site: only.id };
  };
  const sections = await Promise.all(decoded.sections.map(section));
  const drops = await Promise.all(decoded.drops.map(joinedDrop));
  return { ...decoded, sections, drops, incidents: [...incidents] };
}
