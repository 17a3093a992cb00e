import path from 'node:path';

/** The bundle of the built-in packs, which all others load when the packs are first asked for. */
const packsFile = 'packs.cjs';

/**
 * Leaves the packs out of every bundle but their own: they are by far the largest part of each.
 * @param {string} bundle the file that is written
 * @returns {import('esbuild').Plugin}
 */
export function sharedPacks(bundle) {
  return {
    name: 'shared-packs',
    setup(build) {
      if (path.basename(bundle) === packsFile) return;
      build.onLoad({ filter: /[/\\]src[/\\]packs[/\\]index\.ts$/ }, () => ({
        contents: `let packs; export const builtInPacks = () => (packs ??= require('./${packsFile}').builtInPacks());`,
        loader: 'js',
      }));
      build.onResolve({ filter: /^\.\/packs\.cjs$/ }, ({ path: file }) => ({ path: file, external: true }));
    },
  };
}
