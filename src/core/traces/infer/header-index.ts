import type { CancelSignal } from '../../base/abort.ts';
import { wordPrint, type WordPrints } from '../../callers/word-prints.ts';
import type { KeptPrints } from '../../callers/word-index.ts';
import type { TreeFiles } from '../../ports.ts';
import { codeItems } from './code-items.ts';

/** Which headers define a function with a body, or a macro that may call something. */
export interface HeaderIndex {
  /** Nearly all of them do; each has to be looked at. */
  defining(name: string): readonly string[];
}

export interface HeaderOptions {
  /** As the tree's folders below arch/ are named: `x86`. */
  readonly arch: string;
  readonly kept?: KeptPrints | undefined;
  readonly signal?: CancelSignal | undefined;
  readonly progress?:
    | ((report: { readonly step: string; readonly done: number; readonly total: number }) => void)
    | undefined;
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** Headers that any file may include. Those beside a file are found there (`privateHeaders`). */
const sharedFolders = (arch: string): readonly string[] => ['include', `arch/${arch}/include`];

/** How many files are read between two pauses. */
const filesAtOnce = 40;

/** Reads every shared header of the tree once. */
export async function indexHeaders(files: TreeFiles, options: HeaderOptions): Promise<HeaderIndex> {
  const { arch, kept, signal, progress, breathe } = options;
  const folders = [...sharedFolders(arch).map((folder) => [folder, false] as const), ['net', true] as const];
  const found = (await Promise.all(folders.map(([folder]) => headersBelow(files, folder)))).flat();
  const pairs: number[] = [];
  for (const [index, file] of found.entries()) {
    if (index % filesAtOnce === 0) {
      await breathe?.();
      signal?.throwIfAborted();
      progress?.({ step: file, done: index, total: found.length });
    }
    const prints = kept?.get(file) ?? (await printsOf(files, file, kept));
    for (const print of prints) pairs.push(print * found.length + index);
  }
  return lookup(found, Float64Array.from(pairs).sort());
}

/** @param pairs of a print and a file's index, as one number below 2^53, sorted */
function lookup(files: readonly string[], pairs: Float64Array): HeaderIndex {
  return {
    defining: (name) => {
      const from = wordPrint(name) * files.length;
      const named: string[] = [];
      for (let at = lowerBound(pairs, from); at < pairs.length; at++) {
        const file = files[(pairs[at] ?? 0) - from];
        if (file === undefined) break;
        named.push(file);
      }
      return named;
    },
  };
}

function lowerBound(sorted: Float64Array, wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function printsOf(files: TreeFiles, file: string, kept: KeptPrints | undefined): Promise<WordPrints> {
  const names = codeItems((await files.read(file)) ?? '').flatMap((item) => item.names);
  const prints = Uint32Array.from(new Set(names.map(wordPrint))).sort();
  kept?.put(file, prints);
  return prints;
}

export async function headersBelow(files: TreeFiles, folder: string): Promise<string[]> {
  const found = (await files.list(folder)).map(async (name) => {
    if (name.endsWith('/')) return headersBelow(files, `${folder}/${name.slice(0, -1)}`);
    return name.endsWith('.h') ? [`${folder}/${name}`] : [];
  });
  return (await Promise.all(found)).flat();
}
