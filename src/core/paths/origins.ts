/** Where a variable's value comes from: the assignments that reach a node. */
import { type FlowNode, entryNode, expressionOf } from './flow-graph.ts';
import type { Flow } from './flow.ts';

export interface Origin {
  /** Where it was got. */
  readonly node: number;
  /** As written; absent for what the caller gave. */
  readonly value?: string;
}

/** All that a variable may hold at a node, NULL aside. */
export function originsOf(flow: Flow, at: number, variable: string): readonly Origin[] {
  const found: Origin[] = [];
  const isParameter = flow.fn.parameters.some(({ name }) => name === variable);
  const seen = new Set<number>([at]);
  const work = [at];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    for (const { from } of flow.graph.entering[node] ?? []) {
      if (seen.has(from)) continue;
      seen.add(from);
      if (isWithout(flow.graph.nodes[from], variable)) continue;
      const given = expressionOf(flow.graph.nodes[from])?.assignments.filter(({ target }) => target === variable) ?? [];
      for (const { value } of given) if (value !== 'NULL') found.push({ node: from, value });
      for (const call of expressionOf(flow.graph.nodes[from])?.calls ?? [])
        if (call.arguments.some(({ text }) => text === `&${variable}`))
          found.push({ node: from, value: `${call.callee}()` });
      if (given.some(({ guards }) => guards.length === 0)) continue;
      if (from === entryNode && isParameter) found.push({ node: from });
      work.push(from);
    }
  }
  return found;
}

/** The outcome of a test by which a pointer is none: `!skb`, `skb == NULL`, `IS_ERR(skb)`. */
export function isWithout(node: FlowNode | undefined, variable: string): boolean {
  if (node?.kind !== 'branch') return false;
  const text = /^(?:un)?likely\((.*)\)$/.exec(node.text)?.[1] ?? node.text;
  if (node.holds)
    return (
      text === `!${variable}` || text === `${variable} == NULL` || isError(text, variable) || isMissing(text, variable)
    );
  return text === variable || text === `${variable} != NULL` || isTaken(text, variable);
}

const isError = (text: string, variable: string): boolean =>
  text === `IS_ERR(${variable})` || text === `IS_ERR_OR_NULL(${variable})`;

/** `(skb = skb_dequeue(list))`, `(skb = skb_dequeue(list)) != NULL`. */
const isTaken = (text: string, variable: string): boolean =>
  text.startsWith(`${variable} = `) || (text.startsWith(`(${variable} = `) && !text.endsWith('== NULL'));

/** `(copy = skb_copy(skb, GFP_ATOMIC)) == NULL`. */
const isMissing = (text: string, variable: string): boolean =>
  text.startsWith(`!(${variable} = `) || (text.startsWith(`(${variable} = `) && text.endsWith('== NULL'));
