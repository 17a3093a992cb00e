import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { foldPath } from '../../src/core/traces/fold-path.ts';
import { readTrace } from '../../src/core/traces/read-trace.ts';
import { definitionNames, sourceName } from '../../src/core/traces/source-name.ts';

test('an empty text and a text without frames give the problem and a value', () => {
  assert.deepEqual(readTrace('').problems, [{ kind: 'trace-empty' }]);
  assert.deepEqual(readTrace(' \n\t\r\n').problems, [{ kind: 'trace-empty' }]);
  const { value, problems } = readTrace('hello\nworld');
  assert.deepEqual(problems, [{ kind: 'trace-without-frames', lines: 2 }]);
  assert.deepEqual([value.format, value.sections, value.lineCount], ['none', [], 2]);
});

/** Scraps of traces, so that random texts come near to real ones. */
const scrap = fc.constantFrom(
  'tcp_v4_rcv',
  '+',
  '0x',
  '99b',
  '/0xee0',
  ' [',
  'mod',
  ']',
  '\n',
  '\r',
  '? ',
  'RIP: 0010:',
  'Call Trace:',
  '<IRQ>',
  ' : ',
  '@m[',
  ']: 3',
  '[ 1.0] ',
  '[<ffffffff81000000>]',
  '\u001b[',
  '\u00a0',
  '\ufeff',
  '> ',
  'CPU: 1 Comm: x 6.1 #1',
  'WARNING: a.c:1 at ',
  '0xffffffff81000000',
  '(P)',
);

test('any text gives frames that lie where they say', () => {
  const text = fc.oneof(
    fc.array(scrap, { maxLength: 60 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 300 }),
  );
  fc.assert(
    fc.property(text, (pasted) => {
      const lines = pasted.split(/\r\n|\r|\n/);
      const { value } = readTrace(pasted);
      assert.equal(value.lineCount, lines.length);
      for (const frame of value.sections.flatMap((section) => section.frames)) {
        const [start, end] = frame.column ?? [0, 0];
        const shown = lines[frame.line - 1]?.slice(start - 1, end - 1) ?? '';
        assert.ok(shown.startsWith((frame.function ?? '').charAt(0)) && start < end, JSON.stringify([shown, frame]));
        assert.ok((frame.offset ?? 0) <= (frame.size ?? Infinity));
      }
    }),
    { numRuns: 2000 },
  );
});

const hostile: readonly (readonly [name: string, unit: string])[] = [
  ['name characters', 'a'],
  ['blanks', ' '],
  ['plus signs', '+'],
  ['numbers', '+0x1'],
  ['opened brackets', '[<'],
  ['half symbols', 'a+0x1/'],
  ['whole symbols', 'a+0x1/0x2 '],
  ['paths', 'a/../'],
  ['quotes', '> '],
  ['clocks', '[1.0] '],
  ['escapes', '\u001b[1'],
  ['months', 'Nov 1 '],
  ['programs', 'RIP: 0010:'],
  ['colons', 'WARNING: at a:1 '],
];

test('time grows with the length of a line, not with its square', () => {
  for (const [name, unit] of hostile) {
    const short = cost(unit.repeat(Math.ceil(8_000 / unit.length)));
    const long = cost(unit.repeat(Math.ceil(64_000 / unit.length)));
    // Eight times the text: a quadratic reader takes 64 times as long.
    assert.ok(long < Math.max(short, 0.5) * 32, `${name}: ${short.toFixed(2)} ms, then ${long.toFixed(2)} ms`);
  }
});

/** The least of several runs, so that another process's turn doesn't count. */
function cost(text: string): number {
  let least = Infinity;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    readTrace(text);
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

test('names as the source has them', () => {
  for (const [symbol, name] of [
    ['tcp_v4_rcv', 'tcp_v4_rcv'],
    ['do_softirq.part.0', 'do_softirq'],
    ['lab_hook.cold', 'lab_hook'],
    ['f.constprop.0.isra.0', 'f'],
    ['__pfx_tcp_v4_rcv', 'tcp_v4_rcv'],
    ['.ppc_function', 'ppc_function'],
  ] as const) {
    assert.equal(sourceName(symbol), name);
  }
  assert.deepEqual(definitionNames('__x64_sys_connect'), ['SYSCALL_DEFINE(connect)']);
  assert.deepEqual(definitionNames('asm_exc_page_fault'), ['asm_exc_page_fault', 'exc_page_fault']);
});

test('paths as compilers write them', () => {
  for (const [path, folded] of [
    ['net/ipv4/tcp.c', 'net/ipv4/tcp.c'],
    ['./net/../net/./ipv4/tcp.c', 'net/ipv4/tcp.c'],
    ['/build/linux/net/tcp.c', '/build/linux/net/tcp.c'],
    ['../../x.c', '../../x.c'],
    ['drivers\\gpu\\a.c', 'drivers/gpu/a.c'],
  ] as const) {
    assert.equal(foldPath(path), folded);
  }
});
