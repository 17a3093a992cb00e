/** The outlines of a tree's files, made when asked for; where the functions, macros and fields of a name are. */
import { definitionHeads } from '../symbols/definition-heads.ts';
import type { TreeFiles } from '../ports.ts';
import type { FunctionRange } from '../syntax/normalise/items.ts';
import { closing, splitAtCommas, tokenize } from '../tree/tokens.ts';
import { offsetsOf, type Outline, outlineOf } from './outline.ts';
import { keywords, type Tokens } from './token-walk.ts';
import type { WordIndex } from './word-index.ts';

export interface TreeOutlines {
  readonly index: WordIndex;
  /** Undefined where there is no such file, or it is too long to be read. */
  outline(file: string): Promise<Outline | undefined>;
  /** All files in which the word stands. */
  holding(word: string): AsyncGenerator<HeldText, void, undefined>;
  definitions(name: string): Promise<readonly Definition[]>;
  /** The tags of the structs that something of that name is, or points to, or gives back. */
  structsOf(name: string): Promise<ReadonlySet<string>>;
  /** The plain names that calls of a function are given at a position, from 0. */
  given(callee: string, argument: number): Promise<readonly string[]>;
  /** What was found out under a name before, or is found out now. */
  remember<T>(name: string, find: () => Promise<T>): Promise<T>;
}

/** A file's text, and its outline for whoever still wants it after a look at the text. */
export interface HeldText {
  readonly file: string;
  readonly text: string;
  readonly outline: () => Outline;
}

/** A function's or a macro's definition. */
export interface Definition {
  readonly file: string;
  readonly name: string;
  readonly at: number;
  /** Names in order; `...` is the last one of a macro that takes any number. */
  readonly parameters: readonly string[];
  readonly body: Tokens;
  /** Absent for a macro. */
  readonly range?: FunctionRange;
  readonly outline: Outline;
}

/** Outlines kept in memory, in characters of text: those asked for longest ago go first. */
const keptCharacters = 24_000_000;
const longestFile = 2_000_000;

export function treeOutlines(files: TreeFiles, index: WordIndex, breathe?: () => Promise<void>): TreeOutlines {
  const kept = new Map<string, Outline>();
  const known = new Map<string, Promise<unknown>>();
  let characters = 0;

  const keep = (outline: Outline): Outline => {
    kept.set(outline.file, outline);
    characters += outline.text.length;
    for (const [file, oldest] of kept) {
      if (characters <= keptCharacters) break;
      kept.delete(file);
      characters -= oldest.text.length;
    }
    return outline;
  };
  const textOf = async (file: string): Promise<string | undefined> => {
    const text = kept.get(file)?.text ?? (await files.read(file));
    return text === undefined || text.length > longestFile ? undefined : text;
  };
  const outlineFrom = (file: string, text: string): Outline => {
    const outline = kept.get(file);
    if (outline === undefined) return keep(outlineOf(file, text));
    kept.delete(file);
    characters -= outline.text.length;
    return keep(outline);
  };
  async function* holding(word: string): AsyncGenerator<HeldText, void, undefined> {
    for (const file of index.filesWith(word)) {
      const text = await textOf(file);
      if (text === undefined || !text.includes(word)) continue;
      await breathe?.();
      yield { file, text, outline: () => outlineFrom(file, text) };
    }
  }
  const defined = async (name: string): Promise<readonly Definition[]> => {
    const wanted = new Set([name]);
    const found: Definition[] = [];
    for await (const { text, outline: read } of holding(name)) {
      const isMacro =
        text.includes('define') && offsetsOf(text, name).some((at) => /define[ \t]+$/.test(text.slice(at - 12, at)));
      const isFunction = definitionHeads(text, new Set([...wanted, `SYSCALL_DEFINE(${name})`])).length > 0;
      if (!isMacro && !isFunction) continue;
      const outline = read();
      found.push(...functionsNamed(outline, name), ...(isMacro ? macrosNamed(outline, name) : []));
    }
    return found;
  };
  const structsFor = async (name: string): Promise<ReadonlySet<string>> => {
    const found = new Set<string>();
    for await (const { file, text } of holding(name)) if (file.endsWith('.h')) addStructs(text, name, found);
    return found;
  };
  const givenTo = async (callee: string, argument: number): Promise<readonly string[]> => {
    const found = new Set<string>();
    for await (const { text } of holding(callee)) {
      for (const at of offsetsOf(text, callee)) {
        const name = argumentAt(text, at + callee.length, argument);
        if (name !== undefined) found.add(name);
      }
    }
    return [...found];
  };
  const remember = async <T>(name: string, find: () => Promise<T>): Promise<T> => {
    const value = (known.get(name) as Promise<T> | undefined) ?? find();
    known.set(name, value);
    // What was cancelled is to be found out again.
    value.catch(() => known.delete(name));
    return value;
  };
  return {
    index,
    outline: async (file) => {
      const text = await textOf(file);
      return text === undefined ? undefined : outlineFrom(file, text);
    },
    holding,
    definitions: (name) => remember(`defined ${name}`, () => defined(name)),
    structsOf: (name) => remember(`structs ${name}`, () => structsFor(name)),
    given: (callee, argument) => remember(`given ${callee} ${argument}`, () => givenTo(callee, argument)),
    remember,
  };
}

