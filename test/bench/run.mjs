// Measures test/bench/*.bench.ts and prints a Markdown table.
//   npm run bench [-- [--write] [--slow] [WORD]]     --write keeps the table in docs/bench.md; --slow measures whole what is else scaled up; WORD: only files whose name holds it
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { commonOptions, root } from '../../src/build/esbuild-options.mjs';

/** @typedef {import('./bench.ts').Bench} Bench */

const page = path.join(root, 'docs/bench.md');
const [begin, end] = ['<!-- measured -->', '<!-- /measured -->'];

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean' }, slow: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.slow) process.env['KERNLENS_BENCH_SLOW'] = '1';
/** @type {string[]} */
const rows = [];
for (const bench of await loadBenches(positionals[0] ?? '')) {
  rows.push(await measure(bench));
  console.error(rows.at(-1));
}
const table = [
  `Median milliseconds, on ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}.`,
  '',
  '| what | median | fastest | runs | compared with | its median |',
  '| --- | ---: | ---: | ---: | --- | ---: |',
  ...rows,
].join('\n');
console.log(table);
if (values.write) writePage(table);

/**
 * @param {string} word
 * @returns {Promise<Bench[]>}
 */
async function loadBenches(word) {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.bench.ts') && file.includes(word));
  const out = path.join(root, 'dist-test', `bench-${process.pid}`);
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  await build({
    ...commonOptions,
    entryPoints: files.map((file) => path.join(import.meta.dirname, file)),
    outdir: out,
    outExtension: { '.js': '.cjs' },
    sourcemap: 'inline',
    external: ['vscode', 'esbuild'],
  });
  const require = createRequire(import.meta.url);
  return files.sort().flatMap((file) => require(path.join(out, file.replace(/\.ts$/, '.cjs'))).benches);
}

/**
 * @param {Bench} bench
 * @returns {Promise<string>} a row of the table
 */
async function measure({ name, runs = 10, warmUp = true, skip, run, peer }) {
  if (skip !== undefined) return `| ${name} | not measured: ${skip} | | | | |`;
  /** @type {number[]} */
  const own = [];
  /** @type {number[]} */
  const others = [];
  for (let turn = warmUp ? -1 : 0; turn < runs; turn++) {
    const [mine, its] = [await time(run), peer && (await time(peer.run))];
    if (turn < 0) continue;
    own.push(mine);
    if (its !== undefined) others.push(its);
  }
  const compared = peer === undefined ? '| |' : `${peer.name} | ${shown(median(others))} |`;
  return `| ${name} | ${shown(median(own))} | ${shown(Math.min(...own))} | ${runs} | ${compared}`;
}

/** @param {Bench['run']} run */
async function time(run) {
  const started = performance.now();
  const said = await run();
  return typeof said === 'number' ? said : performance.now() - started;
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** @param {number} milliseconds */
function shown(milliseconds) {
  return milliseconds < 10 ? milliseconds.toFixed(2) : milliseconds.toFixed(0);
}

/** @param {string} measured */
function writePage(measured) {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : `# Measured\n\n${begin}\n${end}\n`;
  const from = before.indexOf(begin);
  const to = before.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${page} has no place for the table: put ${begin} and ${end} into it`);
  writeFileSync(page, `${before.slice(0, from + begin.length)}\n\n${measured}\n\n${before.slice(to)}`);
  spawnSync(process.execPath, [path.join(root, 'node_modules/oxfmt/bin/oxfmt'), page], { cwd: root });
}
