/** The tracepoints a tree defines: TRACE_EVENT and its kin in include/trace/events and in a subsystem's own header. */
import { LineIndex } from '../base/position.ts';
import type { TreeFiles } from '../ports.ts';

/** A tracepoint: `trace_NAME()` in the source, `GROUP:NAME` to the tools. */
export interface TraceEvent {
  readonly name: string;
  /** `skb`, `tcp`: the header's TRACE_SYSTEM. */
  readonly group: string;
  readonly file: string;
  readonly line: number;
}

export type TraceEvents = ReadonlyMap<string, TraceEvent>;

/** @param folder of the file that is looked at, whose own headers may define some (net/mac80211/trace.h) */
export async function readEvents(files: TreeFiles, folder: string): Promise<TraceEvents> {
  const found = new Map<string, TraceEvent>();
  for (const place of ['include/trace/events', folder])
    for (const name of await files.list(place)) {
      if (!name.endsWith('.h') || (place === folder && !name.includes('trace'))) continue;
      const file = `${place}/${name}`;
      for (const event of eventsIn((await files.read(file)) ?? '', file)) found.set(event.name, event);
    }
  return found;
}

/** A class is no event; of `DEFINE_EVENT(class, name, ...)` the second word is the name. */
const definition =
  /\b(?:TRACE_EVENT(?:_\w+)?|DECLARE_TRACE(?:_\w+)?)\s*\(\s*(\w+)|\bDEFINE_EVENT(?:_\w+)?\s*\(\s*\w+\s*,\s*(\w+)/g;

export function eventsIn(text: string, file: string): readonly TraceEvent[] {
  const group = /^#\s*define\s+TRACE_SYSTEM\s+(\w+)/m.exec(text)?.[1];
  if (group === undefined) return [];
  const lines = new LineIndex(text);
  return [...text.matchAll(definition)].flatMap((match) => {
    const name = match[1] ?? match[2];
    return name === undefined ? [] : [{ name, group, file, line: lines.lineAt(match.index) }];
  });
}

/** The tracepoint that a call fires: `trace_kfree_skb(...)`, also past its `_enabled` and `_rcuidle` forms. */
export function eventCalled(callee: string, events: TraceEvents): TraceEvent | undefined {
  return callee.startsWith('trace_')
    ? (events.get(callee.slice(6)) ?? events.get(callee.slice(6).replace(/_rcuidle$/, '')))
    : undefined;
}
