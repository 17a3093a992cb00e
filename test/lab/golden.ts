/** Expected texts kept as files. UPDATE_GOLDENS=1 writes them anew; the difference is then read in review. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Compares a text with `test/fixtures/NAME`; on failure what was made lies beside it as NAME.actual. */
export function matchesGolden(name: string, text: string): void {
  const file = path.join(process.cwd(), 'test', 'fixtures', name);
  if (process.env['UPDATE_GOLDENS'] === '1') {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  const expected = readFileSync(file, 'utf8');
  if (text !== expected) writeFileSync(`${file}.actual`, text);
  assert.equal(text, expected, `${name} differs; UPDATE_GOLDENS=1 writes it anew`);
}
