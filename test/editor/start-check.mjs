// Does what the README says: `npm start`, opens the printed address in a browser, and looks whether a lens is drawn.
//   node test/editor/start-check.mjs
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { root } from '../../src/build/esbuild-options.mjs';
import { findTree } from '../../src/build/find-tree.mjs';
import { openBrowser } from './browser.mjs';

const name = 'npm start serves the tree, and a lens is drawn above no_tcp_socket';

/** @returns {Promise<import('../tally.mjs').Tally>} */
export async function checkStart() {
  const tree = findTree(undefined);
  if (tree === undefined)
    return { passed: 0, failed: 0, skipped: [{ name, reason: 'no tree: node test/lab/fetch.mjs trees' }] };
  const start = spawn(process.execPath, [path.join(root, 'src/build/start.mjs'), '--no-open', tree], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const over = new Promise((resolve) => start.once('close', resolve));
  try {
    await lookAt(await printedAddress(start.stdout));
    console.log(`✔ ${name}`);
    return { passed: 1, failed: 0, skipped: [] };
  } catch (error) {
    console.error(`✖ ${name}\n${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    start.kill('SIGINT');
    await over;
  }
}

/**
 * @param {import('node:stream').Readable} output
 * @returns {Promise<string>}
 */
async function printedAddress(output) {
  for await (const line of createInterface({ input: output })) if (line.startsWith('http://')) return line;
  throw new Error('npm start ended and printed no address');
}

/** @param {string} address */
async function lookAt(address) {
  const { page, close } = await openBrowser();
  mkdirSync(path.join(root, 'out'), { recursive: true });
  try {
    await page.goto(address, { waitUntil: 'commit' });
    await page.locator('.view-line', { hasText: 'no_tcp_socket:' }).first().waitFor({ timeout: 60_000 });
    await page.locator('.codelens-decoration a', { hasText: 'RST' }).first().waitFor({ timeout: 60_000 });
  } finally {
    await page.screenshot({ path: path.join(root, 'out/start.png') });
    await close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { failed } = await checkStart();
  process.exitCode = failed > 0 ? 1 : 0;
}
