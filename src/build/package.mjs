// Makes kernlens-VERSION.vsix, prints what is in it, and fails when it grows past its limit.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { bundle } from './bundle.mjs';
import { root } from './esbuild-options.mjs';

/** The newest vsce that runs on Node 20. */
const vsce = '@vscode/vsce@3.9.2';
const limitInBytes = 1_000_000;

await bundle({ minify: true });
const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const file = `${name}-${version}.vsix`;
// vsce prints every file and its size. Links of the README stay as they are: there is no public address to make them absolute with.
const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file];
const { status } = spawnSync('npx', ['--yes', vsce, 'package', ...options], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  shell: process.platform === 'win32',
});
if (status !== 0) process.exit(1);

const { size } = statSync(path.join(root, file));
console.log(`${file}: ${size} bytes of at most ${limitInBytes}`);
if (size > limitInBytes) {
  console.error(`kernlens: ${file} is larger than ${limitInBytes} bytes: look at the list above for what has come in`);
  process.exitCode = 1;
}
