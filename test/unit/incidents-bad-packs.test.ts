import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { faultText } from '../../src/core/incidents/fault-text.ts';
import { readPack } from '../../src/core/incidents/read-pack.ts';

/** Each bad pack with what `expected.txt` says of it: line:column and kind of each fault, and which incidents are left. */
const folder = path.join(process.cwd(), 'test/fixtures/packs-bad');
const expected = readExpected(readFileSync(path.join(folder, 'expected.txt'), 'utf8'));
const around = { taken: new Map<string, string>(), known: ['tcp-no-socket-rst'] };

test('every bad pack is expected, and there are enough of them', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  assert.deepEqual([...expected.keys()].toSorted(), files.toSorted());
  assert.ok(files.length >= 40);
});

for (const [file, { faults, left }] of expected) {
  test(`bad pack: ${file}`, () => {
    const { value, problems } = readPack(readFileSync(path.join(folder, file), 'utf8'), around);
    assert.deepEqual(
      problems.map(({ line, column, kind }) => `${line}:${column} ${kind}`),
      faults,
    );
    assert.deepEqual(value?.incidents.map(({ id }) => id) ?? [], left);
    for (const problem of problems) assert.doesNotMatch(faultText(problem), /^.{0,9}$|\{\d\}/);
  });
}

interface Expected {
  readonly faults: readonly string[];
  readonly left: readonly string[];
}

/** A file's name at the margin, its faults below it, and behind "=" the incidents that still work. */
function readExpected(text: string): ReadonlyMap<string, Expected> {
  const blocks = text.trim().split('\n\n');
  return new Map(
    blocks.map((block) => {
      const [file = '', ...lines] = block.split('\n').map((line) => line.trim());
      const left = lines.find((line) => line.startsWith('=')) ?? '';
      return [
        file,
        { faults: lines.filter((line) => !line.startsWith('=')), left: left.split(' ').slice(1).filter(Boolean) },
      ];
    }),
  );
}
