import type { Guard } from '../model.ts';
import { dominators, dominatorsOf } from './dominators.ts';
import type { Branch } from './flow-graph.ts';
import type { Flow } from './flow.ts';
import { conditionsAt } from './preprocessor.ts';
import type { EntryWay } from './ways.ts';

/** The nodes that every execution on a way passes, from the function's start to the entry, and then on to the point. */
export function certainNodes(
  flow: Flow,
  way: EntryWay,
  point: number,
): { readonly before: readonly number[]; readonly behind: readonly number[] } {
  const before = way.from === undefined ? [] : dominatorsOf(flow.idom, way.from);
  return { before, behind: dominatorsOf(dominators(flow.graph, way.root, way.region), point) };
}

/**
 * The branch outcomes among those nodes, in the order they are taken.
 *
 * @param chain from `certainNodes`, both parts
 * @param at where the point stands
 * @param needed the #if conditions that the path needs anyway
 */
export function guardsOn(
  flow: Flow,
  chain: readonly number[],
  at: number,
  needed: readonly string[],
): readonly Guard[] {
  const guards: Guard[] = [];
  const seen = new Set<string>();
  // Where a path must have been later: at its jumps and at the point.
  const anchors = chain.map((node) => {
    const jump = flow.graph.nodes[node];
    return jump?.kind === 'goto' ? jump.place.start : undefined;
  });
  const required = new Set([...needed, ...flow.assumes]);
  chain.forEach((node, index) => {
    const branch = flow.graph.nodes[node];
    if (branch?.kind !== 'branch' || branch.inevitable || isConstant(branch.text)) return;
    const key = `${branch.place.start} ${branch.holds}`;
    if (seen.has(key)) return;
    seen.add(key);
    const later = [...anchors.slice(index + 1), at].filter((anchor) => anchor !== undefined);
    guards.push(guardOf(flow, branch, isEarly(branch, later), required));
  });
  return guards;
}

/** Early: the path did not stay in the branch and did not jump out of it; the other outcome is what went elsewhere. */
function isEarly(branch: Branch, later: readonly number[]): boolean {
  const { body, completes } = branch;
  if (body === undefined) return true;
  return completes && !later.some((anchor) => body.start <= anchor && anchor < body.end);
}

function guardOf(flow: Flow, branch: Branch, early: boolean, required: ReadonlySet<string>): Guard {
  const { text, holds, place } = branch;
  const built = conditionsAt(place.start, flow.conditionals).filter((condition) => !required.has(condition));
  return {
    line: place.line,
    text,
    holds,
    ...(early ? { early } : {}),
    ...(built.length === 0 ? {} : { preprocessor: built }),
  };
}

const isConstant = (text: string): boolean => text === '0' || text === '1' || text === 'true' || text === 'false';
