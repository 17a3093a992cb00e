import type { Problem } from '../problem.ts';
import { type Planned, type ProbeContext, impossible, isName } from './context.ts';
import type { ProbeNote } from './notes.ts';
import type { Condition, FieldPath, PlanConstant, ProbeValue } from './plan-model.ts';
import type { ProbePredicate } from './request.ts';
import type { ValueType } from './value-type.ts';

/** Where the names in an event's predicates are looked up. */
export interface Scope {
  /** What is probed, for messages: `tcp_v4_send_reset`. */
  readonly target: string;
  /** Where constants are looked for first. */
  readonly file: string;
  readonly values: readonly ProbeValue[];
  /** Only for a return. */
  readonly result?: ValueType;
  /** Whether the tool knows this enumerator by its name. */
  readonly knowsByName: (definedIn: string) => boolean;
}

/** All predicates of an event, or none: a condition that is left out would make the probe lie. */
export async function planConditions(
  predicates: readonly ProbePredicate[],
  scope: Scope,
  context: ProbeContext,
): Promise<Planned<readonly Condition[]>> {
  const planned = await Promise.all(predicates.map((predicate) => planCondition(predicate, scope, context)));
  const problems: readonly Problem[] = planned.flatMap((each) => each.problems);
  const notes: readonly ProbeNote[] = planned.flatMap((each) => each.notes);
  if (problems.length > 0) return { notes, problems };
  return { value: planned.flatMap((each) => (each.value === undefined ? [] : [each.value])), notes, problems };
}

async function planCondition(
  predicate: ProbePredicate,
  scope: Scope,
  context: ProbeContext,
): Promise<Planned<Condition>> {
  const subject = subjectOf(predicate.of, scope);
  if (typeof subject === 'string') return impossible(scope.target, subject);
  if ('is' in predicate) return { value: { subject, test: { kind: predicate.is } }, notes: [], problems: [] };
  const kind = 'equals' in predicate ? 'equals' : 'has';
  const constant = await planConstant('equals' in predicate ? predicate.equals : predicate.has, scope, context);
  if (constant.value === undefined) return { notes: constant.notes, problems: constant.problems };
  return { value: { subject, test: { kind, constant: constant.value } }, notes: constant.notes, problems: [] };
}

/** What a predicate speaks of, or why it can't. */
function subjectOf(of: string, scope: Scope): Condition['subject'] | string {
  if (of === 'return') {
    const type = scope.result;
    if (type === undefined) return 'nothing is returned where it is caught';
    return type.kind === 'void' || type.kind === 'aggregate' ? 'it returns no plain value' : { kind: 'result', type };
  }
  const parts = fieldPath(of);
  if (parts === undefined) return `"${of}" is not a parameter or a field`;
  const value = scope.values.find((each) => each.name === parts.name);
  if (value === undefined) return `it has no parameter or field ${parts.name}`;
  if (value.type.kind === 'aggregate') return `no register is known to hold ${parts.name}`;
  if (value.type.kind === 'text') return `${parts.name} is text`;
  if (parts.path.length === 0) return { kind: 'value', value };
  if (value.type.kind !== 'pointer' || value.type.to === undefined) return `${parts.name} does not point at a struct`;
  return { kind: 'value', value, path: parts.path };
}

/** Takes `sk->__sk_common.skc_state` apart. */
function fieldPath(of: string): { readonly name: string; readonly path: FieldPath } | undefined {
  const [name = '', ...rest] = of.replaceAll('->', ' -> ').replaceAll('.', ' . ').trim().split(/ +/);
  const path: { operator: '->' | '.'; name: string }[] = [];
  for (let at = 0; at < rest.length; at += 2) {
    const operator = rest[at];
    const field = rest[at + 1] ?? '';
    if ((operator !== '->' && operator !== '.') || !isName(field)) return undefined;
    path.push({ operator, name: field });
  }
  if (!isName(name) || path[0]?.operator === '.') return undefined;
  return { name, path };
}

async function planConstant(written: string, scope: Scope, context: ProbeContext): Promise<Planned<PlanConstant>> {
  const negative = written.startsWith('-');
  const text = negative ? written.slice(1) : written;
  if (/^(?:\d+|0x[0-9a-fA-F]+)$/.test(text))
    return { value: { text, negative, byName: false, value: Number(text) }, notes: [], problems: [] };
  const found = isName(text) ? await context.constant(text, scope.file) : undefined;
  if (found === undefined) return impossible(scope.target, `this tree does not define ${text}`);
  if (found.kind === 'enumerator' && scope.knowsByName(found.file))
    return { value: { text, negative, byName: true }, notes: [], problems: [] };
  if (found.value === undefined) return impossible(scope.target, `the value of ${text} can not be read`);
  return {
    value: { text, negative, byName: false, value: found.value },
    notes: [{ kind: 'constant-read', name: text, value: found.value, place: `${found.file}:${found.line}` }],
    problems: [],
  };
}
