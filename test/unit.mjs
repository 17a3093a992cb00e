// Builds test files with esbuild and runs them with Node's own test runner.
//   node test/unit.mjs [--suite unit|trees|tools] [WORD...]     only files whose path holds every WORD
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { commonOptions, root } from '../src/build/esbuild-options.mjs';

/**
 * @param {string} suite the folder below test/
 * @param {readonly string[]} words only files whose path holds each of them
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
export async function runSuite(suite, words = []) {
  const files = testFiles(suite).filter((file) => words.every((word) => file.includes(word)));
  if (files.length === 0) return { passed: 0, failed: 0, skipped: [] };
  // Each run has a folder of its own, so that two at once do not disturb each other; below the project, where packages are found.
  const out = path.join(root, 'dist-test', `${suite}-${process.pid}`);
  try {
    await buildTests(suite, files, out);
    return await runFiles(
      files.map((file) => path.join(out, file.replace(/\.ts$/, '.cjs'))),
      path.join(out, 'tally.json'),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** @param {string} suite */
function testFiles(suite) {
  const folder = path.join(root, 'test', suite);
  const all = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
  return all.filter((file) => file.endsWith('.test.ts')).sort();
}

/**
 * @param {string} suite
 * @param {readonly string[]} files
 * @param {string} out
 */
async function buildTests(suite, files, out) {
  await build({
    ...commonOptions,
    entryPoints: files.map((file) => path.join('test', suite, file)),
    outbase: path.join('test', suite),
    outdir: out,
    outExtension: { '.js': '.cjs' },
    sourcemap: 'inline',
    external: ['vscode', 'esbuild', 'oxlint'],
  });
}

/**
 * @param {readonly string[]} files built
 * @param {string} tallyFile
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
function runFiles(files, tallyFile) {
  const reporters = [
    ['--test-reporter=spec', '--test-reporter-destination=stdout'],
    [
      `--test-reporter=${pathToFileURL(path.join(root, 'test/tally.mjs')).href}`,
      `--test-reporter-destination=${tallyFile}`,
    ],
  ];
  const run = spawn(process.execPath, ['--enable-source-maps', '--test', ...reporters.flat(), ...files], {
    cwd: root,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    run.on('error', reject);
    run.on('close', (code) => {
      const tally = existsSync(tallyFile) ? JSON.parse(readFileSync(tallyFile, 'utf8')) : undefined;
      if (tally === undefined) reject(new Error(`the test runner ended with ${code} and without a result`));
      else resolve(code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally);
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    options: { suite: { type: 'string', default: 'unit' } },
    allowPositionals: true,
  });
  const { passed, failed, skipped } = await runSuite(values.suite, positionals);
  if (passed + failed + skipped.length === 0)
    console.error(`no test in test/${values.suite} matches: ${positionals.join(' ')}`);
  process.exitCode = failed > 0 || passed + skipped.length === 0 ? 1 : 0;
}
