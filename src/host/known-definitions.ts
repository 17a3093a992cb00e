import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CancelSignal } from '../core/base/abort.ts';
import type { SourceLine } from '../core/model.ts';
import { definitionHeads } from '../core/symbols/definition-heads.ts';
import { findDefinitions } from './definitions.ts';

export type FindDefinitions = (
  names: readonly string[],
  signal?: CancelSignal,
) => Promise<ReadonlyMap<string, readonly SourceLine[]>>;

interface Known {
  /** Empty where nothing defines the name. */
  readonly files: readonly string[];
  /** In milliseconds. */
  readonly at: number;
}

/** A name that nothing defined is looked for again after ten minutes: reading the tree for it takes seconds. */
const missingFor = 600_000;

/**
 * `findDefinitions` for a tree that is asked again and again: where a name was found before only those files are read.
 *
 * @param now the time in milliseconds
 */
export function knownDefinitions(tree: string, now: () => number = Date.now): FindDefinitions {
  const known = new Map<string, Known>();
  return async (names, signal) => {
    const found = new Map<string, readonly SourceLine[]>();
    const unknown = new Set<string>();
    for (const name of new Set(names)) {
      const { files = [], at = -Infinity } = known.get(name) ?? {};
      const places = files.flatMap((file) => placesIn(tree, file, name));
      if (places.length > 0) found.set(name, places);
      else if (files.length > 0 || now() - at > missingFor) unknown.add(name);
    }
    if (unknown.size === 0) return found;
    const searched = await findDefinitions(tree, [...unknown], signal);
    for (const name of unknown) {
      const places = searched.get(name) ?? [];
      known.set(name, { files: [...new Set(places.map(({ file }) => file))], at: now() });
      if (places.length > 0) found.set(name, places);
    }
    return found;
  };
}

function placesIn(tree: string, file: string, name: string): readonly SourceLine[] {
  try {
    const heads = definitionHeads(readFileSync(path.join(tree, file), 'latin1'), new Set([name]));
    return heads.map(({ line }) => ({ file, line }));
  } catch {
    return []; // the file has gone
  }
}
