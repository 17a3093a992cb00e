// Builds test files with esbuild and runs them with Node's own test runner.
//   node test/unit.mjs [--suite unit|trees|tools] [WORD...]     only files whose path holds every WORD
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const root = path.resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const suiteAt = args.indexOf('--suite');
const suite = suiteAt >= 0 ? args.splice(suiteAt, 2)[1] : 'unit';

const files = readdirSync(path.join(root, 'test', suite), { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.test.ts') && args.every((word) => file.includes(word)))
  .sort();
const out = path.join(root, 'dist-test', suite);
if (args.length === 0) rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: files.map((file) => path.join('test', suite, file)),
  outbase: path.join('test', suite),
  outdir: out,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  external: ['vscode', 'esbuild'],
  alias: { 'web-tree-sitter': require.resolve('web-tree-sitter') },
  logLevel: 'warning',
});
const built = files.map((file) => path.join(out, file.replace(/\.ts$/, '.cjs')));
const run = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...built], { cwd: root, stdio: 'inherit' });
process.exit(run.status ?? 1);
