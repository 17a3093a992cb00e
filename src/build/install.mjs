// Node's built-ins only: this runs right after `git clone`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const stampFile = path.join(root, 'node_modules/.kernlens-stamp');

/** Runs `npm ci` where node_modules is missing, or was made from another package-lock.json. Ends the process when that fails. */
export function installDependencies() {
  requireNode20();
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  console.error('kernlens: npm ci');
  const { status } = spawnSync('npm', ['ci'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(
      'kernlens: npm ci failed: check the network and the registry that npm is set to, then run this again',
    );
    process.exit(1);
  }
  writeFileSync(stampFile, wanted);
}

function requireNode20() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return;
  console.error(`kernlens: this is Node ${process.versions.node}: install Node 20 or later`);
  process.exit(1);
}
