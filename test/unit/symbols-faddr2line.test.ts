import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFaddr2line } from '../../src/host/faddr2line-output.ts';

const place = (chain: readonly { function: string; file: string; line: number; inlined: boolean }[]): string =>
  chain
    .map((location) => `${location.function} ${location.file}:${location.line}${location.inlined ? ' inlined' : ''}`)
    .join(' < ');

const outputs: readonly (readonly [
  name: string,
  stdout: string,
  expected: Readonly<Record<string, readonly string[]>>,
])[] = [
  [
    'one answer',
    'tcp_v4_rcv+0x99a/0xee0:\ntcp_v4_rcv at net/ipv4/tcp_ipv4.c:2149\n',
    { 'tcp_v4_rcv+0x99a/0xee0': ['tcp_v4_rcv net/ipv4/tcp_ipv4.c:2149'] },
  ],
  [
    'an inline chain',
    'a+0x1/0x2:\nx at i.h:1 (discriminator 3)\n(inlined by) y at i.h:2\n (inlined by) a at a.c:3\n\nb+0x1/0x2:\nb at b.c:9\n',
    { 'a+0x1/0x2': ['x i.h:1 inlined < y i.h:2 inlined < a a.c:3'], 'b+0x1/0x2': ['b b.c:9'] },
  ],
  [
    'two functions of one name',
    't+0x1/0x2:\nt at a.c:1\n\nt+0x1/0x2:\nt at b.c:2\n',
    { 't+0x1/0x2': ['t a.c:1', 't b.c:2'] },
  ],
  [
    'an older script',
    'tcp_v4_rcv+0x596/0x9c0:\ntcp_v4_rcv in net/ipv4/tcp_ipv4.c:1740\n',
    { 'tcp_v4_rcv+0x596/0x9c0': ['tcp_v4_rcv net/ipv4/tcp_ipv4.c:1740'] },
  ],
  ['no line known', 'a+0x1/0x2:\na at ??:?\n\nb+0x1/0x2:\nb at ??:0\n\nc+0x1/0x2:\n?? ??:0\n', {}],
  ['another size', 'skipping tcp_v4_rcv address at 0xffffffff818ac9a6 due to size mismatch (0x9c0 != 0xee0)\n', {}],
  ['nothing', '', {}],
];

for (const [name, stdout, expected] of outputs) {
  test(`faddr2line says: ${name}`, () => {
    const { chains, error } = parseFaddr2line(stdout, 'no match for x+0x1/0x2\n');
    assert.equal(error, undefined);
    assert.deepEqual(Object.fromEntries([...chains].map(([key, found]) => [key, found.map(place)])), expected);
  });
}

test('faddr2line gives up', () => {
  assert.equal(parseFaddr2line('', 'ERROR: CONFIG_DEBUG_INFO not enabled\n').error, 'CONFIG_DEBUG_INFO not enabled');
});
