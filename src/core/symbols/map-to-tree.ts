import { foldPath } from '../traces/fold-path.ts';

/**
 * The path in the tree of a path that a compiler recorded: the longest suffix that exists there, after `.` and `..` are
 * folded (`debian/build/build_amd64_none_amd64/net/core/dev.c` is `net/core/dev.c`). Without one, the folded path itself.
 */
export async function mapToTree(path: string, exists: (path: string) => Promise<boolean>): Promise<string> {
  const folded = foldPath(path);
  const parts = folded.split('/').filter((part) => part !== '' && part !== '..');
  for (let from = 0; from < parts.length; from++) {
    const suffix = parts.slice(from).join('/');
    if (await exists(suffix)) return suffix;
  }
  return folded;
}
