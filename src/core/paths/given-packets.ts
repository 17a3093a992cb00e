/** The packets that a function is given: as a parameter, behind one (`struct sk_buff **`), or in what one points to. */
import type { Call, FunctionFacts, Parameter } from '../syntax/facts.ts';
import { callsOf, eachStatement, expressionsOf } from '../syntax/walk.ts';
import { dropOf } from './primitives.ts';

export interface GivenPacket {
  /** The parameter's position, from 0. */
  readonly position: number;
  /** How the packet is found from the parameter; absent where the parameter is the packet. */
  readonly path?: string;
  /** What the packet is called in the function: `skb`, `*pskb`, `entry->skb` and the variable that it was put in. */
  readonly names: readonly string[];
  /** What brings it: the parameter's name. */
  readonly owner: string;
  /** The calls that are given it. */
  readonly calls: readonly Call[];
}

export function packetsOf(fn: FunctionFacts): readonly GivenPacket[] {
  if (!fn.parameters.some(({ type }) => type.endsWith('*'))) return [];
  const all = callsOf(fn);
  return fn.parameters.flatMap((parameter, position) =>
    pathsFrom(parameter, all).flatMap(({ path, name }) => {
      const names = path === undefined ? [name] : [name, ...aliasesOf(fn, name)];
      // That a field is freed does not say that a packet was in it, unless the function looks into it.
      if (path?.startsWith('->') === true && !isLookedInto(fn, names)) return [];
      const found = { position, ...(path === undefined ? {} : { path }), names, owner: parameter.name };
      return [{ ...found, calls: all.filter((call) => handedTo(call, found) !== undefined) }];
    }),
  );
}

/** Where among a call's arguments the packet is, and how it is found from there; undefined for a call without it. */
export function handedTo(
  { arguments: given }: Call,
  { names, owner, path }: Omit<GivenPacket, 'calls'>,
): { readonly argument: number; readonly path?: string } | undefined {
  for (const [argument, { text }] of given.entries()) {
    if (names.includes(text)) return { argument };
    if (path !== undefined && text === owner) return { argument, path };
    if (text.startsWith('&') && names.includes(text.slice(1))) return { argument, path: '*' };
  }
  return undefined;
}

interface PathTo {
  readonly path?: string;
  readonly name: string;
}

/** Of an owner the fields that are freed by name somewhere in the function. */
function pathsFrom({ name, type }: Parameter, calls: readonly Call[]): readonly PathTo[] {
  if (/\bsk_buff\s*\*$/.test(type)) return [{ name }];
  if (/\bsk_buff\s*\*\s*\*$/.test(type)) return [{ path: '*', name: `*${name}` }];
  if (!/\bstruct\b.*[^*\s]\s*\*$/.test(type)) return [];
  const freed = calls
    .filter(({ callee, receiver }) => receiver === undefined && dropOf(callee))
    .flatMap((call) => call.arguments.map(({ text }) => text))
    .filter((text) => text.startsWith(`${name}->`) && /^\w+$/.test(text.slice(name.length + 2)));
  return [...new Set(freed)].map((text) => ({ path: text.slice(name.length), name: text }));
}

/** The variables that hold the packet from their declaration on: `struct sk_buff *skb = entry->skb`. */
function aliasesOf({ readings }: FunctionFacts, name: string): readonly string[] {
  const assignments = readings.flatMap(({ body }) =>
    [...eachStatement(body)].flatMap((statement) => expressionsOf(statement).flatMap((each) => each.assignments)),
  );
  const holding = assignments.filter(({ value }) => value === name).map(({ target }) => target);
  return holding.filter(
    (target) => /^\w+$/.test(target) && assignments.every((other) => other.target !== target || other.value === name),
  );
}

function isLookedInto({ readings }: FunctionFacts, names: readonly string[]): boolean {
  return readings.some(({ body }) =>
    [...eachStatement(body)].some((statement) =>
      expressionsOf(statement).some(({ text }) => names.some((name) => text.includes(`${name}->`))),
    ),
  );
}
