/** Which functions of a tree are the end of a packet to whoever calls them: found by what they do, whatever their name. */
import type { Call } from '../syntax/facts.ts';
import { calledName, dropOf, isConsume, isReset } from './primitives.ts';
import { atEnd, type FunctionSummary, type Handing, type PacketUse, type PassedReason } from './summaries.ts';

export interface Wrapper {
  readonly kind: 'drop' | 'reset';
  /** The position of the argument that brings the packet, from 0; absent for a reset. */
  readonly packet?: number;
  /** How the packet is found from that argument; absent where the argument is the packet (`PacketUse.path`). */
  readonly path?: string;
  /** The reason given to the drop inside; absent where there is none or there are several. */
  readonly reason?: PassedReason;
  /** What its ways end in: `kfree_skb_reason`, `tcp_v4_send_reset`; sorted. */
  readonly ends: readonly string[];
  /** The functions that are called: one for a name, for a field all that the tree assigns to it. */
  readonly functions: readonly DefinedFunction[];
}

export interface DefinedFunction {
  readonly name: string;
  /** Relative to the tree. */
  readonly file: string;
}

/** By function name, and by `->field` for calls through it. Plain data: may be kept on disk and sent to a worker. */
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
export function sharedWrappers(summaries: readonly FunctionSummary[], known?: WrapperIndex): WrapperIndex {
  return wrappersOf(
    summaries.filter(({ isLocal }) => !isLocal),
    known,
  );
}

/** What a call means by the wrapper that it calls, or by the functions that the field may hold which it calls through. */
export function wrapperCalled(call: Call, wrappers: WrapperIndex): Wrapper | undefined {
  return wrappers.get(calledName(call));
}

/** What all of several functions are, if they are the same; `functions` and `ends` are those of all. */
export function common([first, ...others]: readonly (Wrapper | undefined)[]): Wrapper | undefined {
  if (first === undefined) return undefined;
  const all = [first];
  for (const other of others) {
    if (other?.kind !== first.kind || other.packet !== first.packet || other.path !== first.path) return undefined;
    all.push(other);
  }
  const { reason, ...rest } = first;
  return {
    ...rest,
    ...(reason !== undefined && all.every((other) => isSame(other.reason, reason)) ? { reason } : {}),
    ends: sorted(all.flatMap(({ ends }) => ends)),
    functions: all.flatMap(({ functions }) => functions),
  };
}

type Meaning = (name: string) => Wrapper | undefined;

function isPrimitive(name: string): boolean {
  return dropOf(name) || isReset(name) || isConsume(name);
}

function wrapperOf(
  summary: FunctionSummary,
  meaning: Meaning,
  keeps: (handing: Handing) => boolean,
): Wrapper | undefined {
  const { name, file } = summary;
  const functions = [{ name, file }];
  for (const use of summary.packets) {
    if (use.handings.some(keeps)) continue;
    const drops = use.handings.map((handing) => dropBy(handing, meaning));
    if (!endsIn(use, drops)) continue;
    const told = drops.filter((drop) => drop !== undefined);
    const reason = told.every((other) => isSame(other.reason, told[0]?.reason)) ? told[0]?.reason : undefined;
    return {
      kind: 'drop',
      packet: use.packet,
      ...(use.path === undefined ? {} : { path: use.path }),
      ...(reason === undefined ? {} : { reason }),
      ends: sorted(told.flatMap(({ ends }) => ends)),
      functions,
    };
  }
  const ends = summary.always.flatMap((callee) => {
    const inside = meaning(callee);
    if (inside?.kind === 'reset') return inside.ends;
    return isReset(callee.replace('->', '')) ? [callee] : [];
  });
  return ends.length === 0 ? undefined : { kind: 'reset', ends: sorted(ends), functions };
}

interface Drop {
  readonly reason?: PassedReason;
  readonly ends: readonly string[];
}

/** What a handing does if it drops. */
function dropBy({ callee, argument, path, reason }: Handing, meaning: Meaning): Drop | undefined {
  const own = reason === undefined ? {} : { reason };
  if (dropOf(callee)) return path === undefined ? { ...own, ends: [callee] } : undefined;
  const wrapper = meaning(callee);
  if (wrapper?.kind !== 'drop' || wrapper.packet !== argument || wrapper.path !== path) return undefined;
  const { reason: inside, ends } = wrapper;
  return inside !== undefined && 'name' in inside ? { reason: inside, ends } : { ...own, ends };
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

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

function isSame(a: PassedReason | undefined, b: PassedReason | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
