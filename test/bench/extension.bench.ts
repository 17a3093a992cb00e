/** What the editor waits for: the extension's activation, and the first lenses of a file in a cold worker. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { treePath } from '../lab/trees.ts';
import type { Bench } from './bench.ts';

const root = process.cwd();
const dist = path.join(root, 'dist');
const tree = treePath('6.1');
const skip = tree === undefined ? { skip: 'no tree: node test/lab/fetch.mjs trees' } : {};

export const benches: readonly Bench[] = [
  {
    name: 'loading and activating the extension, in a new process',
    run: () => coldly('activation', [path.join(dist, 'extension.cjs')]),
    warmUp: false,
  },
  {
    name: 'positions of the first lenses of tcp_ipv4.c (6.1), in a new process and a new worker',
    run: () => coldly('lensSpots', [path.join(dist, 'worker.cjs'), dist, tree ?? '']),
    warmUp: false,
    ...skip,
  },
  {
    name: 'the same with the titles of all its lenses',
    run: () => coldly('titles', [path.join(dist, 'worker.cjs'), dist, tree ?? '']),
    warmUp: false,
    ...skip,
  },
];

/** The milliseconds that the script in a process of its own says, without that process's own start. */
function coldly(what: string, args: readonly string[]): number {
  const script = path.join(root, 'test/bench/cold-extension.cjs');
  return Number(execFileSync(process.execPath, [script, what, ...args], { encoding: 'utf8' }));
}
