/** Looking at a file's words first leaves no site out: what is found so is what is found in the whole file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotatedPart, type SiteMeanings, siteMeanings } from '../../src/core/annotations.ts';
import { findSites } from '../../src/core/paths/sites.ts';
import type { KernelParser } from '../../src/core/syntax/parser.ts';
import { createSourceFiles } from '../../src/core/source-files.ts';
import { readKnowledge } from '../../src/core/tree/knowledge.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { testParser } from '../lab/parser.ts';
import { type TreeName, treePath } from '../lab/trees.ts';
import { wrappersIn } from '../lab/wrappers.ts';
import { sourceFiles } from './normalise-sweep.ts';

const checked: readonly { readonly tree: TreeName; readonly folders: readonly string[] }[] = [
  { tree: '6.1', folders: ['net/ipv4', 'net/netfilter', 'net/key'] },
  { tree: '7.x', folders: ['net/sched', 'net/mac80211'] },
];

for (const { tree, folders } of checked) {
  const root = treePath(tree);
  const skip = root === undefined ? `no tree ${tree}` : false;
  test(`nothing is left out of ${folders.join(' and ')} of ${tree}`, { skip }, async () => {
    const files = treeFilesOnDisk(root ?? '');
    const knowledge = (await readKnowledge(files)).value;
    const parser = await testParser();
    const headers = sourceFiles(root ?? '', ['include/net']);
    const wrappers = await wrappersIn(root ?? '', [...sourceFiles(root ?? '', folders), ...headers]);
    const meanings = siteMeanings('sites', knowledge, wrappers);
    const sources = createSourceFiles(files, parser, 2_000_000);
    let functions = 0;
    let left = 0;
    for (const folder of folders) {
      for (const name of (await files.list(folder)).filter((each) => /\.[ch]$/.test(each))) {
        const file = `${folder}/${name}`;
        const text = (await files.read(file)) ?? '';
        const facts = parser.facts(text);
        const whole = sitesOf(file, facts, meanings);
        const part =
          (await sources.open(file, undefined, annotatedPart(file, meanings, []))).value?.facts ?? assert.fail(file);
        assert.deepEqual(sitesOf(file, part, meanings), whole, file);
        functions += part.functions.length;
        left += facts.functions.length - part.functions.length;
      }
    }
    assert.ok(functions > 0 && left > functions * 3, `${left} functions are left out, ${functions} are read`);
  });
}

function sitesOf(
  file: string,
  facts: ReturnType<KernelParser['facts']>,
  { knowledge, wrappers }: SiteMeanings,
): ReturnType<typeof findSites> {
  return findSites({ file, facts, knowledge, wrappers });
}
