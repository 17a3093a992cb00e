import { assignmentsOf } from '../syntax/walk.ts';
import { missingValues, shownValues } from './attach-function.ts';
import { planConditions } from './conditions.ts';
import { type DefinedFunction, type Planned, type ProbeContext, impossible, isName } from './context.ts';
import type { ProbeNote } from './notes.ts';
import type { ProbeValue, TracepointAttachment } from './plan-model.ts';
import { raiseOf } from './raises.ts';
import type { FunctionEvent, ProbePredicate, TracepointEvent } from './request.ts';
import type { Tracepoint, TracepointField } from './tracepoints.ts';
import { type ValueType, valueType } from './value-type.ts';

/** Attaches to a tracepoint that was asked for. */
export async function attachTracepoint(
  event: TracepointEvent,
  context: ProbeContext,
): Promise<Planned<TracepointAttachment>> {
  const tracepoint = await lookUp(event.tracepoint, context);
  if (tracepoint === undefined) return impossible(event.tracepoint, 'this tree has no such tracepoint');
  return attach(event, event.when ?? [], tracepoint, fieldValues(tracepoint, context.tool), context);
}

/**
 * Attaches to the tracepoint a function raises, if the function raises it unguarded and passes on, unchanged, every
 * parameter the event speaks of. Otherwise there is no value, and the notes say why.
 */
export async function attachRaised(
  event: FunctionEvent,
  defined: DefinedFunction,
  context: ProbeContext,
): Promise<Planned<TracepointAttachment>> {
  const tracepoint = event.tracepoint === undefined ? undefined : await lookUp(event.tracepoint, context);
  const raise = tracepoint === undefined ? undefined : raiseOf(defined.facts, tracepoint.name);
  if (event.tracepoint === undefined || tracepoint === undefined || raise === undefined) return nothing;
  const place = `${defined.file}:${raise.line}`;
  if (raise.guard !== undefined)
    return {
      notes: [{ kind: 'tracepoint-guarded', tracepoint: event.tracepoint, place, guard: raise.guard }],
      problems: [],
    };
  const values = passedValues(defined, tracepoint, raise.arguments, context.tool);
  const planned = await attach(event, event.when ?? [], tracepoint, values, context);
  const complete = planned.value !== undefined && !planned.notes.some((note) => note.kind === 'no-such-value');
  if (!complete) return nothing;
  const chosen: ProbeNote = {
    kind: 'tracepoint-chosen',
    tracepoint: event.tracepoint,
    function: defined.facts.name,
    place,
  };
  return { ...planned, notes: [chosen, ...planned.notes] };
}

const nothing: Planned<never> = { notes: [], problems: [] };

async function lookUp(written: string, context: ProbeContext): Promise<Tracepoint | undefined> {
  const [group = '', name = '', ...more] = written.split(':');
  return isName(group) && isName(name) && more.length === 0 ? context.tracepoint(group, name) : undefined;
}

async function attach(
  event: FunctionEvent | TracepointEvent,
  predicates: readonly ProbePredicate[],
  tracepoint: Tracepoint,
  values: readonly ProbeValue[],
  context: ProbeContext,
): Promise<Planned<TracepointAttachment>> {
  const target = `${tracepoint.group}:${tracepoint.name}`;
  const scope = {
    target,
    file: tracepoint.file,
    values,
    // Tracepoint records are in the kernel's own type information; SystemTap sees only the raw parameters.
    knowsByName: () => context.tool === 'bpftrace' && context.btf !== false,
  };
  const conditions = await planConditions(predicates, scope, context);
  if (conditions.value === undefined) return { notes: conditions.notes, problems: conditions.problems };
  const shown = shownValues(event.show, values, undefined);
  return {
    value: {
      form: 'tracepoint',
      group: tracepoint.group,
      name: tracepoint.name,
      says: event.says,
      conditions: conditions.value,
      shown,
    },
    notes: [...conditions.notes, ...missingValues(event.show, shown, target)],
    problems: [],
  };
}

/**
 * The fields of a tracepoint; one that copies a pointer parameter has its type, though the record says `void *`.
 * SystemTap reads the parameters, not the record: it has only the fields that are copies.
 */
function fieldValues(tracepoint: Tracepoint, tool: ProbeContext['tool']): readonly ProbeValue[] {
  return tracepoint.fields.flatMap((field): readonly ProbeValue[] => {
    const parameter = tracepoint.parameters.find((each) => each.name === field.copies);
    const type = fieldType(field, parameter?.type);
    const readable = tool === 'bpftrace' || (parameter !== undefined && isName(parameter.name));
    if (!isName(field.name) || type.kind === 'aggregate' || !readable) return [];
    const copied = parameter === undefined ? {} : { parameter: parameter.name };
    return [{ name: field.name, type, source: { kind: 'field', field: field.name, ...copied } }];
  });
}

function fieldType(field: TracepointField, copied: string | undefined): ValueType {
  if (field.holds === undefined) return valueType(copied ?? field.type);
  if (field.holds === 'text') return { kind: 'text', behind: true };
  return field.type === 'char' ? { kind: 'text', behind: false } : { kind: 'aggregate' };
}

/** The function's parameters as fields of the tracepoint it raises, under the names they have in the function. */
function passedValues(
  { facts }: DefinedFunction,
  tracepoint: Tracepoint,
  passed: readonly string[],
  tool: ProbeContext['tool'],
): readonly ProbeValue[] {
  const changed = new Set(assignmentsOf(facts).map((assignment) => assignment.target));
  const fields = fieldValues(tracepoint, tool);
  return facts.parameters.flatMap((parameter): readonly ProbeValue[] => {
    const position = changed.has(parameter.name) ? -1 : passed.indexOf(parameter.name);
    const name = tracepoint.parameters[position]?.name;
    const field = fields.find((each) => each.source.kind === 'field' && each.source.parameter === name);
    return field === undefined || name === undefined ? [] : [{ ...field, name: parameter.name }];
  });
}
