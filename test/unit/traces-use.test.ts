import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decoded, Frame } from '../../src/core/model.ts';
import { traceAsMarkdown, traceAsText } from '../../src/core/report/copy-trace.ts';
import { sharedPath } from '../../src/core/traces/compare-traces.ts';
import { TraceExcerpt } from '../../src/core/traces/excerpt.ts';
import { readTrace } from '../../src/core/traces/read-trace.ts';

const decodedOf = (text: string, change: (frame: Frame) => Frame = (frame) => frame): Decoded => {
  const { format, sections, drops } = readTrace(text).value;
  return {
    format,
    build: { verdict: 'unproven', why: 'nothing to compare', sizesMatching: 0, sizesCompared: 0 },
    sections: sections.map(({ title, frames }) => ({ title, frames: frames.map(change) })),
    drops,
    incidents: [],
    problems: [],
  };
};

const stackOf = (...names: readonly string[]): string => `Call Trace:\n${names.map((name) => ` ${name}`).join('\n')}\n`;
const names = (frames: readonly Frame[] = []): readonly unknown[] => frames.map((frame) => frame.function);

test('two traces share what called both', () => {
  const one = decodedOf(
    stackOf('drop_it+0x1/0x9', '? old+0x1/0x9', 'tcp_rcv+0x1/0x9', 'ip_rcv+0x2/0x9', 'poll+0x3/0x9'),
  );
  const other = decodedOf(stackOf('reset+0x1/0x9', 'tcp_rcv+0x7/0x9', 'ip_rcv+0x2/0x9', 'poll+0x3/0x9'));
  const path = sharedPath(one, other);
  assert.deepEqual(
    [names(path?.shared), names(path?.onlyFirst), names(path?.onlySecond)],
    [['tcp_rcv', 'ip_rcv', 'poll'], ['drop_it'], ['reset']],
  );
});

test('a function of another module is another function, and nothing shared is said so', () => {
  const one = decodedOf(stackOf('f+0x1/0x9 [a]'));
  assert.equal(sharedPath(one, decodedOf(stackOf('f+0x1/0x9 [b]'))), undefined);
  assert.equal(sharedPath(one, decodedOf('')), undefined);
});

test('a trace is copied the way decode_stacktrace.sh writes it', () => {
  const decoded = decodedOf(stackOf('f+0x12/0x40 [mod]', '? g+0x1/0x2'), (frame) =>
    frame.function === 'f'
      ? {
          ...frame,
          certainty: 'exact',
          locations: [
            { function: 'inner', file: 'include/a.h', line: 7, inlined: true },
            { function: 'f', file: 'net/a.c', line: 12, inlined: false },
          ],
        }
      : { ...frame, certainty: 'definition', locations: [{ function: 'g', file: 'net/b.c', line: 3, inlined: false }] },
  );
  assert.equal(
    traceAsText(decoded),
    'Call Trace:\n f (include/a.h:7 net/a.c:12) mod\n ? g+0x1/0x2 (net/b.c:3) (the function, not the line)',
  );
  const markdown = traceAsMarkdown(decoded, 'crash*.oops');
  assert.match(markdown, /^## crash\\\*\.oops\n/u);
  assert.match(
    markdown,
    /1\. `f\+0x12\/0x40` `include\/a\.h:7`\n2\. `g\+0x1\/0x2` `net\/b\.c:3` \(the function, not the line\) \(unreliable\)/u,
  );
});

test('what decode_stacktrace.sh wrote is read as it was', () => {
  const first = decodedOf(stackOf('f+0x12/0x40 [mod]'), (frame) => ({
    ...frame,
    certainty: 'exact',
    locations: [{ function: 'f', file: 'net/a.c', line: 12, inlined: false }],
  }));
  const frame = readTrace(traceAsText(first)).value.sections[0]?.frames[0];
  assert.deepEqual([frame?.function, frame?.module, frame?.stated], ['f', 'mod', { file: 'net/a.c', line: 12 }]);
});

test('an excerpt keeps reports with what stands around them, at their lines', () => {
  const lines = Array.from({ length: 400 }, (_, index) => `[  ${index}.000000] usb 1-1: device ${index}`);
  lines[199] = '[  199.000000] BUG: kernel NULL pointer dereference';
  lines[205] = '[  205.000000]  tcp_v4_rcv+0x99b/0xee0';
  const excerpt = new TraceExcerpt();
  for (const line of lines) excerpt.take(line);
  const kept = excerpt.finish().split('\n');
  assert.equal(kept.length, lines.length);
  assert.deepEqual([kept[199], kept[205], kept[100], kept[399]], [lines[199], lines[205], '', '']);
  const [section] = readTrace(kept.join('\n')).value.sections;
  assert.deepEqual([section?.title, section?.frames[0]?.line], ['BUG: kernel NULL pointer dereference', 206]);
});
