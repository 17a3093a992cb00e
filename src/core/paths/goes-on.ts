/** Whether a packet lives on after a function has failed with it: what its callers in the same file do next. */
import type { Call, FileFacts, FunctionFacts } from '../syntax/facts.ts';
import { callsOf } from '../syntax/walk.ts';
import { expressionOf, type FlowNode } from './flow-graph.ts';
import { type Flow, flowsOf } from './flow.ts';
import { originsOf } from './origins.ts';
import { dropOf, isConsume } from './primitives.ts';

/**
 * Whether nothing is lost when the function fails: some caller still works with the packet when NULL was returned, as
 * tcp_sacktag_walk does after tcp_shift_skb_data, or has only looked at it where it stands in a queue, as
 * tcp_write_wakeup has before tcp_fragment. False where no caller is in the file.
 */
export function goesOnWithout(fn: FunctionFacts, facts: FileFacts, withNull: boolean): boolean {
  const packet = fn.parameters.findIndex(({ type }) => /\bsk_buff\s*\*$/.test(type));
  if (packet < 0) return false;
  const isCall = ({ callee, receiver }: Call): boolean => callee === fn.name && receiver === undefined;
  return facts.functions
    .filter((caller) => caller.name !== fn.name && callsOf(caller).some(isCall))
    .some((caller) => flowsOf(caller, facts.conditionals).some((flow) => goesOnAfter(flow, isCall, packet, withNull)));
}

function goesOnAfter(flow: Flow, isCall: (call: Call) => boolean, packet: number, withNull: boolean): boolean {
  return flow.graph.nodes.some((node, index) => {
    const expression = expressionOf(node);
    const given = expression?.calls.find(isCall)?.arguments[packet]?.text ?? '';
    if (!/^\w+$/.test(given)) return false;
    if (originsOf(flow, index, given).some(({ value }) => value !== undefined && isLookedAt(value))) return true;
    if (!withNull) return false;
    const result = expression?.assignments.find(({ value }) =>
      value.startsWith(`${expression.calls.find(isCall)?.callee}(`),
    );
    return result !== undefined && result.target !== given && isUsedBehind(flow, index, given, result.target);
  });
}

/** skb_peek, tcp_send_head, tcp_rtx_queue_head: the packet stays in its queue (include/linux/skbuff.h, include/net/tcp.h). */
const isLookedAt = (value: string): boolean => /^(?:\w+_)?(?:peek|head|tail)(?:_\w+)?\(/.test(value);

/** Whether the packet is handed on where the result is NULL. */
function isUsedBehind(flow: Flow, from: number, packet: string, result: string): boolean {
  const seen = new Set<number>([from]);
  const work = [...(flow.graph.successors[from] ?? [])];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const node = flow.graph.nodes[at];
    if (seen.has(at) || isSuccess(node, result)) continue;
    seen.add(at);
    const expression = expressionOf(node);
    const uses = expression?.calls.filter((call) => call.arguments.some(({ text }) => text === packet)) ?? [];
    if (uses.some(({ callee }) => !dropOf(callee) && !isConsume(callee))) return true;
    if (uses.length > 0 || expression?.assignments.some(({ target }) => target === packet || target === result))
      continue;
    work.push(...(flow.graph.successors[at] ?? []));
  }
  return false;
}

function isSuccess(node: FlowNode | undefined, result: string): boolean {
  if (node?.kind !== 'branch') return false;
  if (node.holds) return node.text === result || node.text === `${result} != NULL`;
  return node.text === `!${result}` || node.text === `${result} == NULL`;
}
