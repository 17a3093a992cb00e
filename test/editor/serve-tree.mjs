import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../src/build/cache.mjs';
import { root } from '../../src/build/esbuild-options.mjs';
import { startServer } from './server.mjs';

/**
 * Serves VS Code with this project as its extension. Settings that a user makes there are kept.
 * @param {string} tree
 * @param {{ file: string, line: number }} place what is opened; the file relative to the tree, the line from 1
 * @returns {Promise<{ address: string, server: import('./server.mjs').Server }>}
 */
export async function serveTree(tree, { file, line }) {
  const home = path.join(cacheFolder(), 'start');
  const server = await startServer({
    userDataDir: path.join(home, 'data'),
    extensionsDir: linkExtension(path.join(home, 'extensions')),
    forPeople: true,
  });
  const place = server.remote(`${path.join(tree, file)}:${line}:1`);
  const address = server.url(tree, [
    ['openFile', place],
    ['gotoLineMode', 'true'],
  ]);
  return { address, server };
}

/**
 * An extensions folder that holds nothing but a link to the project: what is built anew is there after a reload.
 * @param {string} folder
 * @returns {string} the folder
 */
export function linkExtension(folder) {
  const { publisher, name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(root, path.join(folder, `${publisher}.${name}-${version}`), 'dir');
  return folder;
}
