// Opens KernLens on a Linux tree in a real VS Code.
//   npm start [-- [--no-open] [--check] [TREE]]
//     TREE       else $KERNLENS_TREE, /usr/src/linux*, the current folder, the cache; else one is fetched into the cache
//     --no-open  serves it to a browser and prints the address, even where there is a desktop VS Code
//     --check    the same, and ends as soon as the address answers
// Node's built-ins only until the rest is installed.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { onPath } from './debian.mjs';
import { fetchTree } from './fetch-tree.mjs';
import { findTree, firstFile, firstLine } from './find-tree.mjs';
import { installDependencies } from './install.mjs';

const root = path.resolve(import.meta.dirname, '../..');

try {
  const { values, positionals } = parseArgs({
    options: { 'no-open': { type: 'boolean' }, check: { type: 'boolean' } },
    allowPositionals: true,
  });
  installDependencies();
  const { bundle } = await import('./bundle.mjs');
  await bundle();
  const tree = findTree(positionals[0]) ?? (await fetchTree());
  console.log(`tree: ${tree}`);
  const onDesktop = !values['no-open'] && !values.check && (await openDesktop(tree));
  if (!onDesktop) await serve(tree, { check: values.check === true });
} catch (error) {
  console.error(`kernlens: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

/**
 * @param {string} tree
 * @returns {Promise<boolean>} whether there is a desktop VS Code
 */
async function openDesktop(tree) {
  const program = onPath('code') ?? (await downloadedVSCode());
  if (program === undefined) return false;
  const asRoot =
    process.getuid?.() === 0 ? ['--no-sandbox', `--user-data-dir=${path.join(root, '.vscode-test/data')}`] : [];
  const place = `${path.join(tree, firstFile)}:${firstLine(tree)}:1`;
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, ...asRoot, tree, '--goto', place];
  const started = spawn(program, args, { stdio: 'ignore', detached: true, shell: process.platform === 'win32' });
  await new Promise((resolve, reject) => {
    started.once('spawn', resolve);
    started.once('error', reject);
  });
  started.unref();
  console.log(`opened in ${program}`);
  return true;
}

/** @returns {Promise<string | undefined>} */
async function downloadedVSCode() {
  const { findDesktop } = await import('../../test/editor/find-desktop.mjs');
  return findDesktop();
}

/**
 * @param {string} tree
 * @param {{ check: boolean }} options
 */
async function serve(tree, { check }) {
  const { serveTree } = await import('../../test/editor/serve-tree.mjs');
  const { address, server } = await serveTree(tree, { file: firstFile, line: firstLine(tree) });
  console.log(address);
  if (check) {
    const { ok, status } = await fetch(address);
    await server.stop();
    if (!ok) throw new Error(`the address answers ${status}`);
    return;
  }
  console.error('kernlens: open this address in a browser on this machine; Ctrl-C ends it');
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.once(signal, () => void server.stop());
  await server.ended;
  await server.stop();
}
