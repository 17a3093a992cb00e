import { like, listOf, needed, oneWord, optional, record, text, type RecordSchema } from '../incidents/schema.ts';
import { type Note, type NoteAnchor, type Notes, severities, unitKinds } from './note.ts';

const anchor = record<NoteAnchor>({
  file: needed(like('path'), 'The file in the tree.'),
  function: optional(like('name'), 'Left out for a line outside functions.'),
  statement: needed(text, 'The statement, its tokens with one blank between them.'),
  kind: needed(oneWord(unitKinds), 'What the statement is.'),
  label: optional(like('name'), 'The nearest label above it.'),
  before: needed(listOf(text, 0), 'The statements above it, the nearest first.'),
  after: needed(listOf(text, 0), 'The statements below it, the nearest first.'),
  seen: needed(
    record<NoteAnchor['seen']>({ line: needed({ kind: 'count' }), release: optional(text) }),
    'Where it was last seen. The note is never put there for that.',
  ),
});

export const noteSchema: RecordSchema = record<Note>({
  id: needed(like('id'), 'Lower case with hyphens, unique in this file.'),
  title: needed(text, 'One line.'),
  text: optional(text, 'Everything else there is to say.'),
  severity: needed(oneWord(severities), 'How much it matters.'),
  ticket: optional(like('url'), 'Where it is tracked.'),
  anchor: needed(anchor, 'What the note is known by when the code changes; written by KernLens.'),
});

export const notesSchema: RecordSchema = record<Notes>({
  format: needed({ kind: 'exactly', value: 1 }, 'The version of this format: 1.'),
  notes: needed(listOf(noteSchema, 0), 'The notes.'),
});
