import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { faultText } from '../../src/core/incidents/fault-text.ts';
import { readPack } from '../../src/core/incidents/read-pack.ts';

/** A pack without fault; each case changes one line of it. */
const good = `format: 1
title: Ours
incidents:
  - id: ours-one
    area: listen
    effect: drop
    title: { en: One, zh-cn: 一 }
    symptom: Nothing answers
    cause: A queue is full
    remedy: Make it longer
    anchors:
      - id: queue
        role: where
        files: [net/ipv4/tcp_input.c]
        functions: [tcp_conn_request]
        find: { call: [sk_acceptq_is_full], under: [want_cookie] }
      - id: drop
        role: cause
        files: [net/ipv4/*.c]
        functions: [tcp_conn_request]
        find: { label: drop }
    status:
      - when: { all: [queue], none: [drop] }
        status: mitigated
        why: Only half of it
      - status: absent
        why: Not here
    counters: [LINUX_MIB_LISTENDROPS]
    sysctls: [somaxconn]
    confirm:
      text: It rises
      probe:
        events:
          - catch: entry
            functions: [{ name: tcp_conn_request }]
            when: [{ of: sk, is: nonzero }]
            show: [packet]
            says: SYN
    links: [{ commit: 4396e46187ca }]
  - id: ours-two
    area: listen
    effect: rst
    title: Two
    symptom: A RST
    cause: A label
    remedy: None
    anchors:
      - { id: label, role: where, files: [net/ipv4/tcp_ipv4.c], functions: [tcp_v4_rcv], find: { label: reset } }
    status:
      - { status: present, why: Always }
    confirm: { text: Look }
`;

interface Case {
  readonly name: string;
  /** A line of the good pack, without its blanks in front, and what stands there instead (a list inserts lines). */
  readonly line: string;
  readonly becomes: string | readonly string[];
  /** `kind line:column path`, every fault, in order. */
  readonly faults: readonly string[];
  /** Ids of the incidents that still work. */
  readonly left?: readonly string[];
}

const two = ['ours-two'];
const one = ['ours-one'];
const both = ['ours-one', 'ours-two'];

