import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTree, parseRelease, readRelease } from '../../src/core/tree/release.ts';
import { memoryFiles } from '../lab/memory-files.ts';

const makefile = 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\nNAME = Some Name\n\nall:\n';
const tree = { Makefile: makefile, Kbuild: '', 'net/core/dev.c': '', 'include/linux/skbuff.h': '' };

test('a release is put together as the Makefile does it', () => {
  assert.equal(parseRelease(makefile)?.text, '6.1.192');
  const candidate = 'VERSION=7\nPATCHLEVEL=3\nSUBLEVEL=0\nEXTRAVERSION=-rc7\n';
  assert.deepEqual(parseRelease(candidate), {
    version: 7,
    patchlevel: 3,
    sublevel: 0,
    extra: '-rc7',
    text: '7.3.0-rc7',
  });
  assert.equal(parseRelease('all:\n\tcc -o x x.c\n'), undefined);
  assert.equal(parseRelease('VERSION = six\nPATCHLEVEL = 1\nSUBLEVEL = 2\n'), undefined);
});

test('a folder without a release says so', async () => {
  const { value, problems } = await readRelease(memoryFiles({ Makefile: 'all:\n' }));
  assert.equal(value.text, '');
  assert.deepEqual(problems, [{ kind: 'no-release', file: 'Makefile' }]);
});

test('a tree is known by its shape', async () => {
  assert.equal(await isTree(memoryFiles(tree)), true);
  for (const missing of Object.keys(tree)) {
    const rest = Object.fromEntries(Object.entries(tree).filter(([file]) => file !== missing));
    assert.equal(await isTree(memoryFiles(rest)), false, `without ${missing}`);
  }
  assert.equal(await isTree(memoryFiles({ ...tree, Makefile: 'all:\n' })), false);
});
