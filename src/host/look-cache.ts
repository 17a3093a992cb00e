import { deserialize, serialize } from 'node:v8';
import type { FileLook } from '../core/engine.ts';
import type { FactCache } from './fact-cache.ts';
import { contentOf, type Stamp, stampOf } from './stamps.ts';

/** What the first look at a tree's files told, kept by content: after a change only the changed files are looked at. */
export interface LookCache {
  /** Without the report. Undefined where the file has changed since, or was never looked at. */
  get(file: string, stamp: Stamp): FileLook | undefined;
  /** @param before the file's stamp from before it was looked at */
  put(look: FileLook, before: Stamp): void;
  save(): void;
}

interface Entry {
  readonly stamp: Stamp;
  readonly content: string;
  readonly look: FileLook;
}

const entryName = 'looks';

export function openLookCache(root: string, cache: FactCache): LookCache {
  const content = cache.read(entryName);
  const entries = content === undefined ? new Map<string, Entry>() : (deserialize(content) as Map<string, Entry>);
  let isChanged = false;
  return {
    get: (file, stamp) => {
      const entry = entries.get(file);
      if (entry === undefined || entry.stamp === stamp) return entry?.look;
      if (contentOf(root, file) !== entry.content || stampOf(root, file) !== stamp) return undefined;
      entries.set(file, { ...entry, stamp });
      isChanged = true;
      return entry.look;
    },
    put: (whole, before) => {
      const look = { ...whole };
      delete look.report;
      const found = contentOf(root, look.file);
      // Changed while it was looked at: nobody knows which content the look speaks of.
      if (found === undefined || stampOf(root, look.file) !== before) return;
      entries.set(look.file, { stamp: before, content: found, look });
      isChanged = true;
    },
    save: () => {
      if (isChanged) cache.write(entryName, serialize(entries));
    },
  };
}
