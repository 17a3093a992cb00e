import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs npm quietly and returns what it printed. npm's own messages go to stderr.
 * @param {readonly string[]} args
 * @param {string} cwd
 */
export function npm(args, cwd) {
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
}

/**
 * Installs one package into a folder of its own; no script of any package is run.
 * @param {string} specifier as in "left-pad@1.3.0"
 * @param {string} folder
 * @returns {string} where the package lies
 */
export function installPackage(specifier, folder) {
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  npm(['install', '--ignore-scripts', '--no-save', '--no-package-lock', specifier], folder);
  return path.join(folder, 'node_modules', specifier.slice(0, specifier.lastIndexOf('@')));
}
