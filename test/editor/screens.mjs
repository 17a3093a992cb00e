// Makes the README's pictures in docs/images from the real editor, on a real tree and a real vmlinux.
//   node test/editor/screens.mjs [lenses|trace|probe]      all of them without a word
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from '../../src/build/bundle.mjs';
import { cacheFolder } from '../../src/build/cache.mjs';
import { root } from '../../src/build/esbuild-options.mjs';
import { firstFile, firstLine } from '../../src/build/find-tree.mjs';
import { openBrowser } from './browser.mjs';
import { linkExtension } from './serve-tree.mjs';
import { startServer } from './server.mjs';

/** @typedef {import('playwright-core').Page} Page */

const images = path.join(root, 'docs/images');
const limitInBytes = 150_000;

/** What bpftrace prints for kstack in tcp_v4_send_reset, on Debian's 6.1. */
const stack = `@[
    tcp_v4_send_reset+1
    tcp_v4_rcv+2459
    ip_protocol_deliver_rcu+50
    ip_local_deliver_finish+114
    __netif_receive_skb_one_core+137
    process_backlog+129
    __napi_poll+43
    net_rx_action+672
]: 3
`;

const settings = {
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.layoutControl.enabled': false,
  'breadcrumbs.enabled': false,
  'editor.minimap.enabled': false,
  'editor.stickyScroll.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.fontSize': 13,
};

/** @type {Readonly<Record<string, (page: Page) => Promise<void>>>} */
const pictures = {
  async lenses(page) {
    await lens(page, 'RST sent: NO_SOCKET').waitFor();
  },
  async trace(page) {
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(stack)})`);
    await command(page, 'KernLens: Decode Stack Trace from Clipboard');
    const frame = page.locator('.pane:has(.pane-header[aria-label^="Traces"]) .monaco-list-row', {
      hasText: 'tcp_v4_rcv',
    });
    await frame.filter({ hasText: 'build not proven' }).waitFor();
    await frame.click();
    await widenSideBar(page);
  },
  async probe(page) {
    await lens(page, 'Probe: bpftrace').click();
    await lens(page, 'Run in terminal').waitFor();
  },
};

const tree = process.env['KERNLENS_TREE'] ?? path.join(cacheFolder(), 'trees/linux-source-6.1');
if (!existsSync(tree)) throw new Error('no tree: node test/lab/fetch.mjs trees');
await bundle();
mkdirSync(images, { recursive: true });
const home = mkdtempSync(path.join(tmpdir(), 'kernlens-screens-'));
const server = await startServer({
  userDataDir: homeWithVmlinux(home),
  extensionsDir: linkExtension(path.join(home, 'extensions')),
  settings,
  forPeople: true,
});
const { page: window, close } = await openBrowser();
try {
  window.setDefaultTimeout(120_000);
  await window.setViewportSize({ width: 1280, height: 680 });
  await window.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const [name, show] of Object.entries(pictures))
    if (process.argv[2] === undefined || process.argv[2] === name) await take(name, show);
} finally {
  await close();
  await server.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * @param {string} name
 * @param {(page: Page) => Promise<void>} show
 */
async function take(name, show) {
  const place = server.remote(`${path.join(tree, firstFile)}:${firstLine(tree)}:1`);
  const page = window;
  await page.goto(
    server.url(tree, [
      ['openFile', place],
      ['gotoLineMode', 'true'],
    ]),
    { waitUntil: 'commit' },
  );
  await lens(page, 'RST sent').waitFor();
  if (name !== 'trace') await command(page, 'View: Close Primary Side Bar');
  await page.locator('.view-line', { hasText: 'no_tcp_socket' }).first().waitFor();
  await show(page);
  await page.mouse.move(30, 480);
  await page.waitForTimeout(2500);
  const picture = path.join(images, `${name}.png`);
  await page.screenshot({ path: picture, animations: 'disabled' });
  const { size } = statSync(picture);
  console.log(`${path.relative(root, picture)}: ${size} bytes`);
  if (size > limitInBytes) throw new Error(`${name} is larger than ${limitInBytes} bytes: show less`);
}

/**
 * @param {Page} page
 * @param {string} text
 */
function lens(page, text) {
  return page.locator('.codelens-decoration a', { hasText: text }).first();
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function command(page, name) {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').first().waitFor();
  await page.keyboard.type(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
}

/** @param {Page} page */
async function widenSideBar(page) {
  const bar = await page.locator('.part.sidebar').boundingBox();
  if (bar === null) return;
  await page.mouse.move(bar.x + bar.width, 400);
  await page.mouse.down();
  await page.mouse.move(bar.x + bar.width + 140, 400, { steps: 5 });
  await page.mouse.up();
}

/**
 * The tool settings are the machine's own, so that is where the server looks for them.
 * @param {string} folder
 */
function homeWithVmlinux(folder) {
  const data = path.join(folder, 'data');
  const vmlinux = path.join(cacheFolder(), 'debug/vmlinux');
  if (!existsSync(vmlinux)) throw new Error('no vmlinux: node test/lab/fetch.mjs debug');
  mkdirSync(path.join(data, 'Machine'), { recursive: true });
  writeFileSync(path.join(data, 'Machine/settings.json'), JSON.stringify({ 'kernlens.vmlinux': vmlinux }));
  return data;
}
