import type { Context, FilePaths } from '../core/engine.ts';
import { compareSites, type SiteChange, type SiteWithPaths } from '../core/paths/compare-sites.ts';
import type { Outcome } from '../core/problem.ts';
import { listSources } from '../core/source-files.ts';
import type { EnginePool } from './engine-pool.ts';
import type { FactCache } from './fact-cache.ts';
import { treeFilesOnDisk } from './tree-files.ts';
import { learnWrappers } from './tree-wrappers.ts';

/** What changed in a file that at least one of two trees has. */
export interface FileChanges {
  readonly file: string;
  readonly changes: readonly SiteChange[];
  /** Functions that could not be read whole, on which the answer may rest. */
  readonly unparsed: readonly (FilePaths['unparsed'][number] & { readonly root: string })[];
}

export interface CompareTreesOptions {
  /** The trees' absolute folders. */
  readonly before: string;
  readonly after: string;
  readonly pool: EnginePool;
  /** Where what is known of either tree is kept; absent: nowhere. */
  readonly caches?: { readonly before: FactCache; readonly after: FactCache } | undefined;
  /** Progress is told file by file. */
  readonly context: Context;
}

/**
 * What changed between the sites of two trees, in the C files that files and folders hold in either (those of net/
 * without any), file by file in their order. A file that only one tree has adds or removes all of its sites.
 */
export async function compareTrees(
  paths: readonly string[],
  { before, after, pool, caches, context }: CompareTreesOptions,
): Promise<Outcome<AsyncIterable<Outcome<FileChanges>>>> {
  const wanted = paths.length === 0 ? ['net'] : paths;
  const [old, fresh] = await Promise.all(
    [before, after].map((root) => listSources(treeFilesOnDisk(root), wanted).then(({ value = [] }) => new Set(value))),
  );
  const files = [...new Set([...(old ?? []), ...(fresh ?? [])])].sort();
  // What neither tree has is a mistake; what one of them lacks is a difference.
  if (files.length === 0) return listSources(treeFilesOnDisk(after), wanted).then(({ problems }) => ({ problems }));

  async function* changes(): AsyncGenerator<Outcome<FileChanges>, void, undefined> {
    const ask = (root: string, has: ReadonlySet<string> = new Set()): Answers =>
      pool.overFiles(root, [...has].sort(), (engine, file) => engine.sitePaths({ file }, context));
    await learnWrappers(before, { pool, context, cache: caches?.before });
    await learnWrappers(after, { pool, context, cache: caches?.after });
    const [olds, news] = [ask(before, old), ask(after, fresh)];
    try {
      for (const [done, file] of files.entries()) {
        context.progress({ step: file, done, total: files.length });
        const was = old?.has(file) === true ? await nextOf(olds) : undefined;
        const is = fresh?.has(file) === true ? await nextOf(news) : undefined;
        yield changesIn(file, { before, after, was, is });
      }
    } finally {
      await Promise.all([olds.return(), news.return()]);
    }
  }
  return { value: changes(), problems: [] };
}

type Answers = AsyncGenerator<Outcome<FilePaths>, void, undefined>;

async function nextOf(answers: Answers): Promise<Outcome<FilePaths> | undefined> {
  return (await answers.next()).value ?? undefined;
}

interface Sides {
  readonly before: string;
  readonly after: string;
  /** Absent where that tree does not have the file. */
  readonly was: Outcome<FilePaths> | undefined;
  readonly is: Outcome<FilePaths> | undefined;
}

function changesIn(file: string, { before, after, was, is }: Sides): Outcome<FileChanges> {
  const problems = [...(was?.problems ?? []), ...(is?.problems ?? [])];
  // Unreadable on one side: nothing can be said, and all of it would look removed or added.
  if ((was !== undefined && was.value === undefined) || (is !== undefined && is.value === undefined))
    return { problems };
  const unparsed = [
    ...(was?.value?.unparsed ?? []).map((each) => ({ ...each, root: before })),
    ...(is?.value?.unparsed ?? []).map((each) => ({ ...each, root: after })),
  ];
  return { value: { file, changes: compareSites(withPaths(was), withPaths(is)), unparsed }, problems };
}

function withPaths(outcome: Outcome<FilePaths> | undefined): readonly SiteWithPaths[] {
  const { sites = [], paths = {} } = outcome?.value ?? {};
  return sites.map((site) => ({ site, paths: paths[site.id] ?? [] }));
}
