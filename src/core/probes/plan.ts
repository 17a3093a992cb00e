import type { Outcome, Problem } from '../problem.ts';
import { attachFunction } from './attach-function.ts';
import { attachLine } from './attach-line.ts';
import { attachRaised, attachTracepoint } from './attach-tracepoint.ts';
import type { DefinedFunction, Planned, ProbeContext } from './context.ts';
import { type ProbeNote, mergeNotes } from './notes.ts';
import type { Attachment, ProbePlan } from './plan-model.ts';
import type { FunctionEvent, ProbeEvent, ProbeRequest } from './request.ts';

/**
 * Decides how to catch what is asked for in this tree. An event that can't be caught is left out and said so; there
 * is no plan when none can, and the problems tell why.
 */
export async function planProbe(request: ProbeRequest, context: ProbeContext): Promise<Outcome<ProbePlan>> {
  const atLine = await planLine(request, context);
  if (atLine.value !== undefined) return { value: planOf(request, atLine.value, atLine.notes, context), problems: [] };
  const planned = await Promise.all(request.events.map((event) => planEvent(event, context)));
  const attachments = mergeTracepoints(planned.flatMap((each) => (each.value === undefined ? [] : [each.value])));
  const problems = [...atLine.problems, ...planned.flatMap((each) => each.problems)];
  if (attachments.length === 0) return { problems: problems.length > 0 ? problems : missingFunctions(request) };
  const notes = [...lineNotes(request), ...atLine.notes, ...planned.flatMap((each) => each.notes)];
  return { value: planOf(request, attachments, notes, context), problems };
}

/** The instructions of the line itself, where there is debug info and the line has code that can be probed. */
async function planLine({ line }: ProbeRequest, context: ProbeContext): Promise<Planned<readonly Attachment[]>> {
  const around = line && context.code && (await context.functionNamed(line.function, [line.file]));
  return line === undefined || around === undefined ? { notes: [], problems: [] } : attachLine(line, around, context);
}

function planOf(
  { title, meansYes }: ProbeRequest,
  attachments: readonly Attachment[],
  notes: readonly ProbeNote[],
  context: ProbeContext,
): ProbePlan {
  const types = context.btf === false ? 'headers' : 'btf';
  const all = mergeNotes([...notes, ...toolNotes(attachments, context)]);
  const plan = { title, release: context.release, types, attachments, notes: all } as const;
  return meansYes === undefined ? plan : { ...plan, meansYes };
}

/** Functions for IPv4 and IPv6 may raise the same tracepoint: it is attached once, for all of them. */
function mergeTracepoints(attachments: readonly Attachment[]): readonly Attachment[] {
  const merged = new Map<string, Attachment>();
  for (const attachment of attachments) {
    const { says, ...rest } = attachment;
    const key = attachment.form === 'tracepoint' ? JSON.stringify(rest) : `${merged.size}`;
    const known = merged.get(key);
    const saysBoth = known === undefined || known.says === says ? says : `${known.says} / ${says}`;
    merged.set(key, { ...attachment, says: saysBoth });
  }
  return [...merged.values()];
}

async function planEvent(event: ProbeEvent, context: ProbeContext): Promise<Planned<Attachment>> {
  if (event.catch === 'tracepoint') return attachTracepoint(event, context);
  const { found, missing } = await firstDefined(event, context);
  if (found === undefined)
    return { notes: [{ kind: 'event-left-out', says: event.says, functions: missing }], problems: [] };
  const raised = event.catch === 'entry' ? await attachRaised(event, found, context) : undefined;
  if (raised?.value !== undefined) return raised;
  const attached = await attachFunction(event, found, context);
  const place = `${found.file}:${found.facts.place.line}`;
  const chosen: ProbeNote = { kind: 'function-chosen', function: found.facts.name, place, missing };
  return { ...attached, notes: [chosen, ...(raised?.notes ?? []), ...attached.notes] };
}

async function firstDefined(
  event: FunctionEvent,
  context: ProbeContext,
): Promise<{ readonly found?: DefinedFunction; readonly missing: readonly string[] }> {
  const missing: string[] = [];
  for (const wanted of event.functions) {
    // One after the other: the next is only looked for when this one is not there.
    const found = await context.functionNamed(wanted.name, wanted.files);
    if (found !== undefined) return { found, missing };
    missing.push(wanted.name);
  }
  return { missing };
}

function lineNotes({ line, events }: ProbeRequest): readonly ProbeNote[] {
  if (line === undefined) return [];
  const place = `${line.file}:${line.line}`;
  const called = events.flatMap((event) => (event.catch === 'tracepoint' ? [] : event.functions))[0]?.name;
  return called === undefined || called === line.function
    ? [{ kind: 'line-in-function', function: line.function, place }]
    : [{ kind: 'line-by-callee', function: line.function, place, callee: called }];
}

function toolNotes(attachments: readonly Attachment[], context: ProbeContext): readonly ProbeNote[] {
  const needsKprobes = attachments.some((attachment) => attachment.form !== 'tracepoint');
  return [
    ...(needsKprobes ? [{ kind: 'needs-kprobes' } as const] : []),
    ...(context.tool === 'bpftrace' && context.btf !== false ? [{ kind: 'needs-btf' } as const] : []),
    { kind: 'this-kernel-only' },
  ];
}

/** Nothing was there to attach to: the names asked for first. */
function missingFunctions(request: ProbeRequest): readonly Problem[] {
  return request.events.flatMap((event): readonly Problem[] => {
    const name = event.catch === 'tracepoint' ? undefined : event.functions[0]?.name;
    return name === undefined ? [] : [{ kind: 'no-such-function', name }];
  });
}
