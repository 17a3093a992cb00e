// Everything that is tested, in one run.
//   npm test [-- SUITE...]      types lint format unit trees tools editor start package; without a name, all of them
//   $CI=true                    trees or tools that cannot be fetched are a failure, not a reason to skip
// Node's built-ins only until the rest is installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { provideXz } from '../src/build/debian.mjs';
import { installDependencies } from '../src/build/install.mjs';

/** @typedef {import('./tally.mjs').Tally} Tally */

const root = path.resolve(import.meta.dirname, '..');

/**
 * In this order, the quick ones first. `fetched`: waits for what test/lab/fetch.mjs brings.
 * @type {Record<string, { fetched?: true, run: () => Promise<Tally> }>}
 */
const suites = {
  types: { run: () => one('types', 'npm', ['run', '--silent', 'types']) },
  lint: { run: () => one('lint', 'npm', ['run', '--silent', 'lint']) },
  format: { run: () => one('format', 'npm', ['run', '--silent', 'format:check']) },
  unit: { run: () => nodeTests('unit') },
  trees: { fetched: true, run: () => nodeTests('trees') },
  tools: { fetched: true, run: () => nodeTests('tools') },
  editor: { fetched: true, run: async () => (await import('./editor/run.mjs')).runEditorSuite() },
  start: { fetched: true, run: async () => (await import('./editor/start-check.mjs')).checkStart() },
  // The last, because it leaves a minified bundle.
  package: { run: () => one('package', 'npm', ['run', '--silent', 'package']) },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`no such suite: ${unknown.join(', ')}: there are ${Object.keys(suites).join(', ')}`);
  process.exit(2);
}
process.exit(await runAll(asked.length === 0 ? Object.keys(suites) : asked));

/**
 * @param {readonly string[]} names
 * @returns {Promise<number>} the exit code
 */
async function runAll(names) {
  installDependencies();
  await (await import('../src/build/bundle.mjs')).bundle();
  const fetching = names.some((name) => suites[name]?.fetched) ? fetchTreesAndTools() : undefined;
  /** @type {Tally[]} */
  const tallies = [];
  for (const name of names) {
    if (suites[name]?.fetched) await fetching;
    tallies.push(await runOne(name));
  }
  if ((await fetching) === false && process.env['CI'] === 'true') {
    tallies.push({ passed: 0, failed: 1, skipped: [] });
    console.log('failed: fetching trees and tools');
  }
  return close(tallies);
}

/** @param {string} name */
async function runOne(name) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const tally = await suites[name]?.run().catch((error) => {
    console.error(error);
    return undefined;
  });
  const { passed, failed, skipped } = tally ?? { passed: 0, failed: 1, skipped: [] };
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped (${seconds} s)`);
  return { passed, failed, skipped: skipped.map((skip) => ({ ...skip, name: `${name}: ${skip.name}` })) };
}

/**
 * The reasons of all skips, and the one line that sums up everything.
 * @param {readonly Tally[]} tallies
 */
function close(tallies) {
  const skipped = tallies.flatMap((tally) => tally.skipped);
  const sum = (/** @type {'passed' | 'failed'} */ what) => tallies.reduce((total, tally) => total + tally[what], 0);
  console.log('');
  for (const { name, reason } of skipped) console.log(`skipped: ${name}: ${reason}`);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${skipped.length} skipped`);
  return sum('failed') > 0 ? 1 : 0;
}

/**
 * Trees and tools come while the quick suites run.
 * @returns {Promise<boolean>} whether all is there
 */
async function fetchTreesAndTools() {
  await provideXz(); // kernel sources are packed with it
  const script = path.join(root, 'test/lab/fetch.mjs');
  const parts = process.env['KERNLENS_TREES'] === undefined ? ['all'] : ['debug', 'tools'];
  const fetched = existsSync(script) && (await command(process.execPath, [script, ...parts])) === 0;
  if (!fetched) console.error('kernlens: not all trees and tools are there: the tests that need them are skipped');
  return fetched;
}

/** @param {string} suite */
async function nodeTests(suite) {
  const { runSuite } = await import('./unit.mjs');
  return runSuite(suite);
}

/**
 * A check that is one test by itself.
 * @param {string} name
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<Tally>}
 */
async function one(name, program, args) {
  const code = await command(program, args);
  if (code !== 0) console.log(`failed: ${name}`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
function command(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32' && program === 'npm',
    });
    child.once('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
