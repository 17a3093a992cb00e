import { globToMatcher } from '../base/glob.ts';
import type { Incident } from './pack.ts';

/** Of a file, the names of all functions that an anchor of these incidents speaks of; kept for files asked for again. */
export function anchoredFunctions(incidents: readonly Incident[]): (file: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  const anchors = incidents.flatMap((incident) => incident.anchors);
  const globs = new Map(anchors.flatMap(({ files }) => files.map((glob) => [glob, globToMatcher(glob)] as const)));
  const names = (file: string): ReadonlySet<string> =>
    new Set(
      anchors
        .filter(({ files }) => files.some((glob) => globs.get(glob)?.(file)))
        .flatMap(({ functions }) => functions),
    );
  return (file) => {
    const found = known.get(file) ?? names(file);
    known.set(file, found);
    return found;
  };
}
