import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { TreeFiles } from '../core/ports.ts';

/** A tree on disk. A path that leaves the tree is treated as a file that isn't there. */
export function treeFilesOnDisk(root: string): TreeFiles {
  const inside = (relative: string): string | undefined => {
    const full = path.resolve(root, relative);
    return full === root || full.startsWith(root + path.sep) ? full : undefined;
  };
  return {
    async read(relative) {
      const full = inside(relative);
      if (full === undefined) return undefined;
      try {
        return await readFile(full, 'utf8');
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
    async list(folder) {
      const full = inside(folder);
      if (full === undefined) return [];
      try {
        const entries = await readdir(full, { withFileTypes: true });
        return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
      } catch (error) {
        if (isAbsent(error)) return [];
        throw error;
      }
    },
  };
}

function isAbsent(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'EACCES';
}
