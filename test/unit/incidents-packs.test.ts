import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readPack } from '../../src/core/incidents/read-pack.ts';
import type { Words } from '../../src/core/incidents/words.ts';
import { builtInPacks } from '../../src/packs/index.ts';

const folder = path.join(process.cwd(), 'src/packs');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const incidents = builtInPacks().flatMap((pack) => pack.incidents);

test('every built-in pack is without fault, and what is bundled is what was read', () => {
  const read = files.map((file) => {
    const { value, problems } = readPack(readFileSync(path.join(folder, file), 'utf8'));
    assert.deepEqual(problems, [], file);
    return value;
  });
  const byTitle = (a: unknown, b: unknown): number => JSON.stringify(a).localeCompare(JSON.stringify(b));
  assert.deepEqual(read.toSorted(byTitle), builtInPacks().toSorted(byTitle));
});

test('incident ids are unique over all packs, and related incidents exist', () => {
  const ids = incidents.map(({ id }) => id);
  assert.deepEqual(ids.toSorted(), [...new Set(ids)].sort());
  for (const { id, related = [] } of incidents) {
    for (const other of related) assert.ok(ids.includes(other) && other !== id, `${id}: related ${other}`);
  }
});

test('all that people read is there in English and Chinese', () => {
  for (const incident of incidents) {
    const { title, symptom, cause, remedy, confirm, status } = incident;
    for (const words of [title, symptom, cause, remedy, confirm.text, ...status.map(({ why }) => why)]) {
      assert.match(chinese(words), /\p{Script=Han}/u, incident.id);
      assert.doesNotMatch(
        chinese(words),
        /[\p{Script=Han}，。；：、（）] [\p{Script=Han}，。；：、（）]/u,
        incident.id,
      );
    }
  }
});

test('anchors speak of structure: no line, enum number or version', () => {
  for (const { id, anchors } of incidents) {
    for (const { find } of anchors) assert.doesNotMatch(JSON.stringify(find), /\b\d+\b/, id);
  }
});

test('every incident has a place in the source to stand at', () => {
  for (const { id, anchors } of incidents) {
    assert.ok(
      anchors.some(({ role }) => role === 'where'),
      `${id}: nowhere to stand`,
    );
  }
});

const chinese = (words: Words): string => (typeof words === 'string' ? '' : (words['zh-cn'] ?? ''));
