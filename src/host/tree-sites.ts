import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context, FileReport } from '../core/engine.ts';
import type { Outcome } from '../core/problem.ts';
import { listSources } from '../core/source-files.ts';
import type { EnginePool } from './engine-pool.ts';
import { digestOf, type FactCache } from './fact-cache.ts';
import { knowledgeDigest } from './knowledge-cache.ts';
import { openReportCache } from './report-cache.ts';
import { stampOf } from './stamps.ts';
import { treeFilesOnDisk } from './tree-files.ts';
import { learnTree } from './tree-wrappers.ts';

export interface TreeSitesOptions {
  readonly root: string;
  readonly pool: EnginePool;
  readonly context: Context;
  /** Absent: everything is worked out anew, and nothing is kept. */
  readonly cache?: FactCache | undefined;
  /** Told what is known of the tree's wrappers, before the first answer. */
  readonly onWrappers?: (wrappers: string) => void;
}

/**
 * The sites of the C files that files and folders hold, those of net/ without any, file by file in their order. What
 * the cache knows needs no worker.
 */
export async function treeSites(
  paths: readonly string[],
  options: TreeSitesOptions,
): Promise<Outcome<AsyncIterable<Outcome<FileReport>>>> {
  const { value, problems } = await listSources(treeFilesOnDisk(options.root), paths.length === 0 ? ['net'] : paths);
  return value === undefined ? { problems } : { value: reports(value, options), problems };
}

async function* reports(
  files: readonly string[],
  { root, pool, context, cache, onWrappers }: TreeSitesOptions,
): AsyncGenerator<Outcome<FileReport>, void, undefined> {
  const ask = (asked: readonly string[]): AsyncGenerator<Outcome<FileReport>, void, undefined> =>
    pool.overFiles(root, asked, (engine, file) => engine.sites({ file }, context));
  const before = new Map(files.map((file) => [file, stampOf(root, file)]));
  const learnt = await learnTree(root, files, { pool, context, cache });
  onWrappers?.(learnt.wrappers);
  const wrappers = digestOf(learnt.wrappers);
  const basisOf = (knowledge: string | undefined): string | undefined => knowledge && `${knowledge} ${wrappers}`;
  const digest = cache && (await currentKnowledge(cache, { root, pool, context }));
  const kept = cache && openReportCache(root, cache, basisOf(digest));
  const found = new Map<string, FileReport | undefined>();
  const breathe = breather();
  for (const file of files) {
    found.set(file, learnt.reports.get(file) ?? kept?.get(file));
    await breathe();
  }
  const answers = ask(files.filter((file) => found.get(file) === undefined));
  try {
    for (const file of files) {
      const report = found.get(file);
      const outcome = report === undefined ? (await answers.next()).value : { value: report, problems: [] };
      if (outcome === undefined) return;
      const isNew = report === undefined || learnt.reports.has(file);
      if (isNew && outcome.value !== undefined && outcome.problems.length === 0)
        kept?.put(outcome.value, before.get(file) ?? '');
      yield outcome;
    }
  } finally {
    await answers.return();
    const basis = cache && basisOf(knowledgeDigest(root, cache)?.digest);
    if (basis !== undefined) await kept?.save(basis, breathe);
  }
}

/** The digest of what the tree says now; where it may have changed an engine reads it anew, and keeps it. */
async function currentKnowledge(
  cache: FactCache,
  { root, pool, context }: Omit<TreeSitesOptions, 'cache'>,
): Promise<string | undefined> {
  const kept = knowledgeDigest(root, cache);
  if (kept === undefined || kept.isFresh) return kept?.digest;
  for await (const _ of pool.overFiles(root, ['Makefile'], (engine) => engine.tree({}, context)));
  return knowledgeDigest(root, cache)?.digest;
}

/** How long what runs in the editor's own thread may hold it, in milliseconds. */
const breath = 8;

/** Waits, where the thread was held for long, until others have had it. */
function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < breath) return;
    await nextTurn();
    since = performance.now();
  };
}
