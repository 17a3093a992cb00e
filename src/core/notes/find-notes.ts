import type { CallGraph } from '../callers/call-graph.ts';
import { indexedFolders } from '../callers/word-index.ts';
import type { Context, NotesRequest } from '../engine.ts';
import type { FactsSource } from '../incidents/facts-source.ts';
import type { SourceLine } from '../model.ts';
import type { Outcome } from '../problem.ts';
import type { SourceFiles } from '../source-files.ts';
import { type DefinedIn, findNote } from './find-note.ts';
import type { NotePlace } from './note.ts';

export interface FindNotesPorts {
  readonly sources: SourceFiles;
  readonly calls: Pick<CallGraph, 'outlines'>;
  /** Where functions are defined, outside the folders that `calls` knows. */
  readonly definitions: (names: readonly string[]) => Promise<ReadonlyMap<string, readonly SourceLine[]>>;
}

/** Finds the statements of notes in one tree, in the order of the anchors. Files are read whole: a function may have another name. */
export async function findNotes(
  { anchors, edited = [] }: NotesRequest,
  context: Context,
  { sources, calls, definitions }: FindNotesPorts,
): Promise<Outcome<readonly NotePlace[]>> {
  const texts = new Map(edited.map(({ file, text }) => [file, text]));
  const source: FactsSource = {
    facts: async (file) => {
      const { value, problems } = await sources.open(file, texts.get(file));
      return value ?? (problems.some(({ kind }) => kind === 'file-too-big') ? 'unreadable' : undefined);
    },
    files: async () => [],
  };
  /** Asked only for a function that is gone from its file: to know where else it is, the words of whole folders are read. */
  const inCalls: DefinedIn = async (name) => {
    const outlines = await calls.outlines(context);
    const found = await outlines.definitions(name);
    return filesOf(found.filter(({ range }) => range !== undefined));
  };
  const inTree: DefinedIn = async (name) => filesOf((await definitions([name])).get(name) ?? []);
  /** While its file is edited, a function that is gone is most likely half written. */
  const nowhere: DefinedIn = async () => [];
  const places: NotePlace[] = [];
  for (const anchor of anchors) {
    await context.breathe?.();
    context.signal.throwIfAborted();
    context.progress({ step: anchor.file, done: places.length, total: anchors.length });
    const isIndexed = indexedFolders.some((folder) => anchor.file.startsWith(`${folder}/`));
    const definedIn = texts.has(anchor.file) ? nowhere : isIndexed ? inCalls : inTree;
    places.push(await findNote(anchor, source, definedIn));
  }
  return { value: places, problems: [] };
}

const filesOf = (places: readonly { readonly file: string }[]): readonly string[] =>
  [...new Set(places.map(({ file }) => file))].sort();
