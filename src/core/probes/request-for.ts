import { line1 } from '../base/position.ts';
import { type Say, english } from '../report/say.ts';
import type { Call, Parameter } from '../syntax/facts.ts';
import { callsOf } from '../syntax/walk.ts';
import { type DefinedFunction, type ProbeContext, isName } from './context.ts';
import type { ProbePredicate, ProbeRequest, ProbeShow, RequestedLine } from './request.ts';
import { valueType } from './value-type.ts';

/** What AT may be on the command line. */
export type ProbeTarget =
  | { readonly kind: 'incident'; readonly id: string }
  | { readonly kind: 'drop-reason'; readonly name: string }
  | { readonly kind: 'line'; readonly file: string; readonly line: number }
  | { readonly kind: 'function'; readonly name: string };

/** Reads `incident:ID`, `drop-reason:NAME`, `FILE:LINE` or `FUNCTION`; undefined where it is none of them. */
export function readProbeTarget(text: string): ProbeTarget | undefined {
  const colon = text.lastIndexOf(':');
  const before = text.slice(0, Math.max(colon, 0));
  const after = text.slice(colon + 1);
  if (before === 'incident') return { kind: 'incident', id: after };
  if (before === 'drop-reason') return isName(after) ? { kind: 'drop-reason', name: after } : undefined;
  if (before !== '')
    return /^[1-9]\d{0,8}$/.test(after) ? { kind: 'line', file: before, line: Number(after) } : undefined;
  return isName(text) ? { kind: 'function', name: text } : undefined;
}

/** Every call of a function, with all its arguments. */
export function requestForFunction({ file, facts }: DefinedFunction, say: Say = english): ProbeRequest {
  return {
    title: say('Calls of {0}', facts.name),
    events: [
      {
        catch: 'entry',
        functions: [{ name: facts.name, files: [file] }],
        show: [...headersOf(facts.parameters), 'arguments', 'stack'],
        says: facts.name,
      },
    ],
  };
}

/**
 * A line is caught by a function that is called on it with a packet or a socket, together with those arguments that
 * are constants there (`NULL`, a reason); else by the function around it. Where there is debug info, the plan takes the
 * line itself instead.
 */
export async function requestForLine(
  around: DefinedFunction,
  line: number,
  functionNamed: ProbeContext['functionNamed'],
  say: Say = english,
  known: Pick<RequestedLine, 'statement' | 'neighbours'> = {},
): Promise<ProbeRequest> {
  const place: RequestedLine = { file: around.file, line: line1(line), function: around.facts.name, ...known };
  const title = say('{0} in {1}', `${around.file}:${line}`, around.facts.name);
  for (const call of callsOf(around.facts)) {
    if (call.place.line !== line || call.receiver !== undefined) continue;
    // The calls of one line are few, and the first that can be probed is enough.
    const callee = (await functionNamed(call.callee, [around.file])) ?? (await functionNamed(call.callee));
    if (callee === undefined || callee.facts.isInline || headersOf(callee.facts.parameters).length === 0) continue;
    const events = [
      {
        catch: 'entry',
        functions: [{ name: callee.facts.name, files: [callee.file] }],
        when: constantArguments(call, callee.facts.parameters),
        caller: around.facts.name,
        show: [...headersOf(callee.facts.parameters), 'stack'],
        says: say('{0} from {1}', callee.facts.name, around.facts.name),
      },
    ] as const;
    return { title, events, line: place };
  }
  return { title, events: requestForFunction(around, say).events, line: place };
}

/** Packets freed for one reason; the name with or without its `SKB_DROP_REASON_`. */
export function requestForDropReason(name: string, say: Say = english): ProbeRequest {
  const prefix = 'SKB_DROP_REASON_';
  const reason = name.startsWith(prefix) ? name : `${prefix}${name}`;
  return {
    title: say('Packets dropped for {0}', reason),
    events: [
      {
        catch: 'tracepoint',
        tracepoint: 'skb:kfree_skb',
        when: [{ of: 'reason', equals: reason }],
        show: ['packet', 'netns', 'stack'],
        says: reason.slice(prefix.length),
      },
    ],
  };
}

/** What can be shown of a packet or a socket among these parameters. */
function headersOf(parameters: readonly Parameter[]): readonly ProbeShow[] {
  const pointsAt = (to: string): boolean =>
    parameters.some(({ type }) => {
      const read = valueType(type);
      return read.kind === 'pointer' && read.to === to;
    });
  return [...(pointsAt('sk_buff') ? ['packet' as const] : []), ...(pointsAt('sock') ? ['socket' as const] : [])];
}

/** What this call, unlike others, passes on: NULL, or a constant by its name. */
function constantArguments(call: Call, parameters: readonly Parameter[]): readonly ProbePredicate[] {
  return call.arguments.flatMap(({ text }, position): readonly ProbePredicate[] => {
    const of = parameters[position]?.name;
    if (of === undefined || !isName(of)) return [];
    if (text === 'NULL') return [{ of, is: 'zero' }];
    return /^[A-Z][A-Z0-9_]{2,}$/.test(text) ? [{ of, equals: text }] : [];
  });
}
