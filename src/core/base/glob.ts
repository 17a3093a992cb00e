/** A matcher of whole paths: `*` and `?` stay inside a folder, `**` goes across folders. */
export function globToMatcher(glob: string): (path: string) => boolean {
  const known = matchers.get(glob) ?? compile(glob);
  matchers.set(glob, known);
  return known;
}

/** Packs hold a few hundred globs, which are matched against every file of a tree. */
const matchers = new Map<string, (path: string) => boolean>();

function compile(glob: string): (path: string) => boolean {
  const pattern = glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((piece) => globPieces[piece] ?? piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('');
  const expression = new RegExp(`^${pattern}$`);
  return (path) => expression.test(path);
}

const globPieces: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
