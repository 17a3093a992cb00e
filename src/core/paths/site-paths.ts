import type { Line1 } from '../base/position.ts';
import type { Counter, Path, Sysctl } from '../model.ts';
import type { Candidate } from './candidates.ts';
import { type Flow, isJumpedForwardTo } from './flow.ts';
import { isUsedOn } from './freed.ts';
import { certainNodes } from './guards.ts';
import { guardsInside, mergeReadings, type Way, wayOf } from './paths-to.ts';
import { inForce, notDropped, reasonVariables, type Variable, valuesBehind, valuesOn } from './reasons.ts';
import type { SeenIn, Spot } from './spots.ts';
import { sysctlReader } from './sysctls.ts';
import { countersOf, isDropReason, isRstReason, reasonsNamed, type TreeNames } from './tree-names.ts';
import { verdictInText } from './verdict-words.ts';
import { type EntryWay, waysTo } from './ways.ts';

/** What is known of a site from the ways that lead to it. */
export interface SitePaths {
  /** The label the site stands under, where error exits jump to it. */
  readonly label?: { readonly name: string; readonly line: Line1 };
  readonly paths: readonly Omit<Path, 'site'>[];
  readonly reasons: readonly string[];
  readonly rstReasons: readonly string[];
  /** Bumped behind the label, or right beside the site. */
  readonly counters: readonly Counter[];
  readonly sysctls: readonly Sysctl[];
}

export function pathsOfSite(names: TreeNames, spot: Spot): SitePaths {
  const readings = spot.seen.map((seen) => readingOf(names, spot, seen));
  const paths = mergeReadings(
    spot.seen.map(({ flow }, at) => ({ flow, ways: readings[at]?.paths ?? [] })),
    spot.seen[0]?.flow.fn.readings.length ?? 1,
  );
  const values = [...new Set(readings.flatMap((reading) => reading.values))];
  const label = readings.find((reading) => reading.label !== undefined)?.label;
  return {
    ...(label === undefined ? {} : { label }),
    paths,
    reasons: values.filter((value) => isDropReason(names, value)),
    rstReasons: values.filter((value) => isRstReason(names, value)),
    counters: different(readings.flatMap((reading) => reading.counters)),
    sysctls: different(readings.flatMap((reading) => reading.sysctls)),
  };
}

interface ReadingOfSite {
  readonly label?: SitePaths['label'];
  readonly paths: readonly Omit<Path, 'site'>[];
  readonly values: readonly string[];
  readonly counters: readonly Counter[];
  readonly sysctls: readonly Sysctl[];
}

function readingOf(names: TreeNames, spot: Spot, seen: SeenIn): ReadingOfSite {
  const { flow, node } = seen;
  const source = reasonSource(names, spot, seen);
  const sysctls = sysctlReader(flow, names.knowledge.sysctls, names.file);
  const ways = lossesOnly(names, spot, seen, waysTo(flow, node)).map((entry) => {
    const way = wayOf(flow, entry, {
      node,
      start: spot.place.start,
      inside: spot.inside ?? guardsInside(spot.call),
      variables: [],
    });
    return { entry, way, values: valuesAt(seen, entry, spot, source) };
  });
  const label = labelOf(
    flow,
    ways.map(({ entry }) => entry),
  );
  const entry = ways[0]?.entry;
  return {
    ...(label === undefined ? {} : { label }),
    paths: ways.map(({ entry: from, way, values }) => ({
      ...pathOf(way, values, bumpedBeside(names, seen, from.from)),
      ...(isUsed(spot, seen, from, values) ? { used: true } : {}),
    })),
    values: ways.flatMap(({ values }) => values),
    counters: countersOf(names, countedOnTheWay(spot, seen, label === undefined ? undefined : entry)),
    sysctls: ways.flatMap(({ way }) => way.guards.flatMap(({ text, line }) => sysctls.readIn(text, line))),
  };
}

/** Consumed by its own reason (SKB_CONSUMED), or freed after it was used. */
function isUsed({ freeing }: Spot, { flow, node }: SeenIn, way: EntryWay, values: readonly string[]): boolean {
  if (values.length === 1 && values[0] === 'SKB_CONSUMED') return true;
  return freeing !== undefined && isUsedOn(flow, way, { ...freeing, node });
}

/** Of the ways to where a variable is given away, those on which it may hold a word for a loss. */
function lossesOnly(
  names: TreeNames,
  { variable }: Spot,
  { flow, node }: SeenIn,
  ways: readonly EntryWay[],
): readonly EntryWay[] {
  if (variable === undefined) return ways;
  // What a call has left there may be anything.
  const isLoss = (value: string): boolean =>
    value.includes('(') || verdictInText(value, (word) => isDropReason(names, word)) !== undefined;
  const lost = ways.filter((way) => valuesOn(flow, way, node, variable).some(isLoss));
  return lost.length === 0 ? ways : lost;
}

