/** What lies around a place in its tree: what builds the file, and the tracepoints that tell of it. */
import { guardsInDefinition } from './callers/call-guards.ts';
import { eventsInside } from './callers/events-inside.ts';
import type { TreeOutlines } from './callers/tree-outlines.ts';
import type { Ways } from './engine.ts';
import type { Crossed, Path } from './model.ts';
import type { TreeFiles } from './ports.ts';
import type { KernelParser } from './syntax/parser.ts';
import { holdsIn } from './tree/config-condition.ts';
import { eventCalled, readEvents, type TraceEvent, type TraceEvents } from './tree/events.ts';
import { builtAs } from './tree/kbuild.ts';

export interface ContextPorts {
  readonly files: TreeFiles;
  readonly parser: KernelParser;
  /** The tree's functions, to look into what the sites call; absent: what they call stays closed. */
  readonly outlines: TreeOutlines | undefined;
}

/** The ways with the tracepoints under their tools' names, with what builds the file and which #if halves are built. */
export async function withContext({ files, parser, outlines }: ContextPorts, ways: Ways): Promise<Ways> {
  const { file } = ways.subject;
  const config = await files.read('.config');
  const [built, events] = await Promise.all([
    builtAs(files, file, config),
    readEvents(files, file.slice(0, Math.max(file.lastIndexOf('/'), 0))),
  ]);
  const inside = new Map<string, readonly Crossed[]>();
  for (const { id, callee, line } of outlines === undefined ? [] : ways.sites) {
    if (outlines === undefined || callee === undefined) continue;
    const own = eventCalled(callee, events);
    const found = own === undefined ? await eventsInside(outlines, callee, events) : [];
    const crossed = found.map(({ event, by, at }) => {
      const when = guardsInDefinition(parser, by, at).filter(({ early }) => early !== true);
      return { name: toolsName(event), line, inside: callee, ...(when.length === 0 ? {} : { when }) };
    });
    inside.set(id, own === undefined ? crossed : [{ name: toolsName(own), line }]);
  }
  const paths = ways.paths
    .map((path) => crossedOn(path, events, inside.get(path.site) ?? []))
    .map((path) => (config === undefined ? path : configuredIn(path, config)));
  return { ...ways, paths, ...(built === undefined ? {} : { built }) };
}

function configuredIn(path: Path, config: string): Path {
  const conditions = [path, ...path.guards].flatMap(({ preprocessor = [] }) => preprocessor);
  const known = [...new Set(conditions)].flatMap((condition) => {
    const holds = holdsIn(condition, config);
    return holds === undefined ? [] : [[condition, holds] as const];
  });
  return known.length === 0 ? path : { ...path, configured: Object.fromEntries(known) };
}

function crossedOn({ tracepoints = [], ...path }: Path, events: TraceEvents, inside: readonly Crossed[]): Path {
  const before = tracepoints.flatMap(({ name, line }) => {
    const event = eventCalled(name, events);
    return event === undefined ? [] : [{ name: toolsName(event), line }];
  });
  const all = [...before, ...inside];
  return all.length === 0 ? path : { ...path, tracepoints: all };
}

const toolsName = ({ group, name }: TraceEvent): string => `${group}:${name}`;
