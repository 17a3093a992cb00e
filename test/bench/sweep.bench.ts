/** What the editor feels of a sweep over a whole tree: its own thread, and the file in front. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type EngineClientOptions, startEngineClient } from '../../src/host/engine-client.ts';
import { sweepTree } from '../../src/host/sweep-tree.ts';
import { treePath } from '../lab/trees.ts';
import type { Bench } from './bench.ts';

const dist = path.join(process.cwd(), 'dist');
/** 78,000 files. */
const tree = treePath('6.12') ?? '';
const skip = tree === '' ? { skip: 'no tree: node test/lab/fetch.mjs trees' } : {};
const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const options: EngineClientOptions = {
  workerFile: path.join(dist, 'worker.cjs'),
  assets: dist,
  cache: { folder, build: 'bench' },
};
const folders = ['net', 'drivers/net'];

export const benches: readonly Bench[] = [
  {
    name: 'the longest that the editor waits for its own thread while net/ and drivers/net/ (6.12) are listed, nothing known',
    run: () => longestWait(folders),
    runs: 1,
    warmUp: false,
    ...skip,
    peer: { name: 'doing nothing for four seconds', run: idleWait },
  },
  {
    name: 'the same from the cache',
    run: () => longestWait(folders),
    runs: 3,
    warmUp: false,
    ...skip,
    peer: { name: 'doing nothing for four seconds', run: idleWait },
  },
  {
    name: 'positions of the lenses of tcp_ipv4.c (6.12), in a new worker, while net/ and drivers/net/ are read',
    run: firstLensInSweep,
    runs: 5,
    ...skip,
    peer: { name: 'the same with nothing else going on', run: firstLens },
  },
];

async function longestWait(paths: readonly string[]): Promise<number> {
  const { signal } = new AbortController();
  return waitDuring(() => sweepTree(options, { root: tree, paths }, { signal, receive: () => {} }));
}

/** What the machine's other work makes of it. */
function idleWait(): Promise<number> {
  return waitDuring(() => new Promise((later) => setTimeout(later, 4000)));
}

/** The longest delay of this thread's event loop, in milliseconds. */
async function waitDuring(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6;
}

async function firstLens(): Promise<number> {
  const client = startEngineClient(options);
  const context = { signal: new AbortController().signal, progress: (): void => {} };
  const started = performance.now();
  const request = { file: 'net/ipv4/tcp_ipv4.c', density: 'all' } as const;
  const { value = [] } = await client.engine(tree).lensSpots(request, context);
  const taken = performance.now() - started;
  await client.stop();
  if (value.length === 0) throw new Error('no lens');
  return taken;
}

async function firstLensInSweep(): Promise<number> {
  const cancel = new AbortController();
  // Without a cache it never ends early.
  const sweep = sweepTree(
    { ...options, cache: undefined },
    { root: tree, paths: folders },
    { signal: cancel.signal, receive: () => {} },
  );
  sweep.catch(() => {});
  await new Promise((later) => setTimeout(later, 1500));
  const taken = await firstLens();
  cancel.abort();
  await sweep.catch(() => {});
  return taken;
}
