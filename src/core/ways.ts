import type { Annotated } from './annotations.ts';
import { line1, type Place } from './base/position.ts';
import type { Ways } from './engine.ts';
import type { Path } from './model.ts';
import { type Way, pathsTo } from './paths/paths-to.ts';
import { callersOf } from './paths/ways-into.ts';
import type { Outcome } from './problem.ts';
import type { FunctionFacts } from './syntax/facts.ts';
import { functionAt, labelsOf } from './syntax/walk.ts';

/**
 * What leads to a line: into a label, to the sites on it, to an incident's place, or, at a function's head, from the
 * calls in the same file. A line with nothing of these is a problem that names the nearest site.
 *
 * @param line counted from 1
 */
export function waysTo(annotated: Annotated, line: number): Outcome<Ways> {
  const { facts, file, text } = annotated.source;
  const fn = functionAt(facts, line1(line));
  if (fn === undefined) {
    const lineCount = text.split('\n').length;
    return { problems: [{ kind: 'no-function-at', file, line, lineCount }] };
  }
  const sites = annotated.sites.filter((site) => site.line === line || site.labelLine === line);
  const subject = { file, line, function: fn.name };
  const label = labelsOf(fn).find(({ place }) => place.line === line);
  if (label !== undefined) {
    // The first site's paths go through the label and on to where the packet ends, so they say more than the label's.
    const paths = annotated.paths[sites[0]?.id ?? ''] ?? pathsInto(annotated, fn, label.place, '');
    return { value: { subject: { ...subject, label: label.name }, sites, paths, callers: [] }, problems: [] };
  }
  if (sites.length > 0) {
    const paths = sites.flatMap((site) => annotated.paths[site.id] ?? []);
    return { value: { subject, sites, paths, callers: [] }, problems: [] };
  }
  if (fn.place.line === line) return { value: functionWays(annotated, fn, subject), problems: [] };
  const anchor = annotated.anchors.find(({ place }) => place.line === line);
  if (anchor !== undefined)
    return { value: { subject, sites, paths: pathsInto(annotated, fn, anchor.place, ''), callers: [] }, problems: [] };
  return { problems: [{ kind: 'no-site-at', file, line, ...nearestSite(annotated, line) }] };
}

function functionWays(annotated: Annotated, fn: FunctionFacts, subject: Ways['subject']): Ways {
  const sites = annotated.sites.filter((site) => site.function === fn.name);
  return { subject, sites, paths: [], callers: callersOf(annotated.source.facts, fn.name) };
}

function pathsInto({ source }: Annotated, fn: FunctionFacts, place: Place, site: string): Path[] {
  return pathsTo(fn, place, source.facts.conditionals).map((way) => pathOf(way, site));
}

function pathOf({ entry, guards, reasons, preprocessor, tracepoints }: Way, site: string): Path {
  const [reason, ...others] = reasons;
  return {
    site,
    entry,
    guards,
    ...(reason === undefined ? {} : others.length > 0 ? { reasons } : { reason }),
    ...(preprocessor.length === 0 ? {} : { preprocessor }),
    ...(tracepoints.length === 0 ? {} : { tracepoints }),
  };
}

function nearestSite({ sites }: Annotated, line: number): { readonly nearest?: number } {
  const lines = sites.flatMap((site) => [site.line, site.labelLine ?? site.line]);
  const nearest = lines.sort((a, b) => Math.abs(a - line) - Math.abs(b - line))[0];
  return nearest === undefined ? {} : { nearest };
}
