/** Whether a packet lives on after a function has failed with it: what its callers in the same file do next. */
import type { Call, FileFacts, FunctionFacts } from '../syntax/facts.ts';
import { callsOf } from '../syntax/walk.ts';
import { expressionOf, type FlowNode } from './flow-graph.ts';
import { type Flow, flowsOf } from './flow.ts';
import { dropOf, isConsume } from './primitives.ts';

/**
 * Whether some caller still works with the packet when the function has returned NULL, as tcp_sacktag_walk does after
 * tcp_shift_skb_data: then nothing was lost. False where no caller is in the file.
 */
export function goesOnWithout(fn: FunctionFacts, facts: FileFacts): boolean {
  const packet = fn.parameters.findIndex(({ type }) => /\bsk_buff\s*\*$/.test(type));
  if (packet < 0) return false;
  const isCall = ({ callee, receiver }: Call): boolean => callee === fn.name && receiver === undefined;
  return facts.functions
    .filter((caller) => caller.name !== fn.name && callsOf(caller).some(isCall))
    .some((caller) => flowsOf(caller, facts.conditionals).some((flow) => goesOnAfter(flow, isCall, packet)));
}

function goesOnAfter(flow: Flow, isCall: (call: Call) => boolean, packet: number): boolean {
  return flow.graph.nodes.some((node, index) => {
    const expression = expressionOf(node);
    const given = expression?.calls.find(isCall)?.arguments[packet]?.text ?? '';
    if (!/^\w+$/.test(given)) return false;
    const result = expression?.assignments.find(({ value }) =>
      value.startsWith(`${expression.calls.find(isCall)?.callee}(`),
    );
    return result !== undefined && result.target !== given && isUsedBehind(flow, index, given, result.target);
  });
}

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
