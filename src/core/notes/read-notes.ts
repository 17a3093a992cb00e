import type { PackFault } from '../incidents/pack-fault.ts';
import { readListed } from '../incidents/read-listed.ts';
import type { Note, Notes } from './note.ts';
import { notesSchema } from './notes-schema.ts';

/**
 * Reads a file of notes. Every fault is named with its place, and the notes without one are kept: `value` is undefined
 * only where the text isn't YAML or isn't of this format.
 */
export function readNotes(text: string): { readonly value?: Notes; readonly problems: readonly PackFault[] } {
  const { value, problems } = readListed(text, { list: 'notes', schema: notesSchema });
  if (value === undefined) return { problems };
  const notes = value.items.map((node) => node.toJS(value.document) as Note);
  return { value: { format: 1, notes }, problems };
}
