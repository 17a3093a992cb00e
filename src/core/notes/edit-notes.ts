import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { LineIndex } from '../base/position.ts';
import type { PackFault } from '../incidents/pack-fault.ts';
import { longestPack } from '../incidents/read-listed.ts';
import type { Note } from './note.ts';
import { readNotes } from './read-notes.ts';

export type NotesEdit =
  | { readonly do: 'add'; readonly note: Note }
  /** Also where the note has a fault, or a new id. */
  | { readonly do: 'replace'; readonly id: string; readonly note: Note }
  | { readonly do: 'delete'; readonly id: string };

export type EditedNotes =
  | { readonly text: string }
  /** The file isn't a list of notes: it is left as it is. Never empty. */
  | { readonly faults: readonly PackFault[] }
  /** No note has that id, or several have. */
  | { readonly missing: string };

/**
 * Changes a file of notes and keeps its comments, the order of what stands in it, and what it does not understand. An
 * empty text is a new file. Nothing is changed in a text that isn't YAML or isn't such a file, nor where the note
 * itself could not be read again.
 */
export function editNotes(text: string, edit: NotesEdit): EditedNotes {
  const before = isNew(text) ? emptyFile : text;
  if (text.includes('\uFFFD')) return { faults: [notUtf8(text)] };
  const { value, problems } = readNotes(before);
  if (value === undefined) return { faults: problems };
  const document = parseDocument(before, { logLevel: 'error' });
  const broken = problems.filter(({ kind }) => kind === 'yaml');
  const list = listOf(document);
  if (list === undefined || broken.length > 0 || document.errors.length > 0)
    return { faults: broken.length > 0 ? broken : problems };
  if (!change(document, list, edit)) return { missing: edit.do === 'add' ? edit.note.id : edit.id };
  const after = toText(document, before);
  return edit.do === 'delete' ? { text: after } : readBack(after, edit.note);
}

const emptyFile = 'format: 1\nnotes: []\n';

/** Whoever could not read a file that is too long may give blanks for it. */
const isNew = (text: string): boolean => text.length <= longestPack && text.trim() === '';

/** Bytes that were no text would be lost when the file is written. */
function notUtf8(text: string): PackFault {
  const at = text.indexOf('\uFFFD');
  const { line, column } = new LineIndex(text).place(at, at);
  return { line, column, path: '', kind: 'bad-character', code: 'U+FFFD' };
}

function listOf({ contents }: Document): YAMLSeq | undefined {
  const list = isMap(contents) ? contents.get('notes') : undefined;
  return isSeq(list) ? list : undefined;
}

/** False where there is no such note to change. */
function change(document: Document, list: YAMLSeq, edit: NotesEdit): boolean {
  if (edit.do === 'add') {
    list.flow = false;
    list.add(nodeOf(document, edit.note));
    return true;
  }
  const places = list.items.flatMap((item, index) => (isMap(item) && item.get('id') === edit.id ? [index] : []));
  const [place] = places;
  if (place === undefined || places.length > 1) return false;
  const item = list.items[place];
  if (edit.do === 'delete') list.items.splice(place, 1);
  else if (isMap(item)) update(document, item, { ...edit.note });
  return true;
}

function nodeOf(document: Document, note: Note): unknown {
  const node = document.createNode(note);
  const seen = node.getIn(['anchor', 'seen']);
  if (isMap(seen)) seen.flow = true;
  return node;
}

/** Sets what is different and takes out what is gone, so that the comments beside the rest stay. */
function update(document: Document, map: YAMLMap, wanted: Readonly<Record<string, unknown>>): void {
  for (const name of optionalKeys) if (map.has(name) && wanted[name] === undefined) map.delete(name);
  for (const [key, value] of Object.entries(wanted)) {
    const known = map.get(key);
    if (value === undefined) continue;
    if (isMap(known) && isRecord(value)) update(document, known, value);
    else if (JSON.stringify(known) !== JSON.stringify(value)) map.set(key, document.createNode(value));
  }
}

/** Keys that a note, its anchor or where it was seen may be without. */
const optionalKeys: readonly string[] = ['text', 'ticket', 'function', 'label', 'release'];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Long lines stay long, and line ends what they were. */
function toText(document: Document, before: string): string {
  const text = document.toString({ lineWidth: 0 });
  return before.includes('\r\n') ? text.replace(/\r?\n/g, '\r\n') : text;
}

function readBack(text: string, note: Note): EditedNotes {
  const { value, problems } = readNotes(text);
  const same = value?.notes.some((each) => JSON.stringify(canonical(each)) === JSON.stringify(canonical(note)));
  return same === true || problems.length === 0 ? { text } : { faults: problems };
}

/** The same for the same content, whatever the order of the keys. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, canonical(each)]),
  );
}
