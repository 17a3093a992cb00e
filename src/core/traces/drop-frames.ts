import type { Drop, Frame, TraceSection } from '../model.ts';

/** The functions that drops name, as sections of one frame each, so that they are looked up as frames are; each once. */
export function dropSections(drops: readonly Drop[]): readonly TraceSection[] {
  const byPlace = new Map<string, TraceSection>();
  for (const drop of drops) {
    const key = placeOf(drop);
    if (key !== undefined && !byPlace.has(key)) byPlace.set(key, { title: key, frames: [dropFrame(drop)] });
  }
  return [...byPlace.values()];
}

/** Gives each drop the lines that were found for its place. */
export function locatedDrops(drops: readonly Drop[], sections: readonly TraceSection[]): readonly Drop[] {
  const frames = new Map(sections.map(({ title, frames: [frame] }) => [title, frame]));
  return drops.map((drop) => {
    const key = placeOf(drop);
    const { certainty = 'none', locations = [] } = (key === undefined ? undefined : frames.get(key)) ?? {};
    return locations.length === 0 ? drop : { ...drop, certainty, locations };
  });
}

const placeOf = ({ function: name, offset }: Drop): string | undefined =>
  name === undefined ? undefined : `${name}+${offset ?? ''}`;

/** The location of a drop is a return address: that of the call that freed the packet (kfree_skb in net/core/skbuff.c). */
function dropFrame({ line, function: name = '', offset, address }: Drop): Frame {
  return {
    line,
    text: '',
    function: name,
    ...(offset === undefined ? {} : { offset }),
    ...(address === undefined ? {} : { address }),
    reliable: true,
    inlined: false,
    role: 'reference',
    certainty: 'none',
    locations: [],
    sites: [],
  };
}
