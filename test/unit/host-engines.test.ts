import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { openEngines } from '../../src/host/engines.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-engines-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const assets = path.join(folder, 'assets');
mkdirSync(assets);
for (const file of ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-c/tree-sitter-c.wasm'])
  copyFileSync(path.join(process.cwd(), 'node_modules', file), path.join(assets, path.basename(file)));

const context = { signal: new AbortController().signal, progress: (): void => {} };

function writeRelease(root: string, version: number): void {
  writeFileSync(path.join(root, 'Makefile'), `VERSION = ${version}\nPATCHLEVEL = 1\nSUBLEVEL = 0\nEXTRAVERSION =\n`);
}

test('an engine is opened anew when what its tree says has changed, as after a checkout', async () => {
  const root = path.join(folder, 'tree');
  mkdirSync(path.join(root, 'net'), { recursive: true });
  writeRelease(root, 6);
  let time = 0;
  const options = { assets, cache: { folder: path.join(folder, 'cache'), build: 'one' } };
  const engines = openEngines(options, () => time);
  const release = async (): Promise<string | undefined> =>
    (await (await engines.get(root)).tree({}, context)).value?.release;
  assert.equal(await release(), '6.1.0');
  const first = await engines.get(root);
  writeRelease(root, 17);
  assert.equal(await engines.get(root), first, 'the tree is not looked at for every question');
  time += 10_000;
  assert.equal(await release(), '17.1.0');
  const second = await engines.get(root);
  time += 10_000;
  assert.equal(await engines.get(root), second);
  engines.reopen(options);
  assert.notEqual(await engines.get(root), second);
});
