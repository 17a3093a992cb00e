import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countersOf, sysctlsOf } from '../../src/core/report/explain-knowledge.ts';
import { readKnowledge, type TreeKnowledge } from '../../src/core/tree/knowledge.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { builtInPacks } from '../../src/packs/index.ts';
import { treeNames, treePath } from '../lab/trees.ts';

const incidents = builtInPacks.flatMap((pack) => pack.incidents);

/** Names that no tree of today has; packs keep them for the older trees they speak of. */
const gone = ['LINUX_MIB_PAWSPASSIVEREJECTED', 'tcp_tw_recycle'];

test('every counter, sysctl and reason of a built-in pack is one that a tree has', async (context) => {
  const folders = treeNames.flatMap((name) => treePath(name) ?? []);
  if (folders.length < treeNames.length) return context.skip('not all trees are here');
  const trees: TreeKnowledge[] = [];
  for (const folder of folders) trees.push((await readKnowledge(treeFilesOnDisk(folder))).value);

  const named = incidents.flatMap(({ counters = [], sysctls = [], reasons = [], rstReasons = [] }) => [
    ...counters.map((name) => ({ name, has: (tree: TreeKnowledge) => countersOf([name], tree).length > 0 })),
    ...sysctls.map((name) => ({ name, has: (tree: TreeKnowledge) => sysctlsOf([name], tree).length > 0 })),
    ...reasons.map((name) => ({ name, has: (tree: TreeKnowledge) => tree.dropReasons.has(name) })),
    ...rstReasons.map((name) => ({ name, has: (tree: TreeKnowledge) => tree.rstReasons.has(name) })),
  ]);
  const unknown = named.filter(({ has }) => !trees.some(has)).map(({ name }) => name);
  assert.deepEqual([...new Set(unknown)].sort(), gone);
});
