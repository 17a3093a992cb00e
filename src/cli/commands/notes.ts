import path from 'node:path';
import { faultLine, faultText } from '../../core/incidents/fault-text.ts';
import { notesJson, notesMarkdown, notesTour } from '../../core/notes/export-notes.ts';
import { type FoundNote, inOrder } from '../../core/notes/found-note.ts';
import { confidenceText, lastPlace, placeText, severityText } from '../../core/notes/note-text.ts';
import type { NotePlace } from '../../core/notes/note.ts';
import { type NotesFile, notesFilesFor, readNotesFile } from '../../host/user-notes.ts';
import { type Call, type Command, listed, type Status, status, UsageError } from '../command.ts';

const confidences: readonly NotePlace['confidence'][] = ['same', 'moved', 'changed', 'lost'];

export const notesCommand: Command = {
  name: 'notes',
  usage: '--tree DIR [--notes FILE]... [--status WORD,...] [--json|--markdown|--tour] | check [--json] FILE...',
  summary:
    'Where your notes are in this tree and how surely: same, moved, changed or lost (WORD). Without --notes those of ' +
    'the tree (.kernlens/notes.yaml) and your own. check tells the faults of files, each with line and column.',
  options: {
    notes: { type: 'string', multiple: true },
    status: { type: 'string', multiple: true },
    markdown: { type: 'boolean' },
    tour: { type: 'boolean' },
  },
  needsTree: ([what]) => what !== 'check',
  async run(call) {
    const [what, ...files] = call.words;
    if (what === 'check') return check(call, files);
    if (what !== undefined) throw new UsageError(`${what} is not something to do with notes`);
    return list(call, wantedStatuses(call));
  },
};

function wantedStatuses(call: Call): readonly string[] {
  const wanted = listed(call, 'status');
  const unknown = wanted.find((word) => !confidences.some((each) => each === word));
  if (unknown !== undefined) throw new UsageError(`${unknown} is no status of a note (${confidences.join(', ')})`);
  return wanted;
}

async function list(call: Call, wanted: readonly string[]): Promise<Status> {
  const named = listed(call, 'notes');
  const files = named.length > 0 ? named : notesFilesFor(call.root, process.env);
  const read = readAll(call, files);
  for (const { file, faults } of read)
    for (const fault of faults) call.complain(faultLine({ file, fault }), 'correct the file; its other notes are used');
  if (files.length === 0) call.complain('no notes were found', 'name a file with --notes, or add notes in the editor');
  const found = await find(call, read);
  if (found === undefined) return status.bad;
  const chosen = found.filter(({ place }) => wanted.length === 0 || wanted.includes(place.confidence));
  await show(call, chosen);
  const lost = found.filter(({ place }) => place.confidence === 'lost').length;
  call.remark(`${chosen.length} of ${found.length} notes; ${lost} lost`);
  return read.length < files.length || files.length === 0 || read.some(({ faults }) => faults.length > 0)
    ? status.bad
    : status.done;
}

function readAll(call: Call, files: readonly string[]): readonly NotesFile[] {
  return files.flatMap((file) => {
    const read = readNotesFile(file);
    if (read === undefined) call.complain(`there is no file ${file}`, 'name a YAML file of notes');
    return read ?? [];
  });
}

async function find(call: Call, read: readonly NotesFile[]): Promise<readonly FoundNote[] | undefined> {
  const notes = read.flatMap(({ file, notes: each }) => each.map((note) => ({ note, from: file })));
  const anchors = notes.map(({ note }) => note.anchor);
  const places = call.accept(await call.engine.findNotes({ anchors }, call.context));
  return places?.flatMap((place, index) => {
    const known = notes[index];
    return known === undefined ? [] : [{ ...known, place }];
  });
}

async function show(call: Call, found: readonly FoundNote[]): Promise<void> {
  const name = path.basename(call.root);
  if (call.json) call.print(notesJson(found).trimEnd());
  else if (call.options['tour'] === true) call.print(notesTour(found, `Notes on ${name}`).trimEnd());
  else if (call.options['markdown'] === true) {
    const tree = call.accept(await call.engine.tree({}, call.context));
    call.print(notesMarkdown(found, { name, release: tree?.release ?? '' }));
  } else for (const each of inOrder(found)) print(call, each);
}

function print({ print: line, style }: Call, { note, place }: FoundNote): void {
  const at =
    place.confidence === 'lost'
      ? `last seen at ${lastPlace(note)}`
      : `${place.file}:${place.line}${place.function === undefined ? '' : ` ${place.function}`}`;
  const word = confidenceText(place.confidence);
  line(
    `${style.bold(note.title)}  ${severityText(note.severity)}  ${place.confidence === 'lost' ? style.red(word) : word}`,
  );
  line(`    ${at}`);
  if (place.confidence !== 'same') line(`    ${placeText(place, note)}`);
  for (const each of (note.text ?? '').split('\n').filter((text) => text !== '')) line(style.dim(`    ${each}`));
  if (note.ticket !== undefined) line(style.dim(`    ${note.ticket}`));
}

function check(call: Call, files: readonly string[]): Status {
  if (files.length === 0) throw new UsageError('the files to check are missing');
  const read = readAll(call, files);
  for (const { file, faults } of read)
    for (const fault of faults)
      call.print(
        call.json ? JSON.stringify({ file, message: faultText(fault), ...fault }) : faultLine({ file, fault }),
      );
  const faults = read.reduce((sum, each) => sum + each.faults.length, 0);
  const notes = read.reduce((sum, each) => sum + each.notes.length, 0);
  call.remark(`${read.length} files, ${notes} notes to use, ${faults} faults`);
  return faults > 0 || read.length < files.length ? status.bad : status.done;
}
