import type { Decoded, Frame, Site, TraceSection } from '../model.ts';

/** The sites of the tree at a line; empty where there are none. */
export type SitesAt = (file: string, line: number) => Promise<readonly Site[]>;

/** Says for each frame whose line is known which sites stand there, and for the trace which incidents those show. */
export async function joinSites(decoded: Decoded, sitesAt: SitesAt): Promise<Decoded> {
  const incidents = new Set(decoded.incidents);
  const joined = async (frame: Frame): Promise<Frame> => {
    const place = frame.certainty === 'exact' || frame.certainty === 'unverified' ? frame.locations.at(-1) : undefined;
    if (place === undefined) return frame;
    const sites = await sitesAt(place.file, place.line);
    for (const site of sites) for (const id of site.incidents) incidents.add(id);
    return sites.length === 0 ? frame : { ...frame, sites: sites.map(({ id }) => id) };
  };
  const section = async ({ title, frames }: TraceSection): Promise<TraceSection> => ({
    title,
    frames: await Promise.all(frames.map(joined)),
  });
  const sections = await Promise.all(decoded.sections.map(section));
  return { ...decoded, sections, incidents: [...incidents] };
}
