import type { Context, Engine } from '../core/engine.ts';
import { treeWrappers, wrappersToText } from '../core/paths/tree-wrappers.ts';
import type { Wanted, WrapperFacts } from '../core/paths/wrapper-facts.ts';
import { listSources } from '../core/source-files.ts';
import type { EnginePool } from './engine-pool.ts';
import type { FactCache } from './fact-cache.ts';
import { areFresh, noteReads, type Stamp, stampOf } from './stamps.ts';
import { treeFilesOnDisk } from './tree-files.ts';

export interface TreeWrappersOptions {
  readonly pool: EnginePool;
  readonly context: Context;
  /** Absent: worked out anew, and not kept. */
  readonly cache?: FactCache | undefined;
}

/**
 * What is known of the wrappers of a whole tree, as text for `Context.wrappers`: from the cache where no file has
 * changed, else found out on the workers and kept. The pool's workers know it then.
 */
export async function learnWrappers(root: string, { pool, context, cache }: TreeWrappersOptions): Promise<string> {
  const wrappers = freshWrappers(root, cache) ?? (await findWrappers(root, { pool, context, cache }));
  pool.learn(root, wrappers);
  return wrappers;
}

/** What the cache has, whether or not the tree has changed since. */
export function keptWrappers(cache: FactCache): string | undefined {
  return entryOf(cache)?.wrappers;
}

interface Entry {
  readonly wrappers: string;
  readonly stamps: Readonly<Record<string, Stamp>>;
}

function entryOf(cache: FactCache | undefined): Entry | undefined {
  const content = cache?.read('wrappers');
  return content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as Entry);
}

function freshWrappers(root: string, cache: FactCache | undefined): string | undefined {
  const entry = entryOf(cache);
  return entry !== undefined && areFresh(root, entry.stamps) ? entry.wrappers : undefined;
}

async function findWrappers(root: string, { pool, context, cache }: TreeWrappersOptions): Promise<string> {
  const { files, stamps } = await filesOfTree(root);
  const ask = async (wanted: Wanted | undefined): Promise<readonly WrapperFacts[]> => {
    const found: WrapperFacts[] = [];
    const batches = inBatches(files);
    const question = (engine: Engine, asked: readonly string[]): ReturnType<Engine['wrapperFacts']> =>
      engine.wrapperFacts({ files: asked, ...(wanted === undefined ? {} : { wanted }) }, context);
    const answers = pool.overFiles(root, [...batches.keys()], (engine, name) =>
      question(engine, batches.get(name) ?? []),
    );
    const failed: string[] = [];
    const names = batches.keys();
    for await (const { value } of answers) {
      const name = names.next().value ?? '';
      if (value === undefined) failed.push(...(batches.get(name) ?? []));
      else found.push(...value);
    }
    // One file of a batch killed the parser: the others are asked for alone, and that one tells nothing.
    for await (const { value } of pool.overFiles(root, failed, (engine, file) => question(engine, [file])))
      found.push(...(value ?? []));
    return found;
  };
  const wrappers = wrappersToText(await treeWrappers(ask));
  cache?.write('wrappers', JSON.stringify({ wrappers, stamps } satisfies Entry));
  return wrappers;
}

/** All of net/, and the headers that its files share. */
async function filesOfTree(root: string): Promise<{ files: readonly string[]; stamps: Entry['stamps'] }> {
  const noted = noteReads(root, treeFilesOnDisk(root));
  const { value: own = [] } = await listSources({ ...noted.files, read: async () => undefined }, [
    'net',
    'include/net',
  ]);
  const names = await noted.files.list('include/linux');
  const headers = names.filter((name) => name.endsWith('.h')).map((name) => `include/linux/${name}`);
  const files = [...own, ...headers];
  const stamps = { ...noted.stamps, ...Object.fromEntries(files.map((file) => [file, stampOf(root, file)])) };
  return { files, stamps };
}

const batchSize = 24;

/** By the first file of each. */
function inBatches(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const batches = new Map<string, readonly string[]>();
  for (let at = 0; at < files.length; at += batchSize) batches.set(files[at] ?? '', files.slice(at, at + batchSize));
  return batches;
}
