import type { CancelSignal } from '../base/abort.ts';
import type { TreeFiles } from '../ports.ts';
import { hasPrint, wordPrint, type WordPrints, wordPrints } from './word-prints.ts';

/** Which of a tree's C files may hold a word. */
export interface WordIndex {
  /** The folders that were read; what lies elsewhere is not known. */
  readonly folders: readonly string[];
  readonly files: number;
  /** Sorted. Nearly all of them hold the word; each has to be looked at. */
  filesWith(word: string): readonly string[];
}

/** What is known of files from before; the host keeps it on disk. */
export interface KeptPrints {
  /** Undefined where the file has changed since. */
  get(file: string): WordPrints | undefined;
  put(file: string, prints: WordPrints): void;
}

export interface IndexOptions {
  readonly folders: readonly string[];
  readonly kept?: KeptPrints;
  readonly signal: CancelSignal;
  readonly progress: (report: { readonly step: string; readonly done: number; readonly total: number }) => void;
  /** As `Context.breathe`. */
  readonly breathe?: () => Promise<void>;
}

/**
 * Where packets come from and go through: the stack, what is inline in headers, and the network drivers. What runs
 * soft interrupts, timers and work (kernel/) is left out on purpose: it calls everything.
 */
export const indexedFolders: readonly string[] = ['net', 'include', 'drivers/net'];

/** How many files are read between two pauses. */
const filesAtOnce = 40;

/** Reads every C file and header below the folders once. */
export async function indexWords(files: TreeFiles, options: IndexOptions): Promise<WordIndex> {
  const { folders, kept, signal, progress, breathe } = options;
  const found = (await Promise.all(folders.map((folder) => sourcesBelow(files, folder)))).flat().sort();
  const prints: (readonly [file: string, prints: WordPrints])[] = [];
  for (const file of found) {
    if (prints.length % filesAtOnce === 0) {
      await breathe?.();
      signal.throwIfAborted();
      progress({ step: file, done: prints.length, total: found.length });
    }
    const known = kept?.get(file) ?? (await printsOf(files, file, kept));
    prints.push([file, known]);
  }
  return {
    folders,
    files: prints.length,
    filesWith: (word) => {
      const print = wordPrint(word);
      return prints.filter(([, each]) => hasPrint(each, print)).map(([file]) => file);
    },
  };
}

async function printsOf(files: TreeFiles, file: string, kept: KeptPrints | undefined): Promise<WordPrints> {
  const prints = wordPrints((await files.read(file)) ?? '');
  kept?.put(file, prints);
  return prints;
}

async function sourcesBelow(files: TreeFiles, folder: string): Promise<string[]> {
  const found = (await files.list(folder)).map(async (name) => {
    if (name.endsWith('/')) return sourcesBelow(files, `${folder}/${name.slice(0, -1)}`);
    return /\.[ch]$/.test(name) ? [`${folder}/${name}`] : [];
  });
  return (await Promise.all(found)).flat();
}