const cases: readonly Case[] = [
  {
    name: 'format of another version',
    line: 'format: 1',
    becomes: 'format: 2',
    faults: ['wrong-type 1:9 format'],
    left: [],
  },
  { name: 'format left out', line: 'format: 1', becomes: [], faults: ['missing-key 1:1 '], left: [] },
  { name: 'title left out', line: 'title: Ours', becomes: [], faults: ['missing-key 1:1 '], left: both },
  {
    name: 'title without a value',
    line: 'title: Ours',
    becomes: 'title:',
    faults: ['wrong-type 2:7 title'],
    left: both,
  },
  { name: 'title is a number', line: 'title: Ours', becomes: 'title: 7', faults: ['wrong-type 2:8 title'], left: both },
  {
    name: 'key of the pack misspelt',
    line: 'incidents:',
    becomes: 'incident:',
    faults: ['missing-key 1:1 ', 'unknown-key 3:1 incident'],
    left: [],
  },
  {
    name: 'key nobody knows',
    line: 'title: Ours',
    becomes: ['title: Ours', 'zzz: 1'],
    faults: ['unknown-key 3:1 zzz'],
    left: both,
  },
  {
    name: 'the same key twice',
    line: 'title: Ours',
    becomes: ['title: Ours', 'title: Again'],
    faults: ['yaml 3:1 '],
    left: both,
  },
  {
    name: 'the same key twice in an incident',
    line: 'area: listen',
    becomes: ['area: listen', 'area: lookup'],
    faults: ['yaml 6:5 incidents[0]'],
    left: two,
  },
  {
    name: 'brackets left open',
    line: 'counters: [LINUX_MIB_LISTENDROPS]',
    becomes: 'counters: [LINUX_MIB_LISTENDROPS',
    faults: ['yaml 29:5 '],
    left: [],
  },
  { name: 'tab as indentation', line: 'area: listen', becomes: '\tarea: listen', faults: ['yaml 5:5 '], left: [] },
  {
    name: 'id with capitals',
    line: '- id: ours-one',
    becomes: '- id: Ours_One',
    faults: ['wrong-form 4:9 incidents[0].id'],
    left: two,
  },
  {
    name: 'id taken',
    line: '- id: ours-two',
    becomes: '- id: ours-one',
    faults: ['duplicate-id 40:9 incidents[1].id'],
    left: one,
  },
  {
    name: 'effect nobody knows',
    line: 'effect: drop',
    becomes: 'effect: drops',
    faults: ['unknown-word 6:13 incidents[0].effect'],
    left: two,
  },
  {
    name: 'English left out',
    line: 'title: { en: One, zh-cn: 一 }',
    becomes: 'title: { zh-cn: 一 }',
    faults: ['missing-key 7:12 incidents[0].title'],
    left: two,
  },
  {
    name: 'a third language',
    line: 'title: { en: One, zh-cn: 一 }',
    becomes: 'title: { en: One, de: Eins }',
    faults: ['unknown-key 7:23 incidents[0].title.de'],
    left: two,
  },
  {
    name: 'empty words',
    line: 'symptom: Nothing answers',
    becomes: "symptom: ' '",
    faults: ['empty 8:14 incidents[0].symptom'],
    left: two,
  },
  {
    name: 'symptom left out',
    line: 'symptom: Nothing answers',
    becomes: [],
    faults: ['missing-key 4:5 incidents[0]'],
    left: two,
  },
  {
    name: 'two faults in one incident, one in another',
    line: 'cause: A queue is full',
    becomes: ['cause: []', 'couse: x'],
    faults: ['wrong-type 9:12 incidents[0].cause', 'unknown-key 10:5 incidents[0].couse'],
    left: two,
  },
  {
    name: 'anchor id taken',
    line: '- id: drop',
    becomes: '- id: queue',
    faults: ['duplicate-id 17:13 incidents[0].anchors[1].id', 'unknown-anchor 23:38 incidents[0].status[0]'],
    left: two,
  },
  {
    name: 'role nobody knows',
    line: 'role: cause',
    becomes: 'role: because',
    faults: ['unknown-word 18:15 incidents[0].anchors[1].role'],
    left: two,
  },
  {
    name: 'files is text',
    line: 'files: [net/ipv4/*.c]',
    becomes: 'files: net/ipv4/tcp.c',
    faults: ['wrong-type 19:16 incidents[0].anchors[1].files'],
    left: two,
  },
  {
    name: 'no file at all',
    line: 'files: [net/ipv4/*.c]',
    becomes: 'files: []',
    faults: ['empty 19:16 incidents[0].anchors[1].files'],
    left: two,
  },
  {
    name: 'a file outside the tree',
    line: 'files: [net/ipv4/*.c]',
    becomes: 'files: [/etc/passwd, net/../../x]',
    faults: ['wrong-form 19:17 incidents[0].anchors[1].files[0]', 'wrong-form 19:30 incidents[0].anchors[1].files[1]'],
    left: two,
  },
  {
    name: 'a function that is none',
    line: 'functions: [tcp_conn_request]',
    becomes: 'functions: [tcp conn]',
    faults: ['wrong-form 15:21 incidents[0].anchors[0].functions[0]'],
    left: two,
  },
  {
    name: 'functons',
    line: 'functions: [tcp_conn_request]',
    becomes: 'functons: [tcp_conn_request]',
    faults: ['missing-key 12:9 incidents[0].anchors[0]', 'unknown-key 15:9 incidents[0].anchors[0].functons'],
    left: two,
  },
  {
    name: 'no shape',
    line: 'find: { label: drop }',
    becomes: 'find: { }',
    faults: ['missing-choice 21:15 incidents[0].anchors[1].find'],
    left: two,
  },
  {
    name: 'two shapes',
    line: 'find: { label: drop }',
    becomes: 'find: { label: drop, goto: drop }',
    faults: ['two-choices 21:15 incidents[0].anchors[1].find'],
    left: two,
  },
  {
    name: 'a shape misspelt',
    line: 'find: { label: drop }',
    becomes: 'find: { lable: drop }',
    faults: ['unknown-key 21:17 incidents[0].anchors[1].find'],
    left: two,
  },
  {
    name: 'a line number',
    line: 'find: { label: drop }',
    becomes: 'find: { line: 7027 }',
    faults: ['missing-choice 21:15 incidents[0].anchors[1].find'],
    left: two,
  },
  {
    name: 'arguments of a label',
    line: 'find: { label: drop }',
    becomes: 'find: { label: drop, arguments: [a] }',
    faults: ['unknown-key 21:30 incidents[0].anchors[1].find.arguments'],
    left: two,
  },
  {
    name: 'NULL without quotes',
    line: 'find: { label: drop }',
    becomes: 'find: { call: [f], arguments: [NULL] }',
    faults: ['wrong-type 21:40 incidents[0].anchors[1].find.arguments[0]'],
    left: two,
  },
  {
    name: '*saddr without quotes',
    line: 'find: { label: drop }',
    becomes: 'find: { code: *saddr }',
    faults: ['not-used 21:23 incidents[0].anchors[1].find.code'],
    left: two,
  },
  {
    name: 'an alias',
    line: 'find: { label: drop }',
    becomes: 'find: { label: &d drop, in: *d }',
    faults: ['not-used 21:37 incidents[0].anchors[1].find.in'],
    left: two,
  },
  {
    name: 'in what',
    line: 'find: { label: drop }',
    becomes: 'find: { label: drop, in: switch }',
    faults: ['unknown-word 21:34 incidents[0].anchors[1].find.in'],
    left: two,
  },
  {
    name: 'definition: false',
    line: 'find: { label: drop }',
    becomes: 'find: { definition: false }',
    faults: ['wrong-type 21:29 incidents[0].anchors[1].find.definition'],
    left: two,
  },
  {
    name: 'a rule without parts',
    line: '- when: { all: [queue], none: [drop] }',
    becomes: '- when: {}',
    faults: ['empty 23:15 incidents[0].status[0].when'],
    left: two,
  },
  {
    name: 'a rule of an anchor that is not',
    line: '- when: { all: [queue], none: [drop] }',
    becomes: '- when: { all: [quene], any: [zzz] }',
    faults: ['unknown-anchor 23:23 incidents[0].status[0]', 'unknown-anchor 23:37 incidents[0].status[0]'],
    left: two,
  },
  {
    name: 'a rule that hides others',
    line: '- when: { all: [queue], none: [drop] }',
    becomes: '- also: [queue]',
    faults: ['rule-hides-others 23:9 incidents[0].status[0]'],
    left: two,
  },
  {
    name: 'no rule that holds otherwise',
    line: '- status: absent',
    becomes: ['- when: { any: [drop] }', '  status: absent'],
    faults: ['last-rule-has-when 26:15 incidents[0].status[1]'],
    left: two,
  },
  {
    name: 'a status nobody knows',
    line: 'status: mitigated',
    becomes: 'status: migitated',
    faults: ['unknown-word 24:17 incidents[0].status[0].status'],
    left: two,
  },
  {
    name: 'a counter by its nstat name',
    line: 'counters: [LINUX_MIB_LISTENDROPS]',
    becomes: 'counters: [TcpExtListenDrops]',
    faults: ['wrong-form 28:16 incidents[0].counters[0]'],
    left: two,
  },
  {
    name: 'a sysctl with slashes',
    line: 'sysctls: [somaxconn]',
    becomes: 'sysctls: [/proc/sys/net/core/somaxconn]',
    faults: ['wrong-form 29:15 incidents[0].sysctls[0]'],
    left: two,
  },
  {
    name: 'a probe that catches what',
    line: '- catch: entry',
    becomes: '- catch: enter',
    faults: ['unknown-word 34:20 incidents[0].confirm.probe.events[0].catch'],
    left: two,
  },
  {
    name: 'a probe that catches nothing',
    line: '- catch: entry',
    becomes: '- caller: tcp_v4_rcv',
    faults: ['missing-key 34:13 incidents[0].confirm.probe.events[0]'],
    left: two,
  },
  {
    name: 'a predicate without a test',
    line: 'when: [{ of: sk, is: nonzero }]',
    becomes: 'when: [{ of: sk }]',
    faults: ['missing-choice 36:20 incidents[0].confirm.probe.events[0].when[0]'],
    left: two,
  },
  {
    name: 'a commit cut short',
    line: 'links: [{ commit: 4396e46187ca }]',
    becomes: 'links: [{ commit: 4396e4b }]',
    faults: ['wrong-form 39:23 incidents[0].links[0].commit'],
    left: two,
  },
  {
    name: 'a commit that YAML reads as a number',
    line: 'links: [{ commit: 4396e46187ca }]',
    becomes: 'links: [{ commit: 439604618712 }]',
    faults: ['wrong-type 39:23 incidents[0].links[0].commit'],
    left: two,
  },
  {
    name: 'an incident that is text',
    line: '- id: ours-one',
    becomes: ['- nothing', '- id: ours-one'],
    faults: ['wrong-type 4:5 incidents[0]'],
    left: both,
  },
  {
    name: 'windows line ends',
    line: 'effect: drop',
    becomes: 'effect: drops\r',
    faults: ['unknown-word 6:13 incidents[0].effect'],
    left: two,
  },
];

