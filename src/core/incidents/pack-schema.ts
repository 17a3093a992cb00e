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
  in: optional(oneWord(['loop']), 'Only inside a loop.'),
  under: optional(fragments, 'Pieces of C that must each occur in a condition or case around the place.'),
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
    is: record<Variant<ProbePredicate, 'is'>>({
      of: needed(like('operand')),
      is: needed(oneWord(['zero', 'nonzero'])),
    }),
    equals: record<Variant<ProbePredicate, 'equals'>>({ of: needed(like('operand')), equals: needed(like('operand')) }),
    has: record<Variant<ProbePredicate, 'has'>>({ of: needed(like('operand')), has: needed(like('operand')) }),
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
  id: needed(like('id'), 'Unique inside the incident; status rules name it.'),
  role: needed(
    oneWord(anchorRoles),
    'What the place is: `where` it shows, its `cause`, a `remedy`, a `mitigation` or the `fix`.',
  ),
  files: needed(
    listOf(like('glob')),
    'Paths in the tree, with * ? and **: names of functions collide, so the file is always said.',
  ),
  functions: needed(names, 'Any of these; a function that was renamed has all its names here.'),
  find: needed(shape, 'What to look for inside the functions: one shape.'),
  what: optional(words, 'What stands there, for people; the source itself is shown without it.'),
});

const rule = record<StatusRule>({
  when: optional(record<When>({ all: optional(ids), any: optional(ids), none: optional(ids) }, { notEmpty: true })),
  status: needed(
    oneWord(['present', 'mitigated', 'fixed', 'absent']),
    'What the tree is said to be when this rule holds.',
  ),
  why: needed(words, 'The reason, for people.'),
  also: optional(ids, 'Anchors that are shown as evidence too, where they are found.'),
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
  id: needed(like('id'), 'Lower case with hyphens, unique over all packs.'),
  area: needed(like('id'), 'What it is listed under: listen, conntrack, ...'),
  effect: needed(oneWord(effects), 'What people see: a RST, a drop, a stall or an error.'),
  title: needed(words, 'One line.'),
  symptom: needed(words, 'What people see who do not know the cause yet.'),
  cause: needed(words, 'What goes wrong, and when.'),
  remedy: needed(words, 'What to do about it.'),
  anchors: needed(listOf(anchor), 'The pieces of source the incident speaks of.'),
  status: needed(listOf(rule), 'Rules, tried in order; the last has no `when` and holds otherwise.'),
  counters: optional(listOf(like('mib')), 'MIB items as the enums of the tree spell them: LINUX_MIB_LISTENDROPS.'),
  otherCounters: optional(listOf(words), 'Counters that are no MIB items, with the command that shows them.'),
  sysctls: optional(
    listOf(like('procname')),
    'Names or their ends: tcp_tw_recycle, ipv6.bindv6only. What the tree lacks is not shown.',
  ),
  reasons: optional(listOf(like('mib')), 'SKB_DROP_REASON_...'),
  rstReasons: optional(listOf(like('mib')), 'SK_RST_REASON_...'),
  confirm: needed(
    record<Confirm>({
      text: needed(words, 'What to look at, and what output means yes.'),
      probe: optional(probe, 'What to catch; the script is written for the open tree.'),
    }),
    'How to prove that this is it.',
  ),
  links: optional(listOf(link), 'Commits, CVEs and pages.'),
  related: optional(ids, 'Ids of other incidents.'),
});

export const packSchema: RecordSchema = record<Pack>({
  format: needed({ kind: 'exactly', value: 1 }, 'The version of this format: 1.'),
  title: needed(words, 'What the pack is about.'),
  incidents: needed(listOf(incidentSchema), 'The known failures.'),
});
