/** Where the real trees of a test run lie. They are brought by `test/lab/fetch.mjs` into the cache, outside the project. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../src/build/cache.mjs';

/** `7.x` stands for whichever 7 series Debian has at the moment. */
export type TreeName = '5.10' | '6.1' | '6.12' | '7.x';
export const treeNames: readonly TreeName[] = ['5.10', '6.1', '6.12', '7.x'];

/** The folder of a tree, or undefined when it was not fetched. */
export function treePath(name: TreeName): string | undefined {
  const folder = process.env['KERNLENS_TREES'] ?? path.join(cacheFolder(), 'trees');
  if (!existsSync(folder)) return undefined;
  const wanted = readdirSync(folder)
    .filter((entry) => (name === '7.x' ? entry.startsWith('linux-source-7.') : entry === `linux-source-${name}`))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
  return wanted === undefined ? undefined : path.join(folder, wanted);
}
