import type { TreeFiles } from '../../src/core/ports.ts';

/** A tree in memory: path to text. Counts reads, so that a test can say how much was looked at. */
export function memoryFiles(
  record: Readonly<Record<string, string>>,
): TreeFiles & { readonly reads: readonly string[] } {
  const paths = Object.keys(record).sort();
  const reads: string[] = [];
  return {
    reads,
    read: async (path) => {
      reads.push(path);
      return record[path];
    },
    list: async (folder) => {
      const prefix = folder === '' ? '' : `${folder}/`;
      const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
      return [
        ...new Set(below.map((path) => (path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : path))),
      ].sort();
    },
  };
}
