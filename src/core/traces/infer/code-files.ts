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
}

/** In characters of text: those asked for longest ago go first. */
const keptCharacters = 24_000_000;
const longestFile = 2_000_000;

export function codeFiles(files: TreeFiles): CodeFiles {
  const kept = new Map<string, { readonly text: string; code?: CodeFile }>();
  let characters = 0;
  const entry = async (file: string): Promise<{ readonly text: string; code?: CodeFile } | undefined> => {
    const known = kept.get(file);
    if (known !== undefined) {
      kept.delete(file);
      kept.set(file, known);
      return known;
    }
    const text = await files.read(file);
    if (text === undefined || text.length > longestFile) return undefined;
    const read = { text };
    kept.set(file, read);
    characters += text.length;
    for (const [oldest, { text: old }] of kept) {
      if (characters <= keptCharacters) break;
      kept.delete(oldest);
      characters -= old.length;
    }
    return read;
  };
  return {
    text: async (file) => (await entry(file))?.text,
    open: async (file) => {
      const found = await entry(file);
      if (found !== undefined) found.code ??= codeFile(file, found.text);
      return found?.code;
    },
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
