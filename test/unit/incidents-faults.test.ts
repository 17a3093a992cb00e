import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { faultText } from '../../src/core/incidents/fault-text.ts';
import { readPack } from '../../src/core/incidents/read-pack.ts';

const folder = path.join(process.cwd(), 'test/fixtures/packs');
const good = readFileSync(path.join(folder, 'good.yaml'), 'utf8');
const cases = readCases(readFileSync(path.join(folder, 'faults.txt'), 'utf8'));

test('the pack that the cases change is without fault', () => {
  const { value, problems } = readPack(good);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    value?.incidents.map(({ id }) => id),
    ['ours-one', 'ours-two'],
  );
  assert.ok(cases.length >= 50);
});

for (const { name, line, becomes, faults, left } of cases) {
  test(`fault: ${name}`, () => {
    const { value, problems } = readPack(changed(line, becomes));
    assert.deepEqual(
      problems.map((fault) => `${fault.kind} ${fault.line}:${fault.column} ${fault.path}`.trimEnd()),
      faults,
    );
    assert.deepEqual(value?.incidents.map(({ id }) => id) ?? [], left);
    for (const problem of problems) assert.match(faultText(problem), /^[^{]{10,}/);
  });
}

const hopeless: readonly (readonly [string, string, string])[] = [
  ['nothing at all', '', 'wrong-type 1:1'],
  ['a list', '- a', 'wrong-type 1:1'],
  ['two documents', 'format: 1\n---\nformat: 1\n', 'missing-key 1:1'],
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
  assert.deepEqual(
    problems.map(({ kind }) => kind),
    ['too-deep'],
  );
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
    readPack(changed(line, [becomes]))
      .problems.map((fault) => ('meant' in fault ? fault.meant : undefined))
      .find((word) => word !== undefined);
  assert.equal(meantIn('effect: drop', 'effekt: drop'), 'effect');
  assert.equal(meantIn('role: cause', 'role: casue'), 'cause');
  assert.equal(meantIn('find: { label: drop }', 'find: { conditoin: [x] }'), 'condition');
  assert.equal(meantIn('- when: { all: [queue], none: [drop] }', '- when: { all: [qeue] }'), 'queue');
  assert.equal(meantIn('effect: drop', 'xyzzy: drop'), undefined);
});

interface Case {
  readonly name: string;
  readonly line: string;
  readonly becomes: readonly string[];
  readonly faults: readonly string[];
  readonly left: readonly string[];
}

/** The form is told at the head of faults.txt. */
function readCases(text: string): readonly Case[] {
  const [, ...blocks] = text.trimEnd().split('\n\n');
  return blocks.map((block) => {
    const lines = block.split('\n');
    const behind = (mark: string): readonly string[] =>
      lines
        .filter((line) => line.startsWith(mark))
        .map((line) => line.slice(2).replace('\\t', '\t').replace('\\r', '\r'));
    return {
      name: behind('#').join(),
      line: behind('-').join(),
      becomes: behind('+'),
      faults: behind('!'),
      left: behind('=').join().split(' ').filter(Boolean),
    };
  });
}

function changed(line: string, becomes: readonly string[]): string {
  const lines = good.split('\n');
  const at = lines.findIndex((candidate) => candidate.trimStart() === line);
  const old = lines[at];
  assert.ok(old !== undefined, line);
  const indent = old.slice(0, old.length - line.length);
  lines.splice(at, 1, ...becomes.map((text) => indent + text));
  return lines.join('\n');
}

/** Each line holds the one before twice. */
function laughs(times: number): string {
  return Array.from({ length: times }, (_, index) => `b${index + 1}: &b${index + 1} [*b${index}, *b${index}]`).join(
    '\n',
  );
}
