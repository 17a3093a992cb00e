/** From a function up to where packets, system calls or timers come in: the shortest ways. */
import type { CancelSignal } from '../base/abort.ts';
import type { Callers, CallSite, Chain, Chains } from './call-model.ts';
import { callersOf } from './callers.ts';
import type { TreeOutlines } from './tree-outlines.ts';

export interface ChainOptions {
  /** The greatest number of calls in a chain. */
  readonly depth?: number;
  /** How many chains at most. */
  readonly most?: number;
  readonly signal?: CancelSignal;
  readonly progress?: (report: { readonly step: string; readonly done: number; readonly total: number }) => void;
}

/** A packet goes through twenty functions from a driver to tcp_v4_rcv. */
const defaultDepth = 24;
const defaultMost = 8;
/** How many functions are looked at before the search ends, and how many callers of each. */
const mostFunctions = 160;
const widest = 40;

/**
 * A pointer that may hold more functions than this is a crossroads of the kernel (a packet type's, a netfilter hook's,
 * a NAPI poll): who is behind it starts a way of its own, and those before it have nothing to do with it.
 */
const mostCandidates = 20;

interface Node {
  readonly ref: { readonly function: string; readonly file?: string };
  readonly depth: number;
  readonly cost: number;
  /** The call that leads down from here. */
  readonly down?: { readonly call: CallSite; readonly to: Node };
}

export async function chainsTo(
  outlines: TreeOutlines,
  target: { readonly function: string; readonly file?: string },
  options: ChainOptions = {},
): Promise<Chains> {
  const { depth = defaultDepth, most = defaultMost, signal, progress } = options;
  const seen = new Set<string>();
  const waiting: Node[] = [{ ref: target, depth: 0, cost: 0 }];
  const chains = new Map<string, Chain>();
  let first: Callers | undefined;
  for (let node = takeCheapest(waiting); node !== undefined; node = takeCheapest(waiting)) {
    if (seen.has(keyOf(node.ref))) continue;
    signal?.throwIfAborted();
    progress?.({ step: node.ref.function, done: seen.size, total: seen.size + waiting.length + 1 });
    seen.add(keyOf(node.ref));
    const callers = await callersOf(outlines, node.ref);
    first ??= callers;
    const followed = callers.calls.filter(isFollowed);
    const kind = entryKind(callers, followed, node.depth >= depth);
    if (kind === undefined) waiting.push(...followed.slice(0, widest).map((call) => above(node, call, callers)));
    else addChain(chains, chainFrom(node, callers, kind));
    if (chains.size >= most || seen.size >= mostFunctions) break;
  }
  const left = waiting.filter(({ ref }) => !seen.has(keyOf(ref))).length;
  return {
    target: first?.target ?? target,
    chains: [...chains.values()].toSorted((a, b) => doubt(a) - doubt(b) || a.steps.length - b.steps.length),
    ...(left === 0 ? {} : { leftOut: left }),
    covers: { folders: outlines.index.folders, files: outlines.index.files },
  };
}

const keyOf = ({ function: name, file = '' }: Node['ref']): string => `${file} ${name}`;

const isFollowed = ({ candidates = [] }: CallSite): boolean => candidates.length <= mostCandidates;

function entryKind(
  callers: Callers,
  followed: readonly CallSite[],
  isDeep: boolean,
): Chain['entry']['kind'] | undefined {
  if (callers.entry !== undefined) return callers.entry;
  if (followed.length === 0) return 'registered';
  return isDeep ? 'depth' : undefined;
}

function above(to: Node, call: CallSite, { target }: Callers): Node {
  const ref = { function: call.function, file: call.file };
  return { ref, depth: to.depth + 1, cost: to.cost + costOf(call, target.file ?? ''), down: { call, to } };
}

/**
 * What is near is more likely to be what was meant: a way that leaves for another protocol or a driver is longer, and
 * a pointer's call in another folder may be of another protocol that has the same operations.
 */
function costOf({ kind, file }: CallSite, target: string): number {
  const folder = folderOf(file);
  const isNear = folder === folderOf(target) || commonFolders.has(folder) || file.endsWith('.h');
  return (isNear ? 1 : 3) * (kind === 'field' && !isNear ? 2 : 1);
}

/** What all protocols go through. */
const commonFolders: ReadonlySet<string> = new Set(['net', 'net/core']);

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'));

function takeCheapest(waiting: Node[]): Node | undefined {
  let best = 0;
  waiting.forEach((node, at) => {
    if (node.cost < (waiting[best]?.cost ?? Infinity)) best = at;
  });
  return waiting.splice(best, 1)[0];
}

/** Of entries that are registered alike only the nearest is told; the others are counted. */
function addChain(chains: Map<string, Chain>, chain: Chain): void {
  const { entry } = chain;
  const [registration] = entry.registrations;
  const isGroup = entry.kind === 'registered' && registration !== undefined;
  const key = isGroup ? `as ${registration.as}` : `${entry.kind} ${entry.file ?? ''} ${entry.function}`;
  const known = chains.get(key);
  if (known === undefined || !isGroup) chains.set(key, chain);
  else chains.set(key, { ...known, alike: [...(known.alike ?? []), entry.function] });
}

/** How much a chain leaves to chance, in bits: what its pointers may hold, and which driver there is. */
function doubt({ entry, steps }: Chain): number {
  const pointers = steps.map(({ candidates = [] }) => Math.log2(Math.max(candidates.length, 1)));
  const isDriver = entry.file?.startsWith('drivers/') === true;
  const isUnknown = entry.kind === 'unknown';
  return pointers.reduce((sum, bits) => sum + bits, 0) + (isDriver ? 1.5 : 0) + (isUnknown ? 3 : 0);
}

function chainFrom(node: Node, { target, registrations, calls }: Callers, kind: Chain['entry']['kind']): Chain {
  const steps: CallSite[] = [];
  for (let at: Node | undefined = node; at?.down !== undefined; at = at.down.to) steps.push(at.down.call);
  const dispatch = calls.filter((call) => call.kind === 'field').slice(0, 3);
  return { entry: { ...target, kind, registrations, ...(dispatch.length === 0 ? {} : { dispatch }) }, steps };
}
