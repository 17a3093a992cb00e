import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { assess } from '../../src/core/incidents/assess.ts';
import type { Incident } from '../../src/core/incidents/pack.ts';
import { builtInPacks } from '../../src/packs/index.ts';
import { memoryFacts } from '../lab/facts-source.ts';
import { readIncidentTables } from '../lab/incident-tables.ts';

const incidents = builtInPacks().flatMap((pack) => pack.incidents);
const folder = path.join(process.cwd(), 'test/fixtures/incidents');
const fixtures = readdirSync(folder).map((name) => readFixture(name, readFileSync(path.join(folder, name), 'utf8')));
const reached = new Set<string>();

for (const fixture of fixtures) {
  test(`${fixture.name}: status and evidence of every incident it speaks of`, async () => {
    for (const { id, status, rule } of fixture.expectations) {
      const incident = incidentOf(id);
      const found = await assess(incident, memoryFacts(fixture.files));
      assert.equal(found.status, status, id);
      if (rule !== undefined) assert.equal(found.rule, rule, `${id}: ${found.why}`);
      assert.equal(found.uncertain, undefined, id);
      assert.deepEqual(
        found.evidence.map(({ file, line }) => `${file}:${line}`).toSorted(),
        fixture.marks
          .filter(({ anchor }) => has(incident, anchor))
          .map(({ place }) => place)
          .sort(),
        id,
      );
      reached.add(`${id} rule ${found.rule}`);
    }
  });
}

test('in a tree without its files every incident is absent, by its last rule', async () => {
  for (const incident of incidents) {
    const found = await assess(incident, memoryFacts({}));
    assert.equal(found.status, 'absent', incident.id);
    assert.equal(found.rule, incident.status.length - 1, incident.id);
    reached.add(`${incident.id} rule ${found.rule}`);
  }
});

test('every status rule of every built-in incident is reached by a fixture or by a tree', () => {
  const inTrees = [...readIncidentTables()].flatMap(([id, trees]) =>
    Object.values(trees).map(({ rule }) => `${id} rule ${rule}`),
  );
  const rules = incidents.flatMap(({ id, status }) => status.map((_, index) => `${id} rule ${index}`));
  assert.deepEqual(
    rules.filter((rule) => !reached.has(rule) && !inTrees.includes(rule)),
    [],
  );
});

interface Fixture {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expectations: readonly { readonly id: string; readonly status: string; readonly rule?: number }[];
  /** `//= anchor` behind a line: the evidence for that anchor is there. */
  readonly marks: readonly { readonly anchor: string; readonly place: string }[];
}

/** `//! expect ID STATUS[, rule N]` lines, then the files, each behind a line `//! file PATH`. */
function readFixture(name: string, text: string): Fixture {
  const [head = '', ...parts] = text.split('//! file ');
  const files = parts.map((part) => {
    const end = part.indexOf('\n');
    return [part.slice(0, end), part.slice(end + 1)] as const;
  });
  return {
    name,
    files: Object.fromEntries(files),
    expectations: [...head.matchAll(/^\/\/! expect (\S+) ([a-z]+)(?:, rule (\d+))?$/gm)].map(
      ([, id = '', status = '', rule]) => ({ id, status, ...(rule === undefined ? {} : { rule: Number(rule) }) }),
    ),
    marks: files.flatMap(([file, body]) =>
      body.split('\n').flatMap((line, index) => {
        const [, anchor] = line.split('//= ');
        return anchor === undefined ? [] : [{ anchor, place: `${file}:${index + 1}` }];
      }),
    ),
  };
}

function incidentOf(id: string): Incident {
  const incident = incidents.find((candidate) => candidate.id === id);
  assert.ok(incident, id);
  return incident;
}

const has = ({ anchors }: Incident, id: string): boolean => anchors.some((anchor) => anchor.id === id);
