import { EventEmitter, type Event, type Uri } from 'vscode';
import type { Decoded, Frame } from '../core/model.ts';

/** A decoded trace as it is kept for the session. */
export interface ShownTrace {
  readonly root: string;
  /** Where it came from, and the key by which a newer reading replaces it. */
  readonly title: string;
  readonly decoded: Decoded;
  readonly uri?: Uri;
  /** The line of the document, from 0, that the trace's first line is. */
  readonly firstLine?: number;
}

/** The traces of the session, newest first; one of them is active: its frames are stepped through and drawn. */
export interface Traces {
  readonly onDidChange: Event<undefined>;
  all(): readonly ShownTrace[];
  active(): ShownTrace | undefined;
  /** Adds a trace, or replaces what came from the same place, and makes it active. */
  add(trace: ShownTrace): void;
  activate(trace: ShownTrace): void;
  remove(trace: ShownTrace): void;
  clear(): void;
}

/** More would only be searched through; the oldest goes. */
const mostTraces = 20;

export function keepTraces(): Traces & { dispose(): void } {
  const changed = new EventEmitter<undefined>();
  let traces: readonly ShownTrace[] = [];
  let active: ShownTrace | undefined;
  const set = (next: readonly ShownTrace[], now: ShownTrace | undefined): void => {
    traces = next.slice(0, mostTraces);
    active = now;
    changed.fire(undefined);
  };
  return {
    onDidChange: changed.event,
    all: () => traces,
    active: () => active,
    add: (trace) => set([trace, ...traces.filter((each) => !sameSource(each, trace))], trace),
    activate: (trace) => set(traces, trace),
    remove(trace) {
      const rest = traces.filter((each) => each !== trace);
      set(rest, trace === active ? rest[0] : active);
    },
    clear: () => set([], undefined),
    dispose: () => changed.dispose(),
  };
}

/** A document is one source however often it is read; two clipboards are two traces when their frames differ. */
function sameSource(one: ShownTrace, other: ShownTrace): boolean {
  if (one.root !== other.root) return false;
  if (one.uri !== undefined || other.uri !== undefined)
    return one.uri?.toString() === other.uri?.toString() && one.firstLine === other.firstLine;
  return texts(one) === texts(other);
}

const texts = ({ decoded }: ShownTrace): string =>
  decoded.sections.flatMap(({ frames }) => frames.map(({ text }) => text)).join('\n');

/** The frames of a trace that are worth stepping to, in order: those that lead to a line. */
export const framesOf = ({ decoded }: ShownTrace): readonly Frame[] => decoded.sections.flatMap(({ frames }) => frames);