function pathOf(way: Way, values: readonly string[], counters: readonly Counter[]): Omit<Path, 'site'> {
  const { entry, guards, preprocessor, tracepoints } = way;
  const [reason, ...others] = values;
  return {
    entry,
    guards,
    ...(reason === undefined ? {} : others.length === 0 ? { reason } : { reasons: values }),
    ...(counters.length === 0 ? {} : { counters }),
    ...(preprocessor.length === 0 ? {} : { preprocessor }),
    ...(tracepoints.length === 0 ? {} : { tracepoints }),
  };
}

/** The label that all ways enter, if error exits jump to it from above. */
function labelOf(flow: Flow, ways: readonly EntryWay[]): SitePaths['label'] | undefined {
  const roots = new Set(ways.map(({ root }) => root));
  const [root] = roots;
  const label = flow.graph.nodes[root ?? -1];
  if (root === undefined || roots.size > 1 || label?.kind !== 'label' || !isJumpedForwardTo(flow, root))
    return undefined;
  return { name: label.name, line: label.place.line };
}

/** Where a site's reasons come from: named right here, or held by variables; with both, named for where they hold none. */
interface ReasonSource {
  readonly fixed: readonly string[];
  readonly variables: readonly Variable[];
}

function reasonSource(names: TreeNames, spot: Spot, seen: SeenIn): ReasonSource {
  const { kind, call, node } = toldBy(spot, seen);
  const last = seen.flow.graph.nodes[lastOfRun(seen, node)];
  const given = call?.arguments.map(({ text }) => text) ?? [];
  const returned = last?.kind === 'return' ? (last.value?.text ?? '') : '';
  const fixed = [...new Set([...given, returned].flatMap((text) => reasonsNamed(names, text)))];
  if (spot.reasons !== undefined) return { fixed: spot.reasons, variables: [] };
  if (spot.variable !== undefined) return { fixed: [], variables: [spot.variable] };
  const orElse = /^(\w+) \?: /.exec(returned)?.[1];
  if (fixed.length > 0) return { fixed, variables: orElse === undefined ? [] : [orElse] };
  const variables = reasonVariables(seen.flow);
  const passed = given.filter((text) => variables.includes(text) || /^\*?\w*reason$/.test(text));
  const hasOwn = kind === 'drop' || kind === 'verdict' || passed.length > 0;
  return { fixed: [], variables: hasOwn ? passed : variables };
}

function valuesAt(seen: SeenIn, entry: EntryWay, spot: Spot, { fixed, variables }: ReasonSource): readonly string[] {
  if (fixed.length > 0 && variables.length === 0) return fixed;
  if (fixed.length > 0) {
    const held = variables.flatMap((variable) => valuesOn(seen.flow, entry, seen.node, variable));
    return [...new Set(held.flatMap((value) => (value === notDropped ? fixed : [value])))];
  }
  const { kind, call, node } = toldBy(spot, seen);
  // Behind a label, anything may lie between the two.
  const region = node === seen.node ? entry.region.slice() : new Uint8Array(entry.region.length).fill(1);
  if (kind !== 'count' || call === undefined) {
    return inForce(variables.flatMap((variable) => valuesOn(seen.flow, { ...entry, region }, node, variable)));
  }
  // A counter and the reason that goes with it stand in either order: what counts is what holds behind both.
  for (const beside of seen.runs.nodes[seen.runs.of[node] ?? -1] ?? []) region[beside] = 1;
  const last = lastOfRun(seen, node);
  return inForce(variables.flatMap((variable) => valuesBehind(seen.flow, { ...entry, region }, last, variable)));
}

/** What tells the reason: the site itself, and for a label the site it leads to, as this reading has it. */
function toldBy(spot: Spot, { node, candidates }: SeenIn): Pick<Candidate, 'kind' | 'call' | 'node'> {
  const { leadsTo, kind, call } = spot;
  const isLabel = call === undefined && leadsTo !== undefined;
  const next = isLabel ? candidates.find(({ place }) => place.start === leadsTo.place.start) : undefined;
  return next ?? { kind, node, ...(call === undefined ? {} : { call }) };
}

function lastOfRun({ runs }: SeenIn, node: number): number {
  return runs.nodes[runs.of[node] ?? -1]?.at(-1) ?? node;
}

/** What is counted on every way behind the label, beside the site, and beside the site that a label leads to. */
function countedOnTheWay(spot: Spot, seen: SeenIn, entry: EntryWay | undefined): readonly Candidate[] {
  const { flow, runs, node, candidates } = seen;
  const nodes = new Set(runs.nodes[runs.of[node] ?? -1]);
  if (entry !== undefined) for (const certain of certainNodes(flow, entry, node).behind) nodes.add(certain);
  if (spot.call === undefined && spot.leadsTo !== undefined) {
    for (const beside of runs.nodes[runs.of[spot.leadsTo.node] ?? -1] ?? []) nodes.add(beside);
  }
  return candidates.filter((candidate) => nodes.has(candidate.node));
}

function bumpedBeside(names: TreeNames, { runs, candidates }: SeenIn, node: number | undefined): readonly Counter[] {
  const beside = new Set(node === undefined ? [] : runs.nodes[runs.of[node] ?? -1]);
  return countersOf(
    names,
    candidates.filter((candidate) => beside.has(candidate.node)),
  );
}

function different<Item>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
