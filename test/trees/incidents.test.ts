import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { assess, type Assessment } from '../../src/core/incidents/assess.ts';
import type { Incident } from '../../src/core/incidents/pack.ts';
import { countersOf, sysctlsOf } from '../../src/core/report/explain-knowledge.ts';
import { readKnowledge, type TreeKnowledge } from '../../src/core/tree/knowledge.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { builtInPacks } from '../../src/packs/index.ts';
import { treeFacts } from '../lab/facts-source.ts';
import {
  linesInFunction,
  readIncidentTables,
  writeIncidentTable,
  type AnchorRow,
  type Expectation,
  type Expectations,
} from '../lab/incident-tables.ts';
import { treeNames, treePath, type TreeName } from '../lab/trees.ts';

const incidents = builtInPacks().flatMap((pack) => pack.incidents);

const updates = process.env['UPDATE_GOLDENS'] === '1';
if (updates) test('the tables are written anew', writeTables);
const expected: Expectations = updates ? new Map() : readIncidentTables();

for (const name of treeNames) {
  const opened = openTree(name);
  for (const incident of incidents) {
    const wanted = expected.get(incident.id)?.[name];
    if (!wanted) continue;
    test(`${name}: ${incident.id} is ${wanted.status}`, { skip: opened ? false : `no tree ${name}` }, async () => {
      assert.ok(opened);
      const found = await assess(incident, opened.source);
      assert.equal(found.uncertain, undefined, found.why);
      assert.equal(found.status, wanted.status);
      assert.equal(found.rule, wanted.rule, found.why);
      const places = Object.fromEntries(incident.anchors.map(({ id }) => [id, firstPlace(found, id)]));
      const looked = Object.entries(wanted.anchors).map(([id, row]) => [id, lookUp(opened.tree, row)]);
      assert.deepEqual(places, Object.fromEntries(looked));
      assert.deepEqual(
        found.evidence.map(({ file, line, function: where }) => ({ file, line, function: where })),
        wanted.shown.map((id) => places[id]),
      );
      const { counters, sysctls, reasons } = wanted;
      assert.deepEqual(namesOf(incident, await opened.knowledge()), { counters, sysctls, reasons });
    });
  }
}

test(
  'every built-in incident has a table for every tree, and no table is without an incident',
  { skip: updates },
  () => {
    const told = [...expected].flatMap(([id, trees]) => Object.keys(trees).map((tree) => `${id} ${tree}`));
    const wanted = incidents.flatMap(({ id }) => treeNames.map((tree) => `${id} ${tree}`));
    assert.deepEqual(told.toSorted(), wanted.toSorted());
  },
);

test(
  'every anchor of a built-in incident is found in a tree, or a shape of trees that are not here',
  { skip: updates },
  () => {
    const found = new Set(
      [...expected].flatMap(([id, trees]) =>
        Object.values(trees).flatMap(({ anchors }) =>
          Object.entries(anchors).flatMap(([anchor, row]) => (row === 'absent' ? [] : [`${id} ${anchor}`])),
        ),
      ),
    );
    const never = incidents.flatMap(({ id, anchors }) =>
      anchors.map((anchor) => `${id} ${anchor.id}`).filter((anchor) => !found.has(anchor)),
    );
    assert.deepEqual(never.toSorted(), olderShapes);
  },
);

/** Anchors that only older or patched trees have; fixtures in test/fixtures/incidents have them all. */
const olderShapes: readonly string[] = [
  'ip6-route-cache-limit limit',
  'ip6-route-cache-limit refuse',
  'ipvs-conn-reuse-delay any-conntrack',
  'ipvs-dest-dst-garbage-saddr cleared',
  'ipvs-dest-dst-garbage-saddr garbage-source',
  'ipvs-dest-dst-garbage-saddr zero-flag',
  'reuseport-phash-unstable-rst chain-draw',
  'tcp-tw-recycle-paws-passive peer-proven',
  'tcp-tw-recycle-paws-passive rejected',
  'tcp-tw-recycle-paws-passive rejected-v6',
  'tcp-tw-recycle-paws-passive strict-route',
  'tcp-tw-recycle-paws-passive tw-recycle',
];

