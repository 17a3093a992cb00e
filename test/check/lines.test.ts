/**
 * Instructions of source lines against perf probe, offline: random lines of net/ in the 6.1 debug kernel and some of
 * its modules. Run by hand:
 *   npm run check:lines
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareLines, noPerf, sampleLines } from '../lab/perf-lines.ts';

const wanted = Number(process.env['LINES'] ?? 1000);

test('random lines of net/, as perf probe sees them', { skip: noPerf }, async (context) => {
  const sample = await sampleLines(wanted, 7);
  const { tally, wrong, copies } = await compareLines(sample);
  for (const [kind, count] of tally) context.diagnostic(`${kind}: ${count}`);
  context.diagnostic(`lines with several copies that perf gives too: ${copies}`);
  for (const text of wrong) context.diagnostic(text);
  assert.equal(sample.length, wanted);
  assert.deepEqual(wrong, []);
});
