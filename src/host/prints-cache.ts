import { deserialize, serialize } from 'node:v8';
import type { KeptPrints } from '../core/callers/word-index.ts';
import type { WordPrints } from '../core/callers/word-prints.ts';
import type { FactCache } from './fact-cache.ts';
import { type Stamp, stampOf } from './stamps.ts';

interface Entry {
  readonly stamp: Stamp;
  readonly prints: WordPrints;
}

/**
 * Words of a tree's files between runs, read when first asked for; a file that was touched since is read again.
 *
 * @param name what they are the words of: those of another name are kept apart
 */
export function openPrintsCache(
  root: string,
  cache: FactCache,
  name: string,
): KeptPrints & { readonly save: () => void } {
  let known: ReadonlyMap<string, Entry> | undefined;
  const found = new Map<string, Entry>();
  let isChanged = false;
  return {
    get: (file) => {
      known ??= keptEntries(cache, name);
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
      if (isChanged || found.size !== known?.size) cache.write(name, serialize(found));
      known = found;
    },
  };
}

function keptEntries(cache: FactCache, name: string): ReadonlyMap<string, Entry> {
  const content = cache.read(name);
  return content === undefined ? new Map() : (deserialize(content) as Map<string, Entry>);
}
