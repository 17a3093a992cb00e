import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { PackFault } from '../core/incidents/pack-fault.ts';
import type { Note } from '../core/notes/note.ts';
import { readNotes } from '../core/notes/read-notes.ts';
import { textOf } from './user-packs.ts';

/** Where a folder keeps its notes, for everybody who has the folder. */
export const notesFile = '.kernlens/notes.yaml';

/** A file of notes as far as it can be used. */
export interface NotesFile {
  readonly file: string;
  readonly notes: readonly Note[];
  readonly faults: readonly PackFault[];
}

/** Notes are bad input until `readNotes` has checked them: only those without fault are given. Undefined where there is no such file. */
export function readNotesFile(
  file: string,
  read: (file: string) => string | undefined = textOf,
): NotesFile | undefined {
  const text = read(file);
  if (text === undefined) return undefined;
  // A file that was just made holds nothing yet, which is no fault.
  const { value, problems } = isEmpty(text) ? { problems: [] } : readNotes(text);
  return { file, notes: value?.notes ?? [], faults: problems };
}

const isEmpty = (text: string): boolean => text.length < 1000 && text.trim() === '';

/** The files of notes that the command line reads for a tree: the tree's own and the user's, where they are there. */
export function notesFilesFor(root: string, environment: NodeJS.ProcessEnv): readonly string[] {
  return [path.join(root, notesFile), ownNotesFile(environment)].filter((file) => existsSync(file));
}

/** The user's own file, for all trees: `~/.config/kernlens/notes.yaml`. */
function ownNotesFile({ XDG_CONFIG_HOME }: NodeJS.ProcessEnv): string {
  return path.join(XDG_CONFIG_HOME || path.join(homedir(), '.config'), 'kernlens', 'notes.yaml');
}
