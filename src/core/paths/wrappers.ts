/** Which functions of a tree are the end of a packet to whoever calls them: found by what they do, whatever their name. */
import type { Call } from '../syntax/facts.ts';
import { dropOf, isConsume, isReset } from './primitives.ts';
import { atEnd, type FunctionSummary, type Handing, type PacketUse, type PassedReason } from './summaries.ts';

export interface Wrapper {
  readonly kind: 'drop' | 'reset';
  /** Where the packet stands among the arguments, from 0; absent for a reset. */
  readonly packet?: number;
  /** The reason given to the drop inside; absent where there is none or there are several. */
  readonly reason?: PassedReason;
}

/** By function name. Plain data: may be kept on disk and sent to a worker. */
export type WrapperIndex = ReadonlyMap<string, Wrapper>;

/**
 * The functions that drop a packet they are given on every way, or send a RST on every way, directly or through one
 * another. A name that is defined twice is one only if both definitions are.
 *
 * @param summaries of all files that may know one another; those of one file for the wrappers of that file
 * @param known what is known of other files
 */
export function wrappersOf(summaries: readonly FunctionSummary[], known: WrapperIndex = new Map()): WrapperIndex {
  const byName = new Map<string, FunctionSummary[]>();
  for (const summary of summaries) byName.set(summary.name, [...(byName.get(summary.name) ?? []), summary]);
  const found = new Map<string, Wrapper>();
  // A file's own function hides one of the same name elsewhere.
  const meaning = (name: string): Wrapper | undefined =>
    found.get(name) ?? (byName.has(name) ? undefined : known.get(name));
  const keeps = ({ callee, argument }: Handing): boolean =>
    byName.get(callee)?.some((callees) => callees.keeps.includes(argument)) ?? false;
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, definitions] of byName) {
      if (found.has(name) || isPrimitive(name)) continue;
      const wrapper = common(definitions.map((summary) => wrapperOf(summary, meaning, keeps)));
      if (wrapper === undefined) continue;
      found.set(name, wrapper);
      changed = true;
    }
  }
  return found;
}

/** The wrappers that all of a tree may call: what is static in a file stays there. */
export function sharedWrappers(summaries: readonly FunctionSummary[]): WrapperIndex {
  return wrappersOf(summaries.filter(({ isLocal }) => !isLocal));
}

/** What a call means by the wrapper that it calls. */
export function wrapperCalled(call: Call, wrappers: WrapperIndex): Wrapper | undefined {
  return call.receiver === undefined ? wrappers.get(call.callee) : undefined;
}

type Meaning = (name: string) => Wrapper | undefined;

function isPrimitive(name: string): boolean {
  return dropOf(name) || isReset(name) || isConsume(name);
}

function common([first, ...others]: readonly (Wrapper | undefined)[]): Wrapper | undefined {
  if (first === undefined || others.some((other) => other?.kind !== first.kind || other.packet !== first.packet))
    return undefined;
  if (others.every((other) => isSame(other?.reason, first.reason))) return first;
  return { kind: first.kind, ...(first.packet === undefined ? {} : { packet: first.packet }) };
}

function wrapperOf(
  summary: FunctionSummary,
  meaning: Meaning,
  keeps: (handing: Handing) => boolean,
): Wrapper | undefined {
  for (const use of summary.packets) {
    if (use.handings.some(keeps)) continue;
    const drops = use.handings.map((handing) => dropBy(handing, meaning));
    if (!endsIn(use, drops)) continue;
    const reasons = drops.filter((drop) => drop !== undefined).map(({ reason }) => reason);
    const reason = reasons.every((other) => isSame(other, reasons[0])) ? reasons[0] : undefined;
    return { kind: 'drop', packet: use.packet, ...(reason === undefined ? {} : { reason }) };
  }
  const resets = summary.always.some(
    (callee) => isReset(callee.replace('->', '')) || meaning(callee)?.kind === 'reset',
  );
  return resets ? { kind: 'reset' } : undefined;
}

/** What a handing does if it drops. */
function dropBy(
  { callee, argument, reason }: Handing,
  meaning: Meaning,
): { readonly reason?: PassedReason } | undefined {
  const own = reason === undefined ? {} : { reason };
  if (dropOf(callee)) return own;
  const wrapper = meaning(callee);
  if (wrapper?.kind !== 'drop' || wrapper.packet !== argument) return undefined;
  const inside = wrapper.reason;
  return inside !== undefined && 'name' in inside ? { reason: inside } : own;
}

/** Whether no way leads past the drops to the function's end. */
function endsIn({ first, handings }: PacketUse, drops: readonly (object | undefined)[]): boolean {
  const seen = new Set<number>();
  const work = [...first];
  let dropped = false;
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (at === atEnd) return false;
    if (seen.has(at)) continue;
    seen.add(at);
    if (drops[at] === undefined) work.push(...(handings[at]?.next ?? []));
    else dropped = true;
  }
  return dropped;
}

function isSame(a: PassedReason | undefined, b: PassedReason | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
