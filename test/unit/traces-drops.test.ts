/** Drops and RSTs that tools report, at the sites of the tree; symbols that contradict a stack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decoded, Drop, Site } from '../../src/core/model.ts';
import { decodedText } from '../../src/core/report/decoded-text.ts';
import { decode } from '../../src/core/traces/decode.ts';
import { joinSites } from '../../src/core/traces/join-sites.ts';

const site = (id: string, line: number, more: Partial<Site>): Site => ({
  id,
  kind: 'drop',
  file: 'net/lab.c',
  line,
  column: 1,
  function: id.split('/')[0] ?? '',
  why: 'call',
  reasons: [],
  rstReasons: [],
  counters: [],
  sysctls: [],
  incidents: [],
  paths: 1,
  ...more,
});

const sites: readonly Site[] = [
  site('lab_rcv/drop/1', 10, {
    reasons: ['SKB_DROP_REASON_NO_SOCKET', 'SKB_DROP_REASON_PKT_TOO_SMALL'],
    incidents: ['lab-lost'],
  }),
  site('lab_rcv/csum/1', 20, { reasons: ['SKB_DROP_REASON_TCP_CSUM', 'SKB_DROP_REASON_PKT_TOO_SMALL'] }),
  site('lab_rcv/reset/1', 30, { kind: 'reset', rstReasons: ['SK_RST_REASON_NO_SOCKET'], incidents: ['lab-reset'] }),
  site('lab_other/drop/1', 40, { reasons: ['SKB_DROP_REASON_NO_SOCKET'] }),
];
const tree = {
  sitesIn: async (file: string): Promise<readonly Site[]> => (file === 'net/lab.c' ? sites : []),
  reasonName: (number: number): string | undefined => (number === 3 ? 'SKB_DROP_REASON_TCP_CSUM' : undefined),
};

const inFunction = {
  function: 'lab_rcv.isra.0',
  certainty: 'definition',
  locations: [{ function: 'lab_rcv', file: 'net/lab.c', line: 5, inlined: false }],
} as const;

async function joined(drop: Omit<Drop, 'line'>): Promise<readonly unknown[]> {
  const empty = {
    format: 'none',
    build: { verdict: 'unproven', why: '', sizesMatching: 0, sizesCompared: 0 },
  } as const;
  const decoded: Decoded = { ...empty, sections: [], drops: [{ line: 1, ...drop }], incidents: [], problems: [] };
  const { drops, incidents } = await joinSites(decoded, tree);
  return [drops[0]?.site ?? drops[0]?.candidates, incidents];
}

test('function and reason name one site, several, or none', async () => {
  assert.deepEqual(await joined({ ...inFunction, reason: 'NO_SOCKET' }), ['lab_rcv/drop/1', ['lab-lost']]);
  assert.deepEqual(await joined({ ...inFunction, reason: 'SKB_DROP_REASON_TCP_CSUM' }), ['lab_rcv/csum/1', []]);
  assert.deepEqual(await joined({ ...inFunction, reasonNumber: 3 }), ['lab_rcv/csum/1', []]);
  assert.deepEqual(await joined({ ...inFunction, reason: 'PKT_TOO_SMALL' }), [
    ['lab_rcv/drop/1', 'lab_rcv/csum/1'],
    [],
  ]);
  assert.deepEqual(await joined({ ...inFunction, reason: 'UNHEARD_OF' }), [undefined, []]);
  assert.deepEqual(await joined({ ...inFunction, kind: 'reset', reason: 'NO_SOCKET' }), [
    'lab_rcv/reset/1',
    ['lab-reset'],
  ]);
  assert.deepEqual(await joined({ reason: 'NO_SOCKET' }), [undefined, []]);
});

test('a proven line decides, whatever the reason is', async () => {
  const at = (line: number): Omit<Drop, 'line'> => ({
    ...inFunction,
    certainty: 'exact',
    locations: [{ function: 'lab_rcv', file: 'net/lab.c', line, inlined: false }],
    reason: 'PKT_TOO_SMALL',
  });
  assert.deepEqual(await joined(at(20)), ['lab_rcv/csum/1', []]);
  assert.deepEqual(await joined(at(21)), [['lab_rcv/drop/1', 'lab_rcv/csum/1'], []]);
});

test('drops of a text get the place of their function, each place looked up once', async () => {
  const line = 'kfree_skb: skbaddr=00000000aa protocol=2048 location=lab_rcv+0x81/0xee0 reason: NO_SOCKET';
  const asked: string[][] = [];
  const { value } = await decode(`  <idle>-0 [001] ..s1. 5.1: ${line}\n  <idle>-0 [001] ..s1. 5.2: ${line}\n`, {
    definitions: async (names) => {
      asked.push([...names]);
      return new Map([['lab_rcv', [{ file: 'net/lab.c', line: 5 }]]]);
    },
  });
  assert.deepEqual(asked, [['lab_rcv']]);
  const text = decodedText(await joinSites(value, tree));
  assert.ok(
    text.includes(
      '\n  drop  lab_rcv+0x81  NO_SOCKET  net/lab.c:5 (the function, not the line)  site lab_rcv/drop/1  x2\n',
    ),
    text,
  );
  assert.ok(text.endsWith('incidents: lab-lost'), text);
});

test('a symbol that was typed with a wrong digit is told of; other calls of the function are not', async () => {
  const stack = ['lab_send+0x10/0x80', 'lab_rcv+0x596/0x9c0', 'lab_poll+0x20/0x90', '']
    .map((symbol, at) => (symbol === '' ? '\n' : ` 0xffffffff8100000${at} : ${symbol} [kernel]\n`))
    .join('');
  const kinds = async (text: string): Promise<readonly string[]> =>
    (await decode(text, {})).problems.map((problem) => problem.kind);
  const { problems } = await decode(`${stack}$ faddr2line vmlinux lab_rcv+0x536/0x9c0\n`, {});
  assert.deepEqual(problems, [
    { kind: 'frame-inconsistent', line: 5, symbol: 'lab_rcv+0x536/0x9c0', like: 'lab_rcv+0x596/0x9c0', likeLine: 2 },
  ]);
  assert.deepEqual(await kinds(`${stack}$ faddr2line vmlinux lab_rcv+0x596/0x9c0\n`), []);
  assert.deepEqual(await kinds(`${stack}$ faddr2line vmlinux lab_rcv+0x112/0x9c0\n`), []);
  assert.deepEqual(await kinds(`${stack}${stack.replace('0x596', '0x536')}`), []);
});
