/** The tracepoints that a call fires before it gives back: its own, and those of what it hands the work to. */
import { eventCalled, type TraceEvent, type TraceEvents } from '../tree/events.ts';
import { keywords } from './token-walk.ts';
import type { Definition, TreeOutlines } from './tree-outlines.ts';

/** kfree_skb, kfree_skb_reason, sk_skb_reason_drop, __sk_skb_reason_drop. */
const deepest = 4;
/** A function that calls more than this does work of its own, and does not hand it on. */
const mostCalls = 8;

/** Where a tracepoint is fired. */
export interface EventCall {
  readonly event: TraceEvent;
  /** The function or macro that fires it, and where in its file. */
  readonly by: Definition;
  readonly at: number;
}

/** One call for each tracepoint. What stands under a condition counts too. */
export async function eventsInside(
  outlines: TreeOutlines,
  callee: string,
  events: TraceEvents,
  depth = 0,
): Promise<readonly EventCall[]> {
  const found = new Map<string, EventCall>();
  for (const by of await outlines.definitions(callee)) {
    const calls = callsIn(by);
    for (const [name, at] of calls) {
      const event = eventCalled(name, events);
      if (event !== undefined) found.set(event.name, { event, by, at });
    }
    if (depth >= deepest || calls.size > mostCalls) continue;
    for (const name of calls.keys()) {
      if (name === callee || name.startsWith('trace_')) continue;
      for (const call of await eventsInside(outlines, name, events, depth + 1)) found.set(call.event.name, call);
    }
  }
  return [...found.values()];
}

/** Where each function is called first. */
function callsIn({ body }: Definition): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  body.forEach(({ kind, text, at }, index) => {
    const isCall = kind === 'word' && body[index + 1]?.text === '(' && !keywords.has(text) && !isCommon(text);
    if (isCall && !found.has(text)) found.set(text, at);
  });
  return found;
}

/** Checks and hints that every second function holds. */
const isCommon = (name: string): boolean =>
  /^(?:(?:un)?likely|WARN|BUG|DEBUG_|READ_ONCE|WRITE_ONCE|atomic_|refcount_|lockdep_|prefetch)/.test(name);
