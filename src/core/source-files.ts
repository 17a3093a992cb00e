import { globToMatcher } from './base/glob.ts';
import type { FactsSource } from './incidents/facts-source.ts';
import type { TreeFiles } from './ports.ts';
import type { Outcome, Problem } from './problem.ts';
import type { FileFacts } from './syntax/facts.ts';
import { type KnownStretches, knownStretches } from './syntax/known-stretches.ts';
import type { FactsOptions, KernelParser } from './syntax/parser.ts';

/** A C file as it was when it was read, and what is known of it. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  readonly facts: FileFacts;
}

/** Which part of a file is wanted. */
export interface Part {
  /** Parts of one file are told apart by it. */
  readonly name: string;
  /** False where the file certainly holds nothing that is wanted: it then isn't parsed at all. */
  readonly mayBeIn?: (text: string) => boolean;
  /** Which functions to read, by name and the text of the body. */
  readonly only?: FactsOptions['only'];
  /** What must stand in a function for it to be read. */
  readonly words?: FactsOptions['words'];
  /** What else must be read, now that this much is known; asked again until there is nothing more. */
  readonly further: NonNullable<FactsOptions['further']>;
}

export interface SourceFiles {
  /**
   * The file's facts; `text` is the editor's where it differs from the disk. Kept until the text changes. With a
   * part, at least the functions it names are read; parts of a file with the same name must be the same.
   */
  open(file: string, text?: string, part?: Part): Promise<Outcome<SourceFile>>;
  /** The C files that files and folders hold, with all folders below, sorted. */
  list(paths: readonly string[]): Promise<Outcome<readonly string[]>>;
  /** The same files for whoever assesses incidents or finds notes, read whole or as far as `partOf` says. */
  factsSource(partOf?: (file: string) => Part): FactsSource;
}

/** Facts kept in memory; the ones asked for longest ago go first. */
const keptFiles = 48;

export function createSourceFiles(files: TreeFiles, parser: KernelParser, sizeLimit: number): SourceFiles {
  const kept = new Map<string, SourceFile>();

  const typed = new Map<string, KnownStretches>();
  /** Of a file that is being typed; those of the file before it are forgotten. */
  const knownOf = (file: string): KnownStretches => {
    const known = typed.get(file) ?? knownStretches();
    if (!typed.has(file)) typed.clear();
    typed.set(file, known);
    return known;
  };

  const factsOf = (text: string, part: Part | undefined, known: KnownStretches | undefined): FileFacts => {
    if (part === undefined) return parser.facts(text, { known });
    if (part.mayBeIn?.(text) === false) return nothingRead;
    return parser.facts(text, { ...part, known });
  };

  const open = async (file: string, given?: string, part?: Part): Promise<Outcome<SourceFile>> => {
    if (!isC(file)) return { problems: [{ kind: 'not-c', file }] };
    const text = given ?? (await files.read(file));
    if (text === undefined) return { problems: [{ kind: 'no-such-file', file }] };
    if (text.length > sizeLimit)
      return { problems: [{ kind: 'file-too-big', file, size: text.length, limit: sizeLimit }] };
    const whole = given === undefined ? file : `${file} in the editor`;
    const key = part === undefined ? whole : `${part.name} of ${whole}`;
    const known = [kept.get(whole), kept.get(key)].find((each) => each?.text === text);
    const value = known ?? { file, text, facts: factsOf(text, part, given === undefined ? undefined : knownOf(file)) };
    kept.delete(key);
    kept.set(key, value);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptFiles) break;
      kept.delete(oldest);
    }
    return { value, problems: [] };
  };

  const list: SourceFiles['list'] = (paths) => listSources(files, paths);

  return {
    open,
    list,
    factsSource: (partOf) => ({
      facts: async (file) => {
        const { value, problems } = await open(file, undefined, partOf?.(file));
        return value ?? (problems.some(({ kind }) => kind === 'file-too-big') ? 'unreadable' : undefined);
      },
      files: (glob) => filesOfGlob(files, glob),
    }),
  };
}

const nothingRead: FileFacts = { functions: [], conditionals: [], unparsed: [] };

/** The tree's C files that a glob (`*`, `?`, `**`) names, sorted. */
export async function filesOfGlob(files: TreeFiles, glob: string): Promise<readonly string[]> {
  const folder = glob.slice(0, glob.search(/[^/]*[*?{[]/));
  const { value = [] } = await listSources(files, [folder]);
  return value.filter(globToMatcher(glob));
}

/** The C files that files and folders hold, with all folders below, sorted. */
export async function listSources(files: TreeFiles, paths: readonly string[]): Promise<Outcome<readonly string[]>> {
  const found = new Set<string>();
  const problems: Problem[] = [];
  for (const path of paths) {
    const inside = path.replace(/^\.(\/|$)|\/+$/g, '');
    const isFile = (await files.read(inside)) !== undefined;
    if (isFile && isC(inside)) found.add(inside);
    else if (isFile) problems.push({ kind: 'not-c', file: inside });
    else if (!(await addFolder(files, inside, found))) problems.push({ kind: 'no-such-file', file: path });
  }
  const value = [...found].sort();
  return value.length === 0 && problems.length > 0 ? { problems } : { value, problems };
}

const isC = (file: string): boolean => /\.[ch]$/.test(file);

/** Adds the C files of a folder and those below; false where there is no such folder. */
async function addFolder(files: TreeFiles, folder: string, found: Set<string>): Promise<boolean> {
  const waiting = [folder];
  let exists = false;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const name of await files.list(next)) {
      exists = true;
      const path = next === '' ? name : `${next}/${name}`;
      if (name.endsWith('/')) waiting.push(path.slice(0, -1));
      else if (isC(name)) found.add(path);
    }
  return exists;
}
