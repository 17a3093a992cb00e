import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CancelSignal } from '../core/base/abort.ts';
import type { SourceLine } from '../core/model.ts';
import { definitionHeads } from '../core/symbols/definition-heads.ts';

/** `whole` also reads the drivers that aren't network drivers, sound and all architectures: a gigabyte. */
export type SearchDepth = 'near' | 'whole';

/**
 * Finds where functions are defined, by one pass over the text of the tree's files: the network stack and the core
 * first, further folders only while names are missing. Several places of one name are all kept, those in .c files
 * before those in headers. Names are those of `definitionNames`.
 */
export async function findDefinitions(
  tree: string,
  names: readonly string[],
  signal?: CancelSignal,
  depth: SearchDepth = 'near',
): Promise<ReadonlyMap<string, readonly SourceLine[]>> {
  const found = new Map<string, SourceLine[]>();
  const wanted = new Set(names);
  for (const folders of depth === 'whole' ? [...nearFolders, farFolders] : nearFolders) {
    const missing = new Set([...wanted].filter((name) => !found.has(name)));
    if (missing.size === 0) break;
    await searchFolders(tree, folders, missing, found, signal);
  }
  return new Map([...found].map(([name, places]) => [name, bestPlaces(places)]));
}

const nearFolders = [
  ['net', 'kernel', 'lib', 'mm'],
  ['fs', 'block', 'io_uring', 'ipc', 'security', 'crypto', 'init', 'virt', 'include', 'arch/x86', 'drivers/net'],
] as const;
const farFolders = ['drivers', 'sound', 'arch', 'rust'] as const;

/** How many files are read at the same time. */
const readers = 16;

async function searchFolders(
  tree: string,
  folders: readonly string[],
  names: ReadonlySet<string>,
  found: Map<string, SourceLine[]>,
  signal: CancelSignal | undefined,
): Promise<void> {
  const files = (await Promise.all(folders.map((folder) => sourceFiles(tree, folder)))).flat();
  const isMentioned = mentionOf(names);
  const next = files.values();
  const read = async (): Promise<void> => {
    for (const file of next) {
      signal?.throwIfAborted();
      const text = await readText(path.join(tree, file));
      if (!isMentioned.test(text)) continue;
      for (const { name, line } of definitionHeads(text, names)) {
        found.set(name, [...(found.get(name) ?? []), { file, line }]);
      }
    }
  };
  await Promise.all(Array.from({ length: readers }, read));
}

/** Most files hold none of the names: to see that costs a tenth of looking for heads. Of `SYSCALL_DEFINE(bind)` it is `bind`. */
function mentionOf(names: ReadonlySet<string>): RegExp {
  const words = [...names].map((name) => name.slice(name.indexOf('(') + 1).replace(/[^\w]/g, ''));
  return new RegExp(words.join('|'));
}

async function sourceFiles(tree: string, folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(path.join(tree, folder), { recursive: true });
    return names.filter((name) => /\.[chS]$/.test(name)).map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`);
  } catch {
    return [];
  }
}

/** Kernel source is ASCII but for names in comments, so Latin-1 is exact where it matters and quicker. A file that vanished is empty. */
async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1');
  } catch {
    return '';
  }
}

function bestPlaces(places: readonly SourceLine[]): readonly SourceLine[] {
  const inFiles = places.filter(({ file }) => !file.endsWith('.h'));
  const best = inFiles.length > 0 ? inFiles : places;
  return [...best].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}
