/**
 * What becomes of a function's packets, told without knowing what the functions do that it calls: plain data, worked
 * out of one file, from which `wrappersOf` finds out about a whole tree.
 */
import type { Call, FileFacts, FunctionFacts, Parameter, Statement } from '../syntax/facts.ts';
import { eachStatement, expressionsOf } from '../syntax/walk.ts';
import { entryNode, exitNode, expressionOf, type FlowNode } from './flow-graph.ts';
import { type Flow, flowsOf } from './flow.ts';
import { type GivenPacket, handedTo, packetsOf } from './given-packets.ts';
import { calledName } from './primitives.ts';
import { reasonNamesIn } from './reasons.ts';

export interface FunctionSummary {
  readonly name: string;
  /** Relative to the tree. */
  readonly file: string;
  /** Known in its own file only: static, and not in a header. */
  readonly isLocal: boolean;
  readonly packets: readonly PacketUse[];
  /** The positions of packets of which the function keeps a reference or a copy. */
  readonly keeps: readonly number[];
  /** What is called whichever way control goes; `->send_reset` for a call through a field. */
  readonly always: readonly string[];
}

/** To whom a packet is handed, one after the other: a graph of the calls that are given it. */
export interface PacketUse {
  /** The position of the parameter that brings it, from 0. */
  readonly packet: number;
  /** How it is found from there: absent where the parameter is the packet; `*` of a `**`, `->skb` of an owner. */
  readonly path?: string;
  /** The handings that may come first, as indices; `atEnd` where the function may end without any. */
  readonly first: readonly number[];
  readonly handings: readonly Handing[];
}

export interface Handing {
  /** `->error_report` for a call through a field. */
  readonly callee: string;
  /** The packet's position among the arguments, from 0. */
  readonly argument: number;
  /** How the callee finds the packet from that argument, as `PacketUse.path`. */
  readonly path?: string;
  readonly reason?: PassedReason;
  /** What may come next, as `PacketUse.first`. */
  readonly next: readonly number[];
}

/**
 * Whoever moves a packet's data, reads its headers or keeps a reference receives it: that it is freed in the end is
 * how its life ends well, and no drop (include/linux/skbuff.h, include/net/sock.h).
 */
const receives =
  /^(?:__)?(?:p?skb_(?:pull|push|put|may_pull|linearize|header_pointer|clone|copy|get|queue|share_check|unshare|gso_segment)|sock_queue)/;
const keeps = /^(?:__)?(?:p?skb_(?:clone|copy|get|queue|share_check)|sock_queue)/;

/** A reason that is named, or the position of the parameter that brings it. */
export type PassedReason = { readonly name: string } | { readonly parameter: number };

/** In `first` and `next`: the function's end. */
export const atEnd = -1;

/** @param file relative to the tree: what a header defines is known to others although it is static */
export function summariesOf(facts: FileFacts, file: string): readonly FunctionSummary[] {
  return facts.functions.map((fn) => {
    const summary = remembered.get(fn) ?? summaryOf(fn, facts, file);
    remembered.set(fn, summary);
    return summary;
  });
}

/** A function belongs to one file: what is worked out to choose what to read serves again when sites are looked for. */
const remembered = new WeakMap<FunctionFacts, FunctionSummary>();

function summaryOf(fn: FunctionFacts, { conditionals }: FileFacts, file: string): FunctionSummary {
  const given = packetsOf(fn);
  const packets = given.filter(
    (packet) =>
      packet.calls.some(isCertain) && !packet.calls.some(({ callee }) => receives.test(callee)) && !actsOn(fn, packet),
  );
  const flow = packets.length > 0 ? flowsOf(fn, conditionals)[0] : undefined;
  return {
    name: fn.name,
    file,
    isLocal: fn.isStatic && file.endsWith('.c'),
    packets: flow === undefined ? [] : packets.map((packet) => useOf(flow, packet)),
    keeps: given
      .filter(({ path, calls }) => path === undefined && calls.some(({ callee }) => keeps.test(callee)))
      .map(({ position }) => position),
    always: mayAnswer(fn) ? alwaysCalled(fn.readings[0]?.body ?? []) : [],
  };
}

const isCertain = ({ guards }: Call): boolean => guards.length === 0;

/** Whether a function reads the packet's bytes or changes something else that it is given: it takes the packet in. */
function actsOn({ parameters, readings }: FunctionFacts, { names, owner }: GivenPacket): boolean {
  const others = new Set(parameters.map(({ name }) => name).filter((name) => name !== owner));
  return readings.some(({ body }) =>
    [...eachStatement(body)]
      .flatMap(expressionsOf)
      .some(
        ({ text, assignments }) =>
          names.some((name) => text.includes(`${name}->data`)) ||
          assignments.some(
            ({ target, operator }) => operator === '=' && others.has(/^(\w+)->/.exec(target)?.[1] ?? ''),
          ),
      ),
  );
}

