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
  const guards = new Map<number, Guard>();
  const required = new Set([...needed, ...flow.assumes]);
  // Where the path must have been later, from the end on: at the point and at its jumps.
  const later = [at];
  // A case that is taken says enough of the others.
  const taken = new Set(chain.flatMap((node) => switchTaken(flow, node) ?? []));
  for (const node of chain.toReversed()) {
    const passed = flow.graph.nodes[node];
    if (passed?.kind === 'goto') later.push(passed.place.start);
    if (passed?.kind !== 'branch' || passed.inevitable || isConstant(passed.text)) continue;
    if (!passed.holds && passed.of !== undefined && taken.has(passed.of)) continue;
    const key = passed.place.start * 2 + (passed.holds ? 1 : 0);
    // Passed twice, before a jump back and behind it: the first time is the one told, and the last in this walk.
    guards.delete(key);
    guards.set(key, guardOf(flow, passed, isEarly(passed, later), required));
  }
  return [...guards.values()].reverse();
}

/** The switch of which a node takes a case. */
function switchTaken(flow: Flow, node: number): number | undefined {
  const branch = flow.graph.nodes[node];
  return branch?.kind === 'branch' && branch.holds ? branch.of : undefined;
}

/** Early: the path did not stay in the branch and did not jump out of it; the other outcome is what went elsewhere. */
function isEarly({ body, completes }: Branch, later: readonly number[]): boolean {
  if (body === undefined) return true;
  return completes && !later.some((spot) => body.start <= spot && spot < body.end);
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
