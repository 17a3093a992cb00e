#!/usr/bin/env node
// Takes the command line of desktop VS Code and runs the tests in a VS Code server with a browser instead, so that
// @vscode/test-electron's runTests({ vscodeExecutablePath }) works on a machine without desktop or display.
//   $VSCODE_SHIM_TIMEOUT   seconds for the whole run (300)
//   $VSCODE_SHIM_SETTINGS  user settings as JSON
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { openBrowser } from './browser.mjs';
import { startServer } from './server.mjs';
import { openUiDoor } from './ui-door.mjs';

/** Lines of the workbench that say nothing about a test. */
const noise =
  /^(Resolv|Creating a socket|\[reconnection|\[AgentHost|\[AccountPolicy|\[Service Worker\]|Ignoring fetching|Updating additional|Creation of workbench|Timed out waiting for authentication provider)/;

/** Set when an end was found; what ends after that is of no interest. */
let over = false;

const { options, folder } = readArguments(process.argv.slice(2));
if (options.has('version')) console.log('server (code-shim)');
else process.exit(await run());

/** @returns {Promise<number>} the exit code that the desktop would give */
async function run() {
  const seconds = Number(process.env['VSCODE_SHIM_TIMEOUT'] ?? 300);
  /** @type {import('playwright-core').Page | undefined} */
  let page;
  const door = await openUiDoor(() => page);
  const server = await startServer({
    env: { VSCODE_UI_DOOR: door.address },
    settings: JSON.parse(process.env['VSCODE_SHIM_SETTINGS'] ?? '{}'),
    ...folderOption('userDataDir', 'user-data-dir'),
    ...folderOption('extensionsDir', 'extensions-dir'),
  });
  /** @type {Awaited<ReturnType<typeof openBrowser>> | undefined} */
  let browser;
  try {
    browser = await openBrowser();
    page = browser.page;
    return await Promise.race([
      testsEnd(page, server),
      server.ended.then((code) => ended(70, `the server ended with ${code}`)),
      new Promise((resolve) => page?.once('crash', () => resolve(ended(71, 'the page crashed')))),
      new Promise((resolve) => setTimeout(() => resolve(ended(124, `no end after ${seconds} s`)), seconds * 1000)),
      ...['SIGINT', 'SIGTERM', 'SIGHUP'].map(
        (signal) => new Promise((resolve) => process.once(signal, () => resolve(ended(130, signal)))),
      ),
    ]);
  } finally {
    over = true;
    door.close();
    await browser?.close();
    await server.stop();
  }
}

/**
 * Loads the workbench with the tests, and resolves with the exit code that it reports.
 * @param {import('playwright-core').Page} page
 * @param {import('./server.mjs').Server} server
 * @returns {Promise<number>}
 */
async function testsEnd(page, server) {
  /** @type {(code: number) => void} */
  let report = () => undefined;
  const code = new Promise((resolve) => (report = resolve));
  await page.exposeFunction('codeAutomationExit', report);
  await page.exposeFunction('codeAutomationLog', print);
  const extensions = options.get('extensionDevelopmentPath') ?? [];
  const tests = options.get('extensionTestsPath') ?? [];
  /** @type {[string, string][]} */
  const payload = [
    ...extensions.map(
      (file) => /** @type {[string, string]} */ (['extensionDevelopmentPath', server.remote(local(file))]),
    ),
    ...tests.map((file) => /** @type {[string, string]} */ (['extensionTestsPath', server.remote(local(file))])),
    ['enableProposedApi', ''],
  ];
  await page.goto(server.url(folder && local(folder), payload), { waitUntil: 'commit' });
  return Number(await code);
}

/**
 * @param {string} type
 * @param {unknown[]} args as console.log takes them
 */
function print(type, args) {
  const text = format(...args);
  if (!process.env['VERBOSE'] && noise.test(text)) return;
  if (type === 'error' || type === 'warn') console.error(text);
  else console.log(text);
}

/**
 * @param {number} code
 * @param {string} why
 */
function ended(code, why) {
  if (!over) console.error(`code-shim: ${why}`);
  return code;
}

/**
 * @param {string} key
 * @param {string} option
 */
function folderOption(key, option) {
  const value = options.get(option)?.at(-1);
  return value === undefined ? {} : { [key]: local(value) };
}

/** @param {string} file a path or a file: URI */
function local(file) {
  return file.startsWith('file:') ? fileURLToPath(file) : path.resolve(file);
}

/**
 * @param {readonly string[]} args
 * @returns {{ options: Map<string, string[]>, folder: string | undefined }}
 */
function readArguments(args) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const arg of args.filter((each) => each.startsWith('--'))) {
    const [name = '', ...value] = arg.slice(2).split('=');
    found.set(name, [...(found.get(name) ?? []), value.join('=')]);
  }
  return { options: found, folder: args.findLast((arg) => !arg.startsWith('--')) };
}
