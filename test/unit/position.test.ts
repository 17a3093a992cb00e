import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineIndex, line1 } from '../../src/core/base/position.ts';

test('lines and columns count from one, offsets from zero', () => {
  const index = new LineIndex('ab\ncd\n\nx');
  assert.deepEqual(index.place(0, 2), { start: 0, end: 2, line: 1, column: 1 });
  assert.deepEqual(index.place(4, 5), { start: 4, end: 5, line: 2, column: 2 });
  assert.equal(index.lineAt(6), 3);
  assert.equal(index.startOf(line1(4)), 7);
  assert.equal(index.lineCount, 4);
});
