import type { Note, NotePlace } from './note.ts';

/** A note, and where it is in a tree. */
export interface FoundNote {
  readonly note: Note;
  readonly place: NotePlace;
  /** The file it was read from. */
  readonly from?: string;
}

/** `same moved queue`: words of what is to be listed; all of them must fit. */
export function isWanted({ note, place }: FoundNote, filter: string): boolean {
  const { anchor, title, text = '', id, severity, ticket = '' } = note;
  const all = [id, title, text, severity, ticket, anchor.file, anchor.function ?? '', place.confidence].join('\n');
  const held = all.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => held.includes(word));
}

/** By file and line; lost ones, which have none, by the place they had. */
export function inOrder<T extends FoundNote>(found: readonly T[]): readonly T[] {
  return found.toSorted((one, other) => {
    const [a, b] = [placeOf(one), placeOf(other)];
    return a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
  });
}

function placeOf({ note, place }: FoundNote): { readonly file: string; readonly line: number } {
  return place.confidence === 'lost' ? { file: note.anchor.file, line: note.anchor.seen.line } : place;
}
