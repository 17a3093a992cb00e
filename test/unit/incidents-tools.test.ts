import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Assessment } from '../../src/core/incidents/assess.ts';
import type { Incident } from '../../src/core/incidents/pack.ts';
import { completePack } from '../../src/core/incidents/complete-pack.ts';
import { packJsonSchema } from '../../src/core/incidents/json-schema.ts';
import { packSchema } from '../../src/core/incidents/pack-schema.ts';
import { keepAssessments } from '../../src/host/assessment-cache.ts';
import { openFactCache } from '../../src/host/fact-cache.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { readPack } from '../../src/core/incidents/read-pack.ts';
import { builtInIds, checkPacks, readUserPacks } from '../../src/host/user-packs.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-packs-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const good = path.join(process.cwd(), 'test/fixtures/packs/good.yaml');

test('the packs of a folder and those named are read once each, beside the built-in ones', () => {
  const packs = path.join(folder, 'packs');
  mkdirSync(packs);
  cpSync(good, path.join(packs, 'a.yaml'));
  cpSync(good, path.join(packs, 'b.yml'));
  writeFileSync(path.join(packs, 'readme.txt'), 'no pack');
  const { packs: read, faults, files, missing } = readUserPacks([packs, path.join(packs, 'a.yaml'), '/nowhere']);
  assert.deepEqual(files, [path.join(packs, 'a.yaml'), path.join(packs, 'b.yml')]);
  assert.deepEqual(missing, ['/nowhere']);
  assert.deepEqual(
    read.map(({ incidents }) => incidents.map(({ id }) => id)),
    [['ours-one', 'ours-two'], []],
  );
  assert.deepEqual(
    faults.map(({ file, fault }) => `${path.basename(file)} ${fault.kind} ${fault.line}`),
    ['b.yml id-of-other-pack 4', 'b.yml id-of-other-pack 40'],
  );
});

test('a built-in pack may be checked, and an incident of one may not be replaced', () => {
  const own = path.join(process.cwd(), 'src/packs/lookup.yaml');
  const kinds = (found: ReturnType<typeof checkPacks>): readonly string[] =>
    found.faults.map(({ fault }) => fault.kind);
  assert.ok(!kinds(checkPacks([own])).includes('id-of-other-pack'));
  assert.ok(kinds(readUserPacks([own])).includes('id-of-other-pack'));
});

test('assessments are kept by the content of what they were read from', async () => {
  const root = path.join(folder, 'tree');
  mkdirSync(path.join(root, 'net'), { recursive: true });
  const file = path.join(root, 'net/a.c');
  writeFileSync(file, 'int a;\n');
  const cache = openFactCache({ folder: path.join(folder, 'cache'), root, build: '1' });
  const open = (): ReturnType<typeof keepAssessments> =>
    keepAssessments(root, treeFilesOnDisk(root), { language: 'en', cache });
  const incident = { id: 'one', title: 'One' } as Incident;
  const assessment = { id: 'one', status: 'present' } as Assessment;
  const first = open();
  first.put(incident, assessment, {
    files: new Set(['net/a.c', 'net/gone.c']),
    globs: new Map([['net/*.c', ['net/a.c']]]),
  });
  first.save();
  assert.deepEqual(await open().get(incident), assessment);
  assert.equal(await open().get({ ...incident, area: 'changed' }), undefined);
  utimesSync(file, new Date(), new Date(1));
  assert.deepEqual(await open().get(incident), assessment, 'touched, not changed');
  writeFileSync(path.join(root, 'net/b.c'), 'int b;\n');
  assert.equal(await open().get(incident), undefined, 'the glob names another file');
  rmSync(path.join(root, 'net/b.c'));
  assert.deepEqual(await open().get(incident), assessment);
  writeFileSync(path.join(root, 'net/gone.c'), 'int c;\n');
  assert.equal(await open().get(incident), undefined, 'a file that was missed is there now');
  rmSync(path.join(root, 'net/gone.c'));
  writeFileSync(file, 'int b;\n');
  assert.equal(await open().get(incident), undefined, 'changed');
});

const start = 'format: 1\ntitle: T\nincidents:\n';
/** `|` is the cursor; the labels that must be among those offered, and those that must not. */
const completions: readonly (readonly [text: string, offered: string, not: string])[] = [
  ['format: 1\n|', 'title incidents', 'format'],
  [`${start}  - |`, 'id area effect anchors', 'events'],
  [`${start}  - id: one\n    |`, 'area effect', 'id'],
  [`${start}  - id: one\n    effect: |`, 'rst drop stall error', 'id'],
  [`${start}  - id: one\n    effect: dr|`, 'drop', 'id'],
  [`${start}  - id: one\n    title: { | }`, 'en zh-cn', 'id'],
  [`${start}  - id: one\n    anchors:\n      - id: a\n        ro|`, 'role files functions find', 'id'],
  [`${start}  - id: one\n    anchors:\n      - id: a\n        find: { | }`, 'label call condition', 'role'],
  [`${start}  - id: one\n    anchors:\n      - id: a\n        find: { call: [f], | }`, 'arguments under in', 'label'],
  [`${start}  - id: one\n    anchors: [{ id: first }]\n    status:\n      - when: { all: [|] }`, 'first', 'label'],
  [`${start}  - id: one\n    related: [|]`, 'tcp-no-socket-rst', 'first'],
  [
    `${start}  - id: one\n    confirm:\n      probe:\n        events:\n          - catch: |`,
    'entry return tracepoint',
    'id',
  ],
];

for (const [text, offered, not] of completions)
  test(`completed: ${text.slice(text.lastIndexOf('\n') + 1).trim()}`, () => {
    const found = completePack(text.replace('|', ''), text.indexOf('|'), ['tcp-no-socket-rst']);
    const labels = found.map(({ label }) => label);
    for (const label of offered.split(' ')) assert.ok(labels.includes(label), `${label} in ${labels.join(' ')}`);
    assert.ok(!labels.includes(not), `${not} in ${labels.join(' ')}`);
  });

test('the JSON Schema has each key of the format with what it means, and refuses others', () => {
  const schema = packJsonSchema() as { properties: Record<string, unknown>; additionalProperties: boolean };
  assert.deepEqual(Object.keys(schema.properties), Object.keys(packSchema.keys));
  assert.equal(schema.additionalProperties, false);
  const text = JSON.stringify(schema);
  for (const word of ['"oneOf"', 'zh-cn', '"enum":["rst","drop","stall","error"]'])
    assert.ok(text.includes(word), word);
});

test('the example of docs/packs.md is without fault', () => {
  const page = readFileSync(path.join(process.cwd(), 'docs/packs.md'), 'utf8');
  const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
  const { value, problems } = readPack(example, { taken: new Map(), known: builtInIds() });
  assert.deepEqual(problems, []);
  assert.equal(value?.incidents.length, 1);
});
