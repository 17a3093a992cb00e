import { deserialize, serialize } from 'node:v8';
import type { KeptPrints } from '../core/callers/word-index.ts';
import type { WordPrints } from '../core/callers/word-prints.ts';
import type { FactCache } from './fact-cache.ts';
import { type Stamp, stampOf } from './stamps.ts';

interface Entry {
  readonly stamp: Stamp;
  readonly prints: WordPrints;
}

/** The words of a tree's files between runs, read when first asked for; a file that was touched since is read again. */
export function openPrintsCache(root: string, cache: FactCache): KeptPrints & { readonly save: () => void } {
  let known: ReadonlyMap<string, Entry> | undefined;
  const found = new Map<string, Entry>();
  let isChanged = false;
  return {
    get: (file) => {
      known ??= keptEntries(cache);
      const entry = known.get(file);
      if (entry === undefined || entry.stamp !== stampOf(root, file)) return undefined;
      found.set(file, entry);
      return entry.prints;
    },
    put: (file, prints) => {
      isChanged = true;
      found.set(file, { stamp: stampOf(root, file), prints });
    },
    save: () => {
      if (isChanged || found.size !== known?.size) cache.write(entryName, serialize(found));
      known = found;
    },
  };
}

const entryName = 'words';

function keptEntries(cache: FactCache): ReadonlyMap<string, Entry> {
  const content = cache.read(entryName);
  return content === undefined ? new Map() : (deserialize(content) as Map<string, Entry>);
}
