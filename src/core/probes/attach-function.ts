import type { Parameter } from '../syntax/facts.ts';
import { planConditions } from './conditions.ts';
import { type DefinedFunction, type Planned, type ProbeContext, impossible, isName } from './context.ts';
import type { ProbeNote } from './notes.ts';
import type { BuiltAs, FunctionAttachment, ProbeValue, Shown } from './plan-model.ts';
import type { FunctionEvent, ProbeShow } from './request.ts';
import { type ValueType, valueType } from './value-type.ts';

/** Attaches to a function's entry or return; argument numbers are those of the parsed prototype. */
export async function attachFunction(
  event: FunctionEvent,
  defined: DefinedFunction,
  context: ProbeContext,
): Promise<Planned<FunctionAttachment>> {
  const { facts, file } = defined;
  if (!isName(facts.name)) return impossible(facts.name, 'this is not a function name');
  if (facts.definedBy !== undefined)
    return impossible(facts.name, `${facts.definedBy}() gives the function another name than the source shows`);
  const build = await context.builtAs(file);
  const { values, unreachable } = parameterValues(facts.parameters, context.tool);
  const result = event.catch === 'return' ? valueType(facts.returnType) : undefined;
  const conditions = await planConditions(
    event.when ?? [],
    {
      target: facts.name,
      file,
      values,
      ...(result === undefined ? {} : { result }),
      knowsByName: (definedIn) => knowsByName(definedIn, build, context),
    },
    context,
  );
  if (conditions.value === undefined) return { notes: conditions.notes, problems: conditions.problems };
  const shown = shownValues(event.show, values, result);
  const missing = missingValues(event.show, shown, facts.name);
  const leftOut: readonly ProbeNote[] =
    event.show.includes('arguments') && unreachable.length > 0
      ? [{ kind: 'arguments-left-out', function: facts.name, names: unreachable }]
      : [];
  const needsEntry = conditions.value.some(({ subject }) => subject.kind === 'value') || showsValues(shown);
  const keptValues: readonly ProbeNote[] =
    event.catch === 'return' && needsEntry ? [{ kind: 'return-keeps-entry', function: facts.name }] : [];
  const notes = [
    ...conditions.notes,
    ...missing,
    ...leftOut,
    ...keptValues,
    ...functionNotes(event, defined, build, context),
  ];
  return {
    value: {
      form: event.catch,
      function: facts.name,
      file,
      line: facts.place.line,
      isStatic: facts.isStatic || facts.isInline,
      build,
      says: event.says,
      conditions: conditions.value,
      shown,
      ...(event.caller !== undefined && isName(event.caller) ? { caller: event.caller } : {}),
    },
    notes,
    problems: [],
  };
}

/** Registers that carry arguments on x86-64; arm64 has two more, which are not relied on. */
const argumentRegisters = 6;

/**
 * Parameters with their argument numbers. bpftrace reads registers: what comes after a struct passed whole, or after
 * the last register, has no number it could use. SystemTap asks the debug info and reaches all.
 */
function parameterValues(
  parameters: readonly Parameter[],
  tool: ProbeContext['tool'],
): { readonly values: readonly ProbeValue[]; readonly unreachable: readonly string[] } {
  const all = parameters
    .filter((parameter) => isName(parameter.name))
    .map((parameter): ProbeValue => ({
      name: parameter.name,
      type: valueType(parameter.type),
      source: { kind: 'argument', position: parameters.indexOf(parameter) },
    }));
  if (tool === 'stap') return { values: all.filter((value) => value.type.kind !== 'aggregate'), unreachable: [] };
  const whole = all.findIndex((value) => value.type.kind === 'aggregate');
  const reached = all.slice(0, Math.min(whole < 0 ? all.length : whole, argumentRegisters));
  return { values: reached, unreachable: all.slice(reached.length).map((value) => value.name) };
}

export function shownValues(
  show: readonly ProbeShow[],
  values: readonly ProbeValue[],
  result: ValueType | undefined,
): Shown {
  const pointing = (to: string): ProbeValue | undefined =>
    values.find((value) => value.type.kind === 'pointer' && value.type.to === to);
  const packet = show.includes('packet') ? pointing('sk_buff') : undefined;
  const socket = show.includes('socket') ? pointing('sock') : undefined;
  const netns = show.includes('netns') ? (pointing('net') ?? pointing('sk_buff') ?? pointing('sock')) : undefined;
  const shownResult = show.includes('result') && result !== undefined && result.kind !== 'void' ? result : undefined;
  return {
    stack: show.includes('stack'),
    arguments: show.includes('arguments') ? values : [],
    ...(packet === undefined ? {} : { packet }),
    ...(socket === undefined ? {} : { socket }),
    ...(netns === undefined ? {} : { netns }),
    ...(shownResult === undefined ? {} : { result: shownResult }),
  };
}

function showsValues({ packet, socket, netns, arguments: all }: Shown): boolean {
  return packet !== undefined || socket !== undefined || netns !== undefined || all.length > 0;
}

export function missingValues(show: readonly ProbeShow[], shown: Shown, where: string): readonly ProbeNote[] {
  const kinds = ['packet', 'socket', 'netns'] as const;
  return kinds
    .filter((what) => show.includes(what) && shown[what] === undefined)
    .map((what): ProbeNote => ({ kind: 'no-such-value', what, where }));
}

/** bpftrace has the enumerators of built-in headers from BTF; SystemTap those that the function's own file sees. */
function knowsByName(definedIn: string, build: BuiltAs, context: ProbeContext): boolean {
  if (context.tool === 'stap') return true;
  return context.btf !== false && build.kind === 'built-in' && definedIn.startsWith('include/');
}

function functionNotes(
  event: FunctionEvent,
  { facts, file }: DefinedFunction,
  build: BuiltAs,
  context: ProbeContext,
): readonly ProbeNote[] {
  const notes: ProbeNote[] = [];
  const place = `${file}:${facts.place.line}`;
  const name = facts.name;
  if (!facts.clean) notes.push({ kind: 'function-unclean', function: name, place });
  if (event.catch === 'entry') notes.push({ kind: 'entered-not-done', functions: [name] });
  if (event.caller !== undefined) notes.push({ kind: 'caller-in-stack', function: name, caller: event.caller });
  const reachesCopies = context.tool === 'stap' && event.catch === 'entry';
  if ((facts.isStatic || facts.isInline) && !reachesCopies)
    notes.push({ kind: 'may-be-inlined', functions: [name], inline: facts.isInline });
  if (build.kind === 'module') notes.push({ kind: 'module-first', module: build.module, function: name });
  if (build.kind === 'unknown')
    notes.push({
      kind: 'module-unknown',
      function: name,
      file,
      ...(build.module === undefined ? {} : { module: build.module }),
    });
  return notes;
}
