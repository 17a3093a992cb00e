/** Facts of C in the shape of the kernel's, drawn into the fixtures. `UPDATE=1` draws them anew. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { outlined, withoutOutline } from '../lab/outline.ts';
import { factsOf } from '../lab/parser.ts';

const folder = path.join(process.cwd(), 'test', 'fixtures', 'syntax');

async function check(file: string): Promise<void> {
  const fixture = readFileSync(file, 'utf8');
  const source = withoutOutline(fixture);
  const actual = outlined(source, await factsOf(source));
  if (process.env['UPDATE'] !== undefined) writeFileSync(file, actual);
  else assert.equal(actual, fixture);
}

for (const name of readdirSync(folder).sort()) {
  test(`facts of ${name}`, () => check(path.join(folder, name)));
}
