import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Outcome } from '../core/problem.ts';

/** What every Linux tree since 2.6 has at its top. */
const marks = ['Makefile', 'Kbuild', 'include/linux', 'net'] as const;

/**
 * The absolute folder of the tree at `folder`, or with `upwards` of the tree that `folder` lies in.
 * Decided by what lies there, not by the folder's name.
 */
export function findTree(folder: string, options: { readonly upwards: boolean }): Outcome<string> {
  const start = path.resolve(folder);
  for (let at = start; ; at = path.dirname(at)) {
    if (missingMarks(at).length === 0) return { value: at, problems: [] };
    if (!options.upwards || at === path.dirname(at)) break;
  }
  return { problems: [{ kind: 'not-a-tree', folder: start, missing: missingMarks(start) }] };
}

function missingMarks(folder: string): string[] {
  return marks.filter((mark) => !existsSync(path.join(folder, mark)));
}