/** A call's argument where it is a function's name by its looks: a word with a `_`, alone. */
function argumentAt(text: string, open: number, argument: number): string | undefined {
  if (text[open] !== '(') return undefined;
  const tokens = tokenize(text, open, Math.min(text.length, open + 400));
  const [only, ...more] = splitAtCommas(tokens.slice(1, closing(tokens, 0)))[argument] ?? [];
  return more.length === 0 && only?.kind === 'word' && only.text.includes('_') ? only.text : undefined;
}

function functionsNamed(outline: Outline, name: string): readonly Definition[] {
  return outline.functions
    .filter((range) => range.name === name)
    .map((range) => ({
      file: outline.file,
      name,
      at: range.nameAt,
      parameters: parametersOf(outline, range),
      body: tokenize(outline.text, range.body.start, range.body.end),
      range,
      outline,
    }));
}

/** The names of a function's parameters; none for `void`. */
export function parametersOf({ text }: Outline, { nameAt, name, head, definedBy }: FunctionRange): readonly string[] {
  const tokens = tokenize(text, definedBy === undefined ? nameAt + name.length : head.start, head.end);
  const open = tokens.findIndex((token) => token.text === '(');
  if (open < 0) return [];
  const parts = splitAtCommas(tokens.slice(open + 1, closing(tokens, open)));
  const names = parts.map(parameterName);
  // SYSCALL_DEFINE3(name, type, name, ...) gives types and names by turns.
  if (definedBy !== undefined) return names.slice(1).filter((_, at) => at % 2 === 1);
  return names.length === 1 && names[0] === 'void' ? [] : names;
}

function parameterName(tokens: Tokens): string {
  const pointer = tokens.findIndex((token, at) => token.text === '(' && tokens[at + 1]?.text === '*');
  if (pointer >= 0) return tokens[pointer + 2]?.text ?? '';
  if (tokens.at(-1)?.text === '.') return '...';
  return tokens.findLast((token) => token.kind === 'word' && !token.text.startsWith('__'))?.text ?? '';
}

function macrosNamed(outline: Outline, name: string): readonly Definition[] {
  const { file, text } = outline;
  return offsetsOf(text, name).flatMap((at) => {
    const lineStart = text.lastIndexOf('\n', at) + 1;
    const directive = tokenize(text, lineStart, endOfDirective(text, at))[0];
    const head = /^#\s*define\s+(\w+)(\(([^)]*)\))?/.exec(directive?.text ?? '');
    if (directive === undefined || head?.[1] !== name) return [];
    const start = directive.at + head[0].length;
    const body = tokenize(text, start, directive.at + directive.text.length).filter((token) => token.text !== '\\');
    const parameters = (head[3] ?? '').split(',').map((parameter) => parameter.replace(/\\\n/g, '').trim());
    return [{ file, name, at, parameters: parameters.filter((parameter) => parameter !== ''), body, outline }];
  });
}

function endOfDirective(text: string, at: number): number {
  let end = text.indexOf('\n', at);
  while (end > 0 && text[end - 1] === '\\') end = text.indexOf('\n', end + 1);
  return end < 0 ? text.length : end + 1;
}

/** `struct TAG *name`, `struct TAG __rcu *name`, `struct TAG *name(`. */
export function addStructs(text: string, name: string, found: Set<string>): void {
  for (const at of offsetsOf(text, name)) {
    const before = tokenize(text, Math.max(0, text.lastIndexOf('\n', at) - 80), at);
    let last = before.length - 1;
    while (last >= 0 && (before[last]?.text === '*' || /^(?:const|__\w+)$/.test(before[last]?.text ?? ''))) last--;
    const [tag, word] = [before[last], before[last - 1]];
    if (tag?.kind === 'word' && (word?.text === 'struct' || word?.text === 'union') && !keywords.has(tag.text))
      found.add(tag.text);
  }
}