interface OpenTree {
  readonly tree: string;
  readonly source: ReturnType<typeof treeFacts>;
  readonly knowledge: () => Promise<TreeKnowledge>;
}

function openTree(name: TreeName): OpenTree | undefined {
  const tree = treePath(name);
  if (tree === undefined) return undefined;
  let reading: Promise<TreeKnowledge> | undefined;
  const read = async (): Promise<TreeKnowledge> => (await readKnowledge(treeFilesOnDisk(tree))).value;
  return { tree, source: treeFacts(tree, incidents), knowledge: () => (reading ??= read()) };
}

interface Line {
  readonly file: string;
  readonly line: number;
  readonly function: string;
}

function firstPlace(found: Assessment, id: string): Line | 'absent' {
  const place = found.anchors.find((anchor) => anchor.id === id);
  return place ? { file: place.file, line: place.line, function: place.function } : 'absent';
}

function lookUp(tree: string, row: AnchorRow | 'absent'): Line | 'absent' {
  if (row === 'absent') return row;
  const source = readFileSync(path.join(tree, row.file), 'utf8');
  const line = linesInFunction(source, row.function, row.text)[row.nth - 1];
  assert.ok(line !== undefined, `${row.file}: ${row.function} has no line ${row.text}`);
  return { file: row.file, line, function: row.function };
}

type Names = Pick<Expectation, 'counters' | 'sysctls' | 'reasons'>;

function namesOf(incident: Incident, knowledge: TreeKnowledge): Names {
  const { counters = [], sysctls = [], reasons = [], rstReasons = [] } = incident;
  return {
    counters: countersOf(counters, knowledge).map(({ nstat }) => nstat),
    sysctls: sysctlsOf(sysctls, knowledge).map(({ name }) => name),
    reasons: [
      ...reasons.filter((name) => knowledge.dropReasons.has(name)),
      ...rstReasons.filter((name) => knowledge.rstReasons.has(name)),
    ],
  };
}

async function writeTables(): Promise<void> {
  const areas = new Map<string, Map<string, Partial<Record<TreeName, Expectation>>>>();
  for (const name of treeNames) {
    const opened = openTree(name);
    assert.ok(opened, `no tree ${name}`);
    const knowledge = await opened.knowledge();
    for (const incident of incidents) {
      const area = areas.get(incident.area) ?? new Map<string, Partial<Record<TreeName, Expectation>>>();
      areas.set(incident.area, area);
      const found = await assess(incident, opened.source);
      area.set(incident.id, {
        ...area.get(incident.id),
        [name]: expectationOf(incident, found, opened.tree, knowledge),
      });
    }
  }
  for (const [area, table] of areas) writeIncidentTable(area, table);
}

function expectationOf(incident: Incident, found: Assessment, tree: string, knowledge: TreeKnowledge): Expectation {
  const anchors = incident.anchors.map(({ id }) => [id, rowOf(tree, firstPlace(found, id))] as const);
  const { when, also = [] } = incident.status[found.rule] ?? {};
  const shown = [...new Set([...(when?.all ?? []), ...(when?.any ?? []), ...also])].filter((id) =>
    found.anchors.some((anchor) => anchor.id === id),
  );
  return {
    status: found.status,
    rule: found.rule,
    shown,
    anchors: Object.fromEntries(anchors),
    ...namesOf(incident, knowledge),
  };
}

function rowOf(tree: string, place: Line | 'absent'): AnchorRow | 'absent' {
  if (place === 'absent') return place;
  const source = readFileSync(path.join(tree, place.file), 'utf8');
  const text = source.split('\n')[place.line - 1]?.trim() ?? '';
  const nth = linesInFunction(source, place.function, text).indexOf(place.line) + 1;
  return { file: place.file, function: place.function, nth, text };
}
