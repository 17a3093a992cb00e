import type { TreeFiles } from '../../ports.ts';
import { type BodyCalls, callsIn } from './calls-in.ts';
import { type CodeItem, codeItems } from './code-items.ts';

/** A file's functions and macros; what their bodies call is read when asked for, once. */
export interface CodeFile {
  readonly file: string;
  readonly text: string;
  readonly items: readonly CodeItem[];
  named(name: string): readonly CodeItem[];
  calls(item: CodeItem): BodyCalls;
}

export interface CodeFiles {
  /** Undefined where there is no such file, or it is too long to be read. */
  open(file: string): Promise<CodeFile | undefined>;
  /** Only the text: whoever looks for a word need not cut the file. */
  text(file: string): Promise<string | undefined>;
  /** From now on files are read again before they are believed; what has not changed is not cut again. */
  look(): void;
}

interface Kept {
  readonly text: string;
  code?: CodeFile;
  /** The look it was last seen in. */
  look: number;
}

/** In characters of text: those asked for longest ago go first. */
const keptCharacters = 24_000_000;
const longestFile = 2_000_000;

export function codeFiles(files: TreeFiles): CodeFiles {
  const kept = new Map<string, Kept>();
  let characters = 0;
  let look = 0;
  const drop = (file: string): void => {
    characters -= kept.get(file)?.text.length ?? 0;
    kept.delete(file);
  };
  const keep = (file: string, entry: Kept): Kept => {
    drop(file);
    kept.set(file, entry);
    characters += entry.text.length;
    for (const oldest of kept.keys()) {
      if (characters <= keptCharacters) break;
      drop(oldest);
    }
    return entry;
  };
  const entryOf = async (file: string): Promise<Kept | undefined> => {
    const known = kept.get(file);
    if (known?.look === look) return keep(file, known);
    const text = await files.read(file);
    if (text === undefined || text.length > longestFile) return undefined;
    if (known?.text === text) known.look = look;
    return keep(file, known?.text === text ? known : { text, look });
  };
  return {
    text: async (file) => (await entryOf(file))?.text,
    open: async (file) => {
      const found = await entryOf(file);
      if (found !== undefined) found.code ??= codeFile(file, found.text);
      return found?.code;
    },
    look: () => void look++,
  };
}

export function codeFile(file: string, text: string): CodeFile {
  const items = codeItems(text);
  const byName = new Map<string, CodeItem[]>();
  for (const item of items)
    for (const name of item.names) {
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [item]);
      else known.push(item);
    }
  const bodies = new Map<CodeItem, BodyCalls>();
  return {
    file,
    text,
    items,
    named: (name) => byName.get(name) ?? [],
    calls: (item) => {
      const known = bodies.get(item) ?? callsIn(text, item);
      bodies.set(item, known);
      return known;
    },
  };
}
