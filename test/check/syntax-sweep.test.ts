/**
 * The whole of net/ in every tree: how many functions the grammar does not understand after normalising. Run by hand:
 *   node test/unit.mjs --suite check syntax-sweep
 * KERNLENS_SWEEP names other folders: "kernel mm fs".
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeNames, treePath } from '../lab/trees.ts';
import { loadParser, sourceFiles, sweep } from '../trees/normalise-sweep.ts';

const folders = (process.env['KERNLENS_SWEEP'] ?? 'net').split(' ');

for (const name of treeNames) {
  const tree = treePath(name);
  const skip = tree === undefined ? `no ${name} tree: set KERNLENS_TREES or run node test/lab/fetch.mjs` : false;
  test(`${folders.join(', ')} of ${name}`, { skip }, async (context) => {
    const parser = await loadParser();
    const { files, functions, faults, displaced, seconds } = sweep(
      parser,
      tree ?? '',
      sourceFiles(tree ?? '', folders),
    );
    parser.delete();
    context.diagnostic(
      `${name}: ${files} files, ${functions} functions, ${faults.length} with errors, ${seconds.toFixed(1)} s`,
    );
    assert.deepEqual({ faults, displaced }, { faults: [], displaced: [] });
  });
}