/** Only who is given a socket, a request or a packet knows where to send a RST. */
function mayAnswer({ parameters }: FunctionFacts): boolean {
  return parameters.some(({ type }) => /\b(?:sock|request_sock|sk_buff)\s*\*/.test(type));
}

/** The calls of a body's plain statements, up to the first that may leave it: what no way goes round. */
function alwaysCalled(body: readonly Statement[]): readonly string[] {
  const calls: Call[] = [];
  for (const statement of body) {
    calls.push(...expressionsOf(statement).flatMap((expression) => expression.calls));
    if ([...eachStatement([statement])].some(({ kind }) => leaving.has(kind))) break;
  }
  return [...new Set(calls.filter(({ guards }) => guards.length === 0).map(calledName))];
}

const leaving: ReadonlySet<Statement['kind']> = new Set(['return', 'goto', 'label']);

function useOf(flow: Flow, packet: GivenPacket): PacketUse {
  const handings: (Omit<Handing, 'next'> & { next: readonly number[] })[] = [];
  const firstOf = new Map<number, number>();
  const lastOf: { readonly node: number; readonly handing: number }[] = [];
  flow.graph.nodes.forEach((node, index) => {
    const given = (expressionOf(node)?.calls ?? []).filter(isCertain).flatMap((call) => {
      const handed = handedTo(call, packet);
      return handed === undefined ? [] : [{ call, handed }];
    });
    given.forEach(({ call, handed }, at) => {
      if (at === 0) firstOf.set(index, handings.length);
      const reason = reasonPassed(flow, call);
      handings.push({
        callee: effectiveName(call),
        ...handed,
        ...(reason === undefined ? {} : { reason }),
        next: at === given.length - 1 ? [] : [handings.length + 1],
      });
    });
    if (given.length > 0) lastOf.push({ node: index, handing: handings.length - 1 });
  });
  const onwards = (node: number): readonly number[] => nextHandings(flow, node, packet.names, firstOf);
  for (const { node, handing } of lastOf) {
    const last = handings[handing];
    if (last !== undefined) last.next = onwards(node);
  }
  const { position, path } = packet;
  const first = firstOf.has(entryNode) ? [0] : onwards(entryNode);
  return { packet: position, ...(path === undefined ? {} : { path }), first, handings };
}

/** With the word for it, one function frees as dropped and as consumed (include/net/dropreason-core.h). */
function effectiveName(call: Call): string {
  return call.arguments.some(({ text }) => text === 'SKB_CONSUMED') ? 'consume_skb' : calledName(call);
}

/** What is reached from a node without another handing between. Where there is no packet, nothing becomes of it. */
function nextHandings(
  flow: Flow,
  from: number,
  packet: readonly string[],
  firstOf: ReadonlyMap<number, number>,
): number[] {
  const found = new Set<number>();
  const seen = new Set<number>();
  const work = [...(flow.graph.successors[from] ?? [])];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (seen.has(node) || packet.some((name) => isWithoutPacket(flow.graph.nodes[node], name))) continue;
    seen.add(node);
    const handing = firstOf.get(node);
    if (handing !== undefined) found.add(handing);
    else if (node === exitNode || forgets(flow.graph.nodes[node], packet)) found.add(atEnd);
    else work.push(...(flow.graph.successors[node] ?? []));
  }
  return [...found];
}

function isWithoutPacket(node: FlowNode | undefined, packet: string): boolean {
  if (node?.kind !== 'branch') return false;
  const text = node.text.replace(/^(?:un)?likely\((.*)\)$/, '$1');
  if (node.holds) return text === `!${packet}` || text === `${packet} == NULL`;
  return text === packet || text === `${packet} != NULL`;
}

/** `skb = NULL`, by which code says that someone else has the packet now. */
function forgets(node: FlowNode | undefined, packet: readonly string[]): boolean {
  const assigned = expressionOf(node)?.assignments ?? [];
  return assigned.some(({ target, value }) => packet.includes(target) && !packet.includes(value));
}

function reasonPassed({ fn }: Flow, call: Call): PassedReason | undefined {
  for (const { text } of call.arguments) {
    const [name] = reasonNamesIn(text);
    if (name !== undefined) return { name };
    const bare = /^\(\w+\)\s*(\w+)$/.exec(text)?.[1] ?? text;
    const parameter = fn.parameters.findIndex((candidate) => candidate.name === bare && isReason(candidate));
    if (parameter >= 0) return { parameter };
  }
  return undefined;
}

const isReason = ({ name, type }: Parameter): boolean => type.includes('drop_reason') || name.endsWith('reason');
