import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readTrace } from '../../src/core/traces/read-trace.ts';

/** A report whose frames, roles and modules every wrapping has to give back. */
const report = [
  '[   12.000001] BUG: kernel NULL pointer dereference, address: 0000000000000018',
  '[   12.000002] RIP: 0010:tcp_v4_rcv+0x99b/0xee0',
  '[   12.000003] Call Trace:',
  '[   12.000004]  <IRQ>',
  '[   12.000005]  nf_conntrack_in+0x265/0x730 [nf_conntrack]',
  '[   12.000006]  ? ip_rcv+0x2b9/0x410',
];

const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** How texts arrive; each also tells where a symbol then stands. */
const wrappings: readonly (readonly [name: string, wrapped: string])[] = [
  ['a JSON string', JSON.stringify(report.join('\n'))],
  ['a JSON document', JSON.stringify({ host: 'node7', log: report.join('\r\n') }, undefined, 2)],
  ['JSON lines', report.map((log) => JSON.stringify({ log: `${log}\n`, stream: 'stderr' })).join('\n')],
  ['JSON with escaped brackets', JSON.stringify(report.join('\n')).replaceAll('<', '\\u003c')],
  ['line feeds written out', report.join('\\n')],
  ['HTML entities', html(report.join('\n'))],
  ['an HTML page', `<pre class="log">${report.map((line) => html(line)).join('<br>')}</pre>`],
  ['entities of no-break blanks', report.map((line) => html(line).replaceAll(' ', '&nbsp;')).join('\n')],
  ['a quoted-printable mail', report.join('\n').replaceAll('  ', '=C2=A0=C2=A0')],
  ['a quoted-printable mail with soft breaks', softBreaks(report.join('\n'))],
  [
    'a mail that wraps',
    report.join('\n').replace(' [nf_conntrack]', '\n[nf_conntrack]').replace('RIP: 0010:', 'RIP: 0010:\n'),
  ],
  [
    'a quoted mail that wraps',
    report
      .map((line) => `> ${line}`)
      .join('\n')
      .replace(' [nf_conntrack]', '\n> [nf_conntrack]'),
  ],
];

/** Breaks every line at 40 characters, as an encoder does at 76; a byte is written as `=3D` to show that it is one. */
function softBreaks(text: string): string {
  const lines = text.split('\n').map((line) => line.match(/.{1,40}/gu)?.join('=\n') ?? '');
  return [...lines, 'a=3Db'].join('\n');
}

for (const [name, wrapped] of wrappings) test(`out of ${name}`, () => check(wrapped));

function check(wrapped: string): void {
  const { value, problems } = readTrace(wrapped);
  assert.deepEqual(problems, []);
  assert.deepEqual(summary(wrapped), summary(report.join('\n')));
  const lines = wrapped.split(/\r\n|\r|\n/u);
  assert.equal(value.lineCount, lines.length);
  for (const frame of value.sections.flatMap(({ frames }) => frames)) {
    const column = frame.column?.[0] ?? 0;
    const shown = lines[frame.line - 1]?.slice(column - 1) ?? '';
    assert.ok(
      shown.startsWith(frame.function?.slice(0, 3) ?? '-'),
      `${frame.function} at ${frame.line}:${column}: ${shown}`,
    );
  }
}

/** What a text says, without where it says so. */
function summary(text: string): unknown {
  const { format, sections, drops } = readTrace(text).value;
  return {
    format,
    drops: drops.length,
    sections: sections.map(({ title, frames }) => [
      title,
      ...frames.map((frame) => [frame.function, frame.offset, frame.size, frame.module, frame.role, frame.reliable]),
    ]),
  };
}

const reportLine = fc.constantFrom(
  ...report,
  '[   13.000001] usb 1-1: new device',
  ' => tcp_v4_rcv',
  '@m[',
  '        ip_rcv+50',
  '',
);

test('a JSON string says what its text says', () => {
  fc.assert(
    fc.property(fc.array(reportLine, { minLength: 1, maxLength: 20 }), (lines) => {
      // One line more keeps a text of blank lines from being no string of anything.
      const text = ['start', ...lines, 'end'].join('\n');
      assert.deepEqual(summary(JSON.stringify(text)), summary(text));
      assert.deepEqual(summary(lines.length > 0 ? html(`${text}\n<IRQ>`) : ''), summary(`${text}\n<IRQ>`));
    }),
    { numRuns: 300 },
  );
});

/** Texts that only look wrapped: each is read as it stands. */
test('C code, angle brackets and equals signs of a report are left alone', () => {
  for (const [text, frames] of [
    ['int a =\n  b;\n tcp_v4_rcv+0x1/0x2', 1],
    ['[    1.0] <TASK>\n[    1.1]  tcp_v4_rcv+0x1/0x2 [mod]\n[    1.2] </TASK>', 1],
    ['flags=ab x=3d tcp_v4_rcv+0x1/0x2', 1],
    ['{ "not": json\ntcp_v4_rcv+0x1/0x2', 1],
    ['printk("\\n"); tcp_v4_rcv+0x1/0x2', 1],
  ] as const) {
    assert.equal(readTrace(text).value.sections.flatMap((section) => section.frames).length, frames, text);
  }
});
