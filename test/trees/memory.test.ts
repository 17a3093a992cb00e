/** Hours of typing in one file must not fill the memory: neither the parser's own, nor what is kept of older texts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEngine } from '../../src/core/api.ts';
import type { Context } from '../../src/core/engine.ts';
import { builtInPacks } from '../../src/packs/index.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { testParser } from '../lab/parser.ts';
import { treePath } from '../lab/trees.ts';

const root = treePath('6.1');
const file = 'net/ipv4/tcp_minisocks.c';
const megabyte = 1024 * 1024;

test(
  '500 edits of a file leave the memory as it was',
  { skip: root === undefined ? 'no tree 6.1' : false },
  async () => {
    const engine = createEngine({
      files: treeFilesOnDisk(root ?? ''),
      parser: await testParser(),
      packs: builtInPacks(),
      decode: async () => ({ problems: [] }),
      definitions: async () => new Map(),
    });
    const context: Context = { signal: new AbortController().signal, progress: () => {} };
    const text = readFileSync(path.join(root ?? '', file), 'utf8');
    const edit = async (number: number): Promise<void> => {
      // In nearly all functions: those that stay as they are are not parsed again.
      const typed = text.replaceAll('\treturn', `\tcount(${number});\n\treturn`);
      assert.notEqual(typed, text);
      const { value } = await engine.lensSpots({ file, text: typed, density: 'all' }, context);
      assert.ok((value?.length ?? 0) > 0);
      // Now and then something is looked at as well, for which the whole file is read.
      if (number % 50 === 0) await engine.paths({ file, text: typed, line: value?.[0]?.subject ?? 1 }, context);
    };
    const edits = async (from: number, to: number): Promise<number> => {
      for (let number = from; number < to; number++) {
        await edit(number);
        // Often, so that what the collector would leave for later is not counted.
        if (number % 50 === 0) memory();
      }
      return memory();
    };
    const before = await edits(0, 200);
    const grown = (await edits(200, 500)) - before;
    // A tree of this file that is never given back takes half a megabyte: 300 of them would be 150 MB.
    assert.ok(grown < 50 * megabyte, `the memory grew by ${(grown / megabyte).toFixed(1)} MB`);
  },
);

/**
 * What this process holds, after everything that nobody needs was given back: its objects, and what lies outside of
 * their heap, the parser's memory above all. How much room the heap has taken for them says nothing.
 */
function memory(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, heapTotal, rss } = process.memoryUsage();
  return heapUsed + rss - heapTotal;
}
