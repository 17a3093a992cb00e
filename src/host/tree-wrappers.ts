import { mayHold } from '../core/callers/word-prints.ts';
import type { Context, Engine, FileLook, FileReport } from '../core/engine.ts';
import { type AskFiles, treeWrappers, wrappersToText } from '../core/paths/tree-wrappers.ts';
import type { Wanted, WrapperFacts } from '../core/paths/wrapper-facts.ts';
import type { Outcome } from '../core/problem.ts';
import { listSources } from '../core/source-files.ts';
import type { EnginePool } from './engine-pool.ts';
import type { FactCache } from './fact-cache.ts';
import { openLookCache } from './look-cache.ts';
import { areFresh, noteReads, type Stamp, stampOf } from './stamps.ts';
import { treeFilesOnDisk } from './tree-files.ts';

export interface TreeWrappersOptions {
  readonly pool: EnginePool;
  readonly context: Context;
  /** Absent: worked out anew, and not kept. */
  readonly cache?: FactCache | undefined;
}

export interface LearntTree {
  /** Text for `Context.wrappers`. */
  readonly wrappers: string;
  /** What came out beside it: the sites of files that had to be read, final already. */
  readonly reports: ReadonlyMap<string, FileReport>;
}

/**
 * What is known of the wrappers of a whole tree, as text for `Context.wrappers`: from the cache where no file has
 * changed, else found out on the workers and kept. The pool's workers know it then.
 */
export async function learnWrappers(root: string, options: TreeWrappersOptions): Promise<string> {
  return (await learnTree(root, [], options)).wrappers;
}

/**
 * The same for whoever wants the sites of files next: where they have to be read for their wrappers, they are read once
 * for both.
 */
export async function learnTree(
  root: string,
  sites: readonly string[],
  { pool, context, cache }: TreeWrappersOptions,
): Promise<LearntTree> {
  const kept = freshWrappers(root, cache);
  const learnt =
    kept === undefined ? await findWrappers(root, sites, { pool, context, cache }) : { wrappers: kept, reports: none };
  pool.learn(root, learnt.wrappers);
  return learnt;
}

const none: LearntTree['reports'] = new Map();

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

async function findWrappers(
  root: string,
  sites: readonly string[],
  { pool, context, cache }: TreeWrappersOptions,
): Promise<LearntTree> {
  const { files, stamps } = await filesOfTree(root);
  const kept = cache && openLookCache(root, cache);
  const asked = inBatches<FileLook>(root, pool);
  const isWanted = new Set(sites);
  const looks = new Map<string, FileLook>();
  const lookAtAll = async (): Promise<void> => {
    const fresh = files.filter((file) => {
      const look = kept?.get(file, stamps[file] ?? '');
      if (look !== undefined) looks.set(file, look);
      return look === undefined;
    });
    const found = await asked(fresh, (engine, batch) =>
      engine.look({ files: batch, sites: batch.filter((file) => isWanted.has(file)) }, context),
    );
    for (const look of found) {
      looks.set(look.file, look);
      kept?.put(look, stamps[look.file] ?? '');
    }
  };
  const ask: AskFiles = async (wanted) => {
    if (wanted === undefined) {
      await lookAtAll();
      return files.flatMap((file) => looks.get(file)?.facts ?? []);
    }
    const holders = files.filter((file) => mayAnswer(looks.get(file), wanted));
    return inBatches<WrapperFacts>(root, pool)(holders, (engine, batch) =>
      engine.wrapperFacts({ files: batch, wanted }, context),
    );
  };
  const index = await treeWrappers(ask);
  const wrappers = wrappersToText(index);
  cache?.write('wrappers', JSON.stringify({ wrappers, stamps } satisfies Entry));
  kept?.save();
  const names = [...index.keys()].map((name) => name.replace('->', ''));
  const final = [...looks.values()].filter((look) => !holdsOneOf(look, names));
  return { wrappers, reports: new Map(final.flatMap(({ file, report }) => (report ? [[file, report]] : []))) };
}

function mayAnswer(look: FileLook | undefined, { defined, called, fields, values }: Wanted): boolean {
  const heads = look?.defined;
  const isDefined = heads !== undefined && defined.some((name) => mayHold(heads, name));
  return isDefined || holdsOneOf(look, [...called, ...fields, ...values]);
}

function holdsOneOf(look: FileLook | undefined, names: readonly string[]): boolean {
  const prints = look?.prints;
  return prints !== undefined && names.some((name) => mayHold(prints, name));
}

/** How many files a worker is asked about at once: what they tell is small. */
const batchSize = 16;

/** Asks about all files; one that kills the parser tells nothing. */
function inBatches<T>(
  root: string,
  pool: EnginePool,
): (files: readonly string[], ask: (engine: Engine, files: readonly string[]) => Told<T>) => Promise<readonly T[]> {
  return async (files, ask) => {
    const batches = new Map<string, readonly string[]>();
    for (let at = 0; at < files.length; at += batchSize) batches.set(files[at] ?? '', files.slice(at, at + batchSize));
    const found: T[] = [];
    const failed: string[] = [];
    const names = batches.keys();
    const answers = pool.overFiles(root, [...batches.keys()], (engine, name) => ask(engine, batches.get(name) ?? []));
    for await (const { value } of answers) {
      const name = names.next().value ?? '';
      if (value === undefined) failed.push(...(batches.get(name) ?? []));
      else found.push(...value);
    }
    // One file of a batch killed the parser: the others are asked for alone.
    for await (const { value } of pool.overFiles(root, failed, (engine, file) => ask(engine, [file])))
      found.push(...(value ?? []));
    return found;
  };
}

type Told<T> = Promise<Outcome<readonly T[]>>;

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
