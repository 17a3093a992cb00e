import type { FunctionEvent, ProbeFunction, ProbePredicate, ProbeRequest, TracepointEvent } from '../probes/request.ts';
import { anchorRoles, effects } from './pack.ts';
import type { Anchor, Confirm, Incident, Link, Pack, Shape, StatusRule, Surroundings, When } from './pack.ts';
import {
  like,
  listOf,
  needed,
  oneWord,
  optional,
  record,
  text,
  words,
  type RecordSchema,
  type Schema,
} from './schema.ts';

type Variant<Union, Key extends PropertyKey> = Extract<Union, Record<Key, unknown>>;

const fragments = listOf(like('fragment'));
const names = listOf(like('name'));
const ids = listOf(like('id'));

const surroundings = {
  in: optional(oneWord(['loop'])),
  under: optional(fragments),
} satisfies Record<keyof Surroundings, unknown>;

const shape: Schema = {
  kind: 'one-of',
  variants: {
    definition: record<Variant<Shape, 'definition'>>({
      definition: needed({ kind: 'exactly', value: true }),
      returns: optional(like('fragment')),
    }),
    parameter: record<Variant<Shape, 'parameter'>>({ parameter: needed(like('name')) }),
    label: record<Variant<Shape, 'label'>>({ label: needed(like('name')), ...surroundings }),
    goto: record<Variant<Shape, 'goto'>>({ goto: needed(like('name')), ...surroundings }),
    case: record<Variant<Shape, 'case'>>({ case: needed(like('fragment')), ...surroundings }),
    call: record<Variant<Shape, 'call'>>({
      call: needed(names),
      arguments: optional(fragments),
      ...surroundings,
    }),
    condition: record<Variant<Shape, 'condition'>>({ condition: needed(fragments), ...surroundings }),
    code: record<Variant<Shape, 'code'>>({ code: needed(like('fragment')), ...surroundings }),
    assignment: record<Variant<Shape, 'assignment'>>({
      assignment: needed(like('fragment')),
      value: optional(fragments),
      ...surroundings,
    }),
    return: record<Variant<Shape, 'return'>>({ return: needed(fragments), ...surroundings }),
    loop: record<Variant<Shape, 'loop'>>({ loop: needed(fragments), ...surroundings }),
  } satisfies Record<ShapeKey, RecordSchema>,
};

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type ShapeKey = Exclude<KeyOf<Shape>, keyof Surroundings | 'returns' | 'arguments' | 'value'>;

const predicate: Schema = {
  kind: 'one-of',
  variants: {
    is: record<Variant<ProbePredicate, 'is'>>({ of: needed(text), is: needed(oneWord(['zero', 'nonzero'])) }),
    equals: record<Variant<ProbePredicate, 'equals'>>({ of: needed(text), equals: needed(text) }),
    has: record<Variant<ProbePredicate, 'has'>>({ of: needed(text), has: needed(text) }),
  },
};

const show = listOf(oneWord(['packet', 'stack', 'arguments', 'result', 'socket', 'netns']));

const functionEvent = record<FunctionEvent>({
  catch: needed(oneWord(['entry', 'return'])),
  functions: needed(
    listOf(record<ProbeFunction>({ name: needed(like('name')), files: optional(listOf(like('glob'))) })),
  ),
  caller: optional(like('name')),
  tracepoint: optional(like('tracepoint')),
  when: optional(listOf(predicate)),
  show: needed(show),
  says: needed(text),
});

const tracepointEvent = record<TracepointEvent>({
  catch: needed(oneWord(['tracepoint'])),
  tracepoint: needed(like('tracepoint')),
  when: optional(listOf(predicate)),
  show: needed(show),
  says: needed(text),
});

const probe = record<Pick<ProbeRequest, 'events'>>({
  events: needed(
    listOf({
      kind: 'by-word',
      key: 'catch',
      variants: { entry: functionEvent, return: functionEvent, tracepoint: tracepointEvent },
    }),
  ),
});

const anchor = record<Anchor>({
  id: needed(like('id')),
  role: needed(oneWord(anchorRoles)),
  files: needed(listOf(like('glob'))),
  functions: needed(names),
  find: needed(shape),
  what: optional(words),
});

const rule = record<StatusRule>({
  when: optional(record<When>({ all: optional(ids), any: optional(ids), none: optional(ids) }, { notEmpty: true })),
  status: needed(oneWord(['present', 'mitigated', 'fixed', 'absent'])),
  why: needed(words),
  also: optional(ids),
});

const link = record<Link>(
  {
    commit: optional(like('commit')),
    cve: optional(like('cve')),
    url: optional(like('url')),
    title: optional(text),
  },
  { notEmpty: true },
);

export const incidentSchema: RecordSchema = record<Incident>({
  id: needed(like('id')),
  area: needed(like('id')),
  effect: needed(oneWord(effects)),
  title: needed(words),
  symptom: needed(words),
  cause: needed(words),
  remedy: needed(words),
  anchors: needed(listOf(anchor)),
  status: needed(listOf(rule)),
  counters: optional(listOf(like('mib'))),
  otherCounters: optional(listOf(words)),
  sysctls: optional(listOf(like('procname'))),
  reasons: optional(listOf(like('mib'))),
  rstReasons: optional(listOf(like('mib'))),
  confirm: needed(record<Confirm>({ text: needed(words), probe: optional(probe) })),
  links: optional(listOf(link)),
  related: optional(ids),
});

export const packSchema: RecordSchema = record<Pack>({
  format: needed({ kind: 'exactly', value: 1 }),
  title: needed(words),
  incidents: needed(listOf(incidentSchema)),
});
