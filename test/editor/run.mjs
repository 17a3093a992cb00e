// Runs test/editor/suite in a real extension host: in desktop VS Code where there is one and a display, else in VS Code's
// server with a Chromium.
//   node test/editor/run.mjs [WORD]       only tests whose name holds WORD
//   $VSCODE_EXECUTABLE  a desktop VS Code to use      $VSCODE_TEST=server|desktop  no choice
//   $KERNLENS_TREE      the tree that is opened (6.1 of the cache)      $HEADED=1  shows the browser
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { bundle } from '../../src/build/bundle.mjs';
import { cacheFolder } from '../../src/build/cache.mjs';
import { commonOptions, root } from '../../src/build/esbuild-options.mjs';
import { findDesktop } from './find-desktop.mjs';

const shots = path.join(root, 'out');

/**
 * @param {string} [word] only tests whose name holds it
 * @returns {Promise<import('../tally.mjs').Tally>}
 */
export async function runEditorSuite(word = '') {
  await bundle();
  const tests = path.join(root, 'dist-test', `editor-${process.pid}`, 'index.cjs');
  const temporary = mkdtempSync(path.join(tmpdir(), 'kernlens-editor-'));
  const report = path.join(temporary, 'report.json');
  mkdirSync(shots, { recursive: true });
  try {
    await buildSuite(tests);
    const complaint = await runIn(await findVSCode(), tests, temporary, {
      KERNLENS_TEST_REPORT: report,
      KERNLENS_TEST_WORD: word,
      KERNLENS_SHOTS: shots,
      ...treeToOpen(),
    });
    return tallyOf(report, complaint);
  } finally {
    rmSync(path.dirname(tests), { recursive: true, force: true });
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} outfile */
async function buildSuite(outfile) {
  const folder = path.join(root, 'test/editor/suite');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .sort();
  await build({
    ...commonOptions,
    entryPoints: [path.join(folder, 'index.ts')],
    outfile,
    sourcemap: 'inline',
    plugins: [...(commonOptions.plugins ?? []), allTests(folder, files)],
  });
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 * @returns {import('esbuild').Plugin}
 */
function allTests(folder, files) {
  return {
    name: 'all-tests',
    setup(builder) {
      builder.onResolve({ filter: /^all-tests$/ }, () => ({ path: 'all-tests', namespace: 'all-tests' }));
      builder.onLoad({ filter: /.*/, namespace: 'all-tests' }, () => ({
        contents: files.map((file) => `import './${file}';`).join('\n'),
        resolveDir: folder,
      }));
    },
  };
}

/** @returns {{ KERNLENS_TREE?: string }} */
function treeToOpen() {
  const trees = process.env['KERNLENS_TREES'] ?? path.join(cacheFolder(), 'trees');
  const tree = process.env['KERNLENS_TREE'] ?? path.join(trees, 'linux-source-6.1');
  return existsSync(tree) ? { KERNLENS_TREE: tree } : {};
}

/** @returns {Promise<string>} the program to start */
async function findVSCode() {
  const given = process.env['VSCODE_EXECUTABLE'];
  if (given !== undefined) return given;
  const wish = process.env['VSCODE_TEST'];
  const desktop = wish === 'server' ? undefined : await findDesktop();
  if (desktop === undefined && wish === 'desktop')
    throw new Error('VSCODE_TEST=desktop, and no desktop VS Code is to be had');
  return desktop ?? path.join(import.meta.dirname, 'code-shim.mjs');
}

/**
 * @param {string} program
 * @param {string} tests the built suite
 * @param {string} temporary fresh, so that no setting of an earlier run is met
 * @param {Record<string, string>} env
 * @returns {Promise<string | undefined>} why the run did not end well
 */
async function runIn(program, tests, temporary, env) {
  console.error(`editor tests in ${program}`);
  const folder = env['KERNLENS_TREE'] ?? root;
  try {
    await runTests({
      vscodeExecutablePath: program,
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      launchArgs: [
        folder,
        '--disable-extensions',
        `--user-data-dir=${temporary}/data`,
        `--extensions-dir=${temporary}/extensions`,
      ],
      extensionTestsEnv: env,
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * The report is believed, not the exit code: a host that was killed exits with 0.
 * @param {string} file
 * @param {string | undefined} complaint
 * @returns {import('../tally.mjs').Tally}
 */
function tallyOf(file, complaint) {
  /** @type {import('./suite/runner.ts').Report} */
  const { done, tests } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { done: false, tests: [] };
  const count = (/** @type {string} */ state) => tests.filter((each) => each.state === state).length;
  const failed = count('failed');
  if (!done) console.error(`the extension host ended before the tests did${complaint ? ` (${complaint})` : ''}`);
  else if (complaint !== undefined && failed === 0) console.error(`VS Code ended badly: ${complaint}`);
  const broken = !done || (complaint !== undefined && failed === 0) || tests.length === 0;
  const skipped = tests
    .filter(({ state }) => state === 'skipped')
    .map(({ name, why = 'no reason given' }) => ({ name, reason: why }));
  return { passed: count('passed'), failed: failed + (broken ? 1 : 0), skipped };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed, skipped } = await runEditorSuite(process.argv[2]);
  for (const { name, reason } of skipped) console.log(`skipped: ${name}: ${reason}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}
