import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTrace } from '../../src/core/traces/read-trace.ts';

/** The same frame as it comes out of clipboards, mailers, terminals and logs; {} stands for the frame. */
const envelopes: readonly (readonly [name: string, line: string])[] = [
  ['bare', ' {}'],
  ['printk clock', '[   12.345678]  {}'],
  ['clock without blanks', '[12.3]{}'],
  ['clock with a processor', '[12.345@0] {}'],
  ['clock and caller', '[   12.345678][    T1]  {}'],
  ['interrupt as caller', '[   12.345678][  C13]  {}'],
  ['console level', '<4>[   12.345678]  {}'],
  ['kmsg record', '4,1047,37673966,-;  {}'],
  ['dmesg -T', '[Sat Nov 21 08:52:01 2026]  {}'],
  ['dmesg -x', 'kern  :warn  : [   12.345678]  {}'],
  ['syslog', 'Nov 21 08:52:01 node7 kernel: [   12.345678]  {}'],
  ['syslog with a relay', 'Nov  1 08:52:01 10.0.0.7 node7 kernel:  {}'],
  ['journal of a tool', 'Nov 21 08:52:01 node7 stap[4711]: {}'],
  ['journal, ISO', '2026-11-21T08:52:01.123456+00:00 node7 kernel: {}'],
  ['OpenWrt', 'Sat Nov 21 08:52:01 2026 kern.warn kernel: [   12.345678]  {}'],
  ['serial logger', '[22:22:59:917] [   12.345678]  {}'],
  ['numbered lines', '    12\t[   12.345678]  {}'],
  ['mail quotes', '> > > [   12.345678]  {}'],
  ['lost messages', '** 7 printk messages dropped ** [   12.345678]  {}'],
  ['no-break blanks', '\u00a0\u00a0[   12.345678]\u00a0\u00a0{}'],
  ['colours', '\u001b[32m[   12.345678]\u001b[0m \u001b[1;31m{}\u001b[0m'],
  ['zero-width marks', '\ufeff[   12.345678]\u200b  {}'],
];
const symbol = 'tcp_v4_rcv+0x99b/0xee0';

for (const [name, line] of envelopes) test(`envelope: ${name}`, () => check(line));

function check(line: string): void {
  const raw = line.replace('{}', `${symbol} [mod]`);
  for (const newline of ['\n', '\r\n', '\r']) {
    const { value } = readTrace(['first', raw, 'last'].join(newline));
    const frames = value.sections.flatMap((section) => section.frames);
    const start = raw.indexOf(symbol) + 1;
    assert.deepEqual(
      frames.map((frame) => [
        frame.line,
        frame.column,
        frame.function,
        frame.offset,
        frame.size,
        frame.module,
        frame.role,
      ]),
      [[2, [start, start + symbol.length], 'tcp_v4_rcv', 0x99b, 0xee0, 'mod', 'call']],
    );
    assert.equal(value.lineCount, 3);
  }
}

test('a stack pasted from a page with no-break blanks keeps its addresses', () => {
  const { value } = readTrace('\u00a00xffffffff8156f900\u00a0:\u00a0__inet_lookup_listener+0x0/0x2f0\u00a0[kernel]');
  const frame = value.sections[0]?.frames[0];
  assert.equal(value.format, 'stap');
  assert.deepEqual([frame?.address, frame?.module, frame?.role], ['ffffffff8156f900', undefined, 'probed']);
});
