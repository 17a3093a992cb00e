// Node's built-ins only.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache.mjs';

/** The file that is opened first, and the label in it. */
export const firstFile = 'net/ipv4/tcp_ipv4.c';
const firstLabel = 'no_tcp_socket:';

/**
 * The tree that was asked for by argument or $KERNLENS_TREE, else one found in the usual places, else undefined.
 * @param {string | undefined} asked
 * @returns {string | undefined}
 * @throws {Error} with a sentence, where the one that was asked for is no Linux tree
 */
export function findTree(asked) {
  const here = process.env['INIT_CWD'] ?? process.cwd(); // npm changes into the project before it runs a script
  const named = asked ?? process.env['KERNLENS_TREE'];
  if (named !== undefined) {
    const folder = path.resolve(here, named);
    if (isTree(folder)) return folder;
    throw new Error(
      `${folder} is not a Linux source tree (it has no ${firstFile}): name the folder that holds the kernel's Makefile`,
    );
  }
  const trees = process.env['KERNLENS_TREES'] ?? path.join(cacheFolder(), 'trees');
  return [...newestIn('/usr/src'), here, ...newestIn(trees)].find(isTree);
}

/**
 * The line of the label that everything starts with; the first line in a tree that has none.
 * @param {string} tree
 * @returns {number} from 1
 */
export function firstLine(tree) {
  const lines = readFileSync(path.join(tree, firstFile), 'utf8').split('\n');
  return (
    Math.max(
      lines.findIndex((line) => line.startsWith(firstLabel)),
      0,
    ) + 1
  );
}

/** @param {string} folder */
function isTree(folder) {
  return existsSync(path.join(folder, 'Makefile')) && existsSync(path.join(folder, firstFile));
}

/**
 * @param {string} folder
 * @returns {string[]} the linux* in it, the highest number first
 */
function newestIn(folder) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.startsWith('linux'));
  return names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true })).map((name) => path.join(folder, name));
}