test('the pack that the cases change is without fault', () => {
  const { value, problems } = readPack(good);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    value?.incidents.map(({ id }) => id),
    both,
  );
});

for (const { name, line, becomes, faults, left = [] } of cases) {
  test(`fault: ${name}`, () => {
    const { value, problems } = readPack(changed(line, becomes));
    assert.deepEqual(
      problems.map((fault) => `${fault.kind} ${fault.line}:${fault.column} ${fault.path}`),
      faults,
    );
    assert.deepEqual(value?.incidents.map(({ id }) => id) ?? [], left);
    for (const problem of problems) assert.match(faultText(problem), /^[^{]{10,}/);
  });
}

const hopeless: readonly (readonly [string, string, string])[] = [
  ['nothing at all', '', 'wrong-type 1:1'],
  ['a list', '- a', 'wrong-type 1:1'],
  ['two documents', 'format: 1\n---\nformat: 1\n', 'yaml 2:1'],
  ['a million laughs', `b0: &b0 [x]\n${laughs(30)}`, 'missing-key 1:1'],
  ['bytes that are no text', '\u0000\u0001\uFFFD', 'wrong-type 1:1'],
];

for (const [name, text, first] of hopeless) {
  test(`no pack: ${name}`, () => {
    const { value, problems } = readPack(text);
    assert.equal(value, undefined);
    const [problem] = problems;
    assert.equal(problem && `${problem.kind} ${problem.line}:${problem.column}`, first);
  });
}

test('brackets inside brackets without end are a fault, not a crash', () => {
  const { value, problems } = readPack('['.repeat(50_000));
  assert.equal(value, undefined);
  assert.ok(problems.some(({ kind }) => kind === 'yaml'));
});

test('whatever is cut out of or put into a pack, faults lie inside it and what is left has none', () => {
  const pieces = fc.constantFrom(
    '',
    '*',
    '&a',
    ':',
    '- ',
    '\t',
    '\n',
    '"',
    '[',
    '}',
    '|',
    '!!int',
    '? ',
    '<<: *a',
    '#',
    '\u{1F600}',
    'null',
  );
  fc.assert(
    fc.property(fc.nat(good.length), fc.nat(60), pieces, (at, cut, piece) => {
      const text = good.slice(0, at) + piece + good.slice(at + cut);
      const { value, problems } = readPack(text);
      const lines = text.split('\n');
      for (const { line, column } of problems) {
        assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? -1) + 1, `${line}:${column}`);
      }
      if (problems.length === 0) assert.ok(value);
      for (const incident of value?.incidents ?? []) {
        const alone = { format: 1, title: 'Alone', incidents: [incident] };
        assert.deepEqual(readPack(JSON.stringify(alone)), { value: alone, problems: [] });
      }
    }),
    { numRuns: 100 },
  );
});

