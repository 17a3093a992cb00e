/** The status of every known incident in a tree, in a new process: with nothing known, and from the cache. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { treePath } from '../lab/trees.ts';
import type { Bench } from './bench.ts';

const tree = treePath('6.1') ?? '';
const skip = tree === '' ? { skip: 'no tree: node test/lab/fetch.mjs trees' } : {};
const cache = mkdtempSync(path.join(tmpdir(), 'kernlens-bench-'));
process.once('exit', () => rmSync(cache, { recursive: true, force: true }));

export const benches: readonly Bench[] = [
  {
    name: 'the status of all incidents in a tree (6.1), in a new process, nothing known',
    run: () => check({ KERNLENS_NO_CACHE: '1' }),
    runs: 3,
    warmUp: false,
    ...skip,
  },
  {
    name: 'the same from the cache, in a new process',
    run: () => check({ XDG_CACHE_HOME: cache }),
    runs: 5,
    ...skip,
  },
];

function check(environment: Readonly<Record<string, string>>): void {
  const cli = path.join(process.cwd(), 'dist', 'cli.cjs');
  execFileSync(process.execPath, [cli, 'incidents', '--tree', tree, '--json'], {
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
