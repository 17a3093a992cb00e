/**
 * All sites and paths of net/, cold and from the cache, and the lenses of a big file while it is edited. The peers
 * answer less: ast-grep one pattern, ctags the names of functions. Without them on the PATH the rows stand alone.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEngineClient } from '../../src/host/engine-client.ts';
import { treePath } from '../lab/trees.ts';
import type { Bench } from './bench.ts';

const dist = path.join(process.cwd(), 'dist');
const tree = treePath('6.1') ?? '';
const skip = tree === '' ? { skip: 'no tree: node test/lab/fetch.mjs trees' } : {};
const cache = mkdtempSync(path.join(tmpdir(), 'kernlens-bench-'));
process.once('exit', () => rmSync(cache, { recursive: true, force: true }));

export const benches: readonly Bench[] = [
  {
    name: 'all sites and paths of net/ (6.1), in a new process, nothing known',
    run: () => sites({ KERNLENS_NO_CACHE: '1' }),
    runs: 3,
    warmUp: false,
    ...skip,
    ...peer('ast-grep', ['run', '-j2', '-l', 'c', '-p', 'kfree_skb($$$);', '--json=stream', 'net'], 'one pattern'),
  },
  {
    name: 'the same from the cache, in a new process',
    run: () => sites({ XDG_CACHE_HOME: cache }),
    runs: 5,
    ...skip,
    ...peer('ctags', ['--languages=C', '--kinds-C=f', '--map-C=+.h', '-R', '-f', '-', 'net'], 'names of functions'),
  },
  {
    name: 'lenses of tcp_input.c (6.1) after an edit, their positions and the first five titles',
    run: () => edits(8),
    runs: 3,
    warmUp: false,
    ...skip,
  },
];

function sites(environment: Readonly<Record<string, string>>): void {
  run(process.execPath, [path.join(dist, 'cli.cjs'), 'sites', '--tree', tree, '--json'], environment);
}

function peer(program: string, words: readonly string[], what: string): Pick<Bench, 'peer'> {
  if (spawnSync(program, ['--version']).status !== 0) return {};
  return { peer: { name: `${program}: ${what}`, run: () => run(program, words, {}) } };
}

function run(program: string, words: readonly string[], environment: Readonly<Record<string, string>>): void {
  execFileSync(program, words, {
    cwd: tree,
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** The median milliseconds from an edit's text to what the editor draws. */
async function edits(count: number): Promise<number> {
  const client = startEngineClient({ workerFile: path.join(dist, 'worker.cjs'), assets: dist });
  const engine = client.engine(tree);
  const context = { signal: new AbortController().signal, progress: (): void => {} };
  const file = 'net/ipv4/tcp_input.c';
  const text = readFileSync(path.join(tree, file), 'utf8');
  const taken: number[] = [];
  try {
    // The first ones also start the worker and let it warm up.
    for (let edit = -4; edit < count; edit++) {
      const request = { file, text: `${text}/* ${edit} */\n` };
      const started = performance.now();
      const spots = (await engine.lensSpots({ ...request, density: 'all' }, context)).value ?? [];
      await Promise.all(spots.slice(0, 5).map((spot) => engine.lens({ ...request, spot }, context)));
      if (edit >= 0) taken.push(performance.now() - started);
    }
  } finally {
    await client.stop();
  }
  return taken.sort((a, b) => a - b)[Math.floor(taken.length / 2)] ?? Number.NaN;
}
