import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Site } from '../../src/core/model.ts';
import { grouped, sitesInFiles } from '../../src/core/report/count-text.ts';
import { type Grouping, groupSites, sitesByFile } from '../../src/core/report/group-sites.ts';

const site = (id: string, more: Partial<Site>): Site => ({
  id,
  kind: 'drop',
  file: 'net/a.c',
  line: 1,
  column: 1,
  function: id.slice(0, id.indexOf('/')),
  why: '',
  reasons: [],
  rstReasons: [],
  counters: [],
  sysctls: [],
  incidents: [],
  paths: 1,
  ...more,
});
const counter = (nstat: string): Site['counters'][number] => ({ mib: nstat, nstat, line: 1 });

const sites: readonly Site[] = [
  site('rcv/one/1', { kind: 'count', counters: [counter('TcpInErrs'), counter('TcpInErrs')] }),
  site('rcv/two/1', { reasons: ['SKB_DROP_REASON_A', 'SKB_DROP_REASON_B'], counters: [counter('TcpInErrs')] }),
  site('rcv/three/1', { kind: 'reset', reasons: ['SKB_DROP_REASON_B'], rstReasons: ['SK_RST_REASON_A'] }),
  site('rcv/four/1', { file: 'net/b.c', counters: [counter('IpInDiscards')] }),
];

/** Each group with its label and its sites' second names. */
const cases: readonly (readonly [Grouping, readonly string[]])[] = [
  ['kind', ['RST sent: three', 'Dropped: two four', 'Only counted: one']],
  ['reason', ['B: two three', 'A: two', 'A (RST): three', 'no reason given: one four']],
  ['counter', ['TcpInErrs: one two', 'IpInDiscards: four', 'not counted: three']],
  ['function', ['rcv: one two three', 'rcv: four']],
];

for (const [by, expected] of cases)
  test(`sites by ${by}`, () => {
    const groups = groupSites(sites, by);
    const lines = groups.map((group) => `${group.label}: ${group.sites.map(({ id }) => id.split('/')[1]).join(' ')}`);
    assert.deepEqual(lines, expected);
    assert.equal(new Set(groups.map(({ key }) => key)).size, groups.length);
  });

test('sites by file keep their order', () => {
  const files = [...sitesByFile(sites)].map(([file, members]) => `${file} ${members.length}`);
  assert.deepEqual(files, ['net/a.c 3', 'net/b.c 1']);
});

test('counts are said as people say them', () => {
  assert.deepEqual([1, 999, 2526, 1234567].map(grouped), ['1', '999', '2,526', '1,234,567']);
  assert.equal(sitesInFiles(1, 1), '1 site in 1 file');
  assert.equal(sitesInFiles(2526, 398), '2,526 sites in 398 files');
});