test('a misspelt word comes with the word that was meant', () => {
  const meantIn = (line: string, becomes: string): string | undefined =>
    readPack(changed(line, becomes))
      .problems.map((fault) => ('meant' in fault ? fault.meant : undefined))
      .find((word) => word !== undefined);
  assert.equal(meantIn('effect: drop', 'effekt: drop'), 'effect');
  assert.equal(meantIn('role: cause', 'role: casue'), 'cause');
  assert.equal(meantIn('find: { label: drop }', 'find: { conditoin: [x] }'), 'condition');
  assert.equal(meantIn('- when: { all: [queue], none: [drop] }', '- when: { all: [qeue] }'), 'queue');
  assert.equal(meantIn('effect: drop', 'xyzzy: drop'), undefined);
});

function changed(line: string, becomes: string | readonly string[]): string {
  const lines = good.split('\n');
  const at = lines.findIndex((candidate) => candidate.trimStart() === line);
  const old = lines[at];
  assert.ok(old !== undefined, line);
  const indent = old.slice(0, old.length - line.length);
  lines.splice(at, 1, ...[becomes].flat().map((text) => indent + text));
  return lines.join('\n');
}

/** Each line holds the one before twice. */
function laughs(times: number): string {
  return Array.from({ length: times }, (_, index) => `b${index + 1}: &b${index + 1} [*b${index}, *b${index}]`).join(
    '\n',
  );
}
