import { commands, env, l10n, Uri, window } from 'vscode';
import { confidenceText, lastPlace } from '../core/notes/note-text.ts';
import { contextFor } from './engines.ts';
import { anchorOfSelection } from './note-anchor.ts';
import { keepNoteChanges } from './note-changes.ts';
import { promoteNoteToPack } from './note-promotion.ts';
import type { NoteInTree, NoteStore } from './note-store.ts';
import { draftOf, newDraft, noteWriting } from './note-writing.ts';
import { problemSentence, say } from './say.ts';
import type { Session } from './session.ts';
import { placeRequest, reveal } from './targets.ts';

/** What can be done with notes, from the palette, the view, a lens or a hover. */
export function registerNoteCommands(session: Session, store: NoteStore): void {
  const { context, engines } = session;
  const changes = keepNoteChanges(session, store);
  const writing = noteWriting(session, store, changes);

  const add = async (): Promise<void> => {
    const draft = writing.kept();
    const goOn = draft !== undefined && (await askAboutDraft(draft.form.title));
    if (goOn === undefined) return;
    if (draft !== undefined && goOn) return writing.write(draft);
    const place = await anchorOfSelection(session);
    if (place === undefined) return;
    await writing.forget();
    await writing.write(newDraft(session, place.root, place.anchor));
  };
  const remove = async ({ note, file }: NoteInTree): Promise<void> => {
    await changes.apply(file.uri, { do: 'delete', id: note.id }, l10n.t('The note "{0}" was deleted.', note.title));
  };
  /** From now on the note is known by the statement where it was found. */
  const confirm = async ({ note, place, root, file }: NoteInTree): Promise<void> => {
    if (place.confidence === 'lost') return;
    const request = placeRequest({ root, ...place });
    const { value: anchor, problems } = await engines.engine(root).anchorAt(request, contextFor(undefined));
    if (anchor === undefined || anchor.seen.line !== place.line) {
      void window.showWarningMessage(problems.map(problemSentence).join(' '));
      return;
    }
    const done = l10n.t('The note "{0}" belongs to {1}:{2} now.', note.title, anchor.file, anchor.seen.line);
    await changes.apply(file.uri, { do: 'replace', id: note.id, note: { ...note, anchor } }, done);
  };
  /** The note is known by the selected statement: for one that is lost, or stands at the wrong place. */
  const move = async ({ note, file }: NoteInTree): Promise<void> => {
    const place = await anchorOfSelection(session);
    if (place === undefined) return;
    const { anchor } = place;
    const done = l10n.t('The note "{0}" belongs to {1}:{2} now.', note.title, anchor.file, anchor.seen.line);
    await changes.apply(file.uri, { do: 'replace', id: note.id, note: { ...note, anchor } }, done);
  };
  const openTicket = async ({ note }: NoteInTree): Promise<void> => {
    if (note.ticket !== undefined) await env.openExternal(Uri.parse(note.ticket, true));
  };
  const openFile = async ({ note, file }: NoteInTree): Promise<void> => {
    const editor = await window.showTextDocument(file.uri);
    const at = editor.document.getText().indexOf(`id: ${note.id}`);
    await reveal('/', file.uri.fsPath, editor.document.positionAt(Math.max(at, 0)).line + 1);
  };
  const openLastPlace = ({ note, root }: NoteInTree): Promise<void> =>
    reveal(root, note.anchor.file, note.anchor.seen.line);
  const actions = async (found: NoteInTree): Promise<void> => {
    const { note, place } = found;
    const items: readonly { readonly label: string; readonly run: (found: NoteInTree) => unknown }[] = [
      ...(place.confidence === 'same' || place.confidence === 'lost'
        ? []
        : [{ label: l10n.t('$(check) Confirm Here'), run: confirm }]),
      { label: l10n.t('$(edit) Edit...'), run: (each) => writing.write(draftOf(each)) },
      { label: l10n.t('$(move) Move to the Selection'), run: move },
      ...(place.confidence === 'lost'
        ? [{ label: l10n.t('$(history) Open Where It Was: {0}', lastPlace(note)), run: openLastPlace }]
        : []),
      ...(note.ticket === undefined ? [] : [{ label: l10n.t('$(link-external) Open Ticket'), run: openTicket }]),
      { label: l10n.t('$(book) Promote to an Incident'), run: (each) => promoteNoteToPack(session, each) },
      { label: l10n.t('$(go-to-file) Open Its File'), run: openFile },
      { label: l10n.t('$(trash) Delete'), run: remove },
    ];
    const title = `${note.title} (${confidenceText(place.confidence, say)})`;
    await (await window.showQuickPick(items, { title }))?.run(found);
  };
  /** For the note that was given, that the cursor is at, or that is chosen. */
  const forNote = (name: string, run: (found: NoteInTree) => unknown): void => {
    const handler = async (given: unknown): Promise<void> => {
      const key = keyOf(given);
      const found =
        key === undefined ? ((await noteAtCursor(store)) ?? (await chooseNote(store))) : noteWith(store, key);
      if (found !== undefined) await run(found);
    };
    context.subscriptions.push(commands.registerCommand(name, handler));
  };
  context.subscriptions.push(commands.registerCommand('kernlens.addNote', add));
  forNote('kernlens.noteActions', actions);
  forNote('kernlens.editNote', (found) => writing.write(draftOf(found)));
  forNote('kernlens.deleteNote', remove);
  forNote('kernlens.confirmNote', confirm);
  forNote('kernlens.moveNote', move);
  forNote('kernlens.openNoteTicket', openTicket);
  forNote('kernlens.openNoteFile', openFile);
  forNote('kernlens.promoteNote', (found) => promoteNoteToPack(session, found));
}

/** Undefined when the question was left. */
async function askAboutDraft(title: string): Promise<boolean | undefined> {
  const items = [
    { label: l10n.t('Go on with the draft "{0}"', title), goOn: true },
    { label: l10n.t('Begin a new note; the draft is thrown away'), goOn: false },
  ];
  return (await window.showQuickPick(items, { title: l10n.t('A note was not finished') }))?.goOn;
}

/** A lens and a hover give a note's key, the view its row; undefined where no note was given. */
function keyOf(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const of: unknown = 'found' in given ? given.found : given;
  const key = typeof of === 'object' && of !== null && 'key' in of ? of.key : undefined;
  return typeof key === 'string' ? key : undefined;
}

function noteWith(store: NoteStore, key: string): NoteInTree | undefined {
  const found = store.all().find((each) => each.key === key);
  if (found === undefined) void window.showInformationMessage(l10n.t('This note is not there any more.'));
  return found;
}

async function noteAtCursor(store: NoteStore): Promise<NoteInTree | undefined> {
  const editor = window.activeTextEditor;
  const here = editor === undefined ? [] : await store.inDocument(editor.document);
  return here.find(({ place }) => place.confidence !== 'lost' && place.line - 1 === editor?.selection.active.line);
}

async function chooseNote(store: NoteStore): Promise<NoteInTree | undefined> {
  const items = store.all().map((found) => ({
    label: found.note.title,
    description: `${confidenceText(found.place.confidence, say)} · ${found.note.anchor.file}`,
    found,
  }));
  if (items.length === 0) {
    void window.showInformationMessage(l10n.t('There are no notes yet: select code and add one.'));
    return undefined;
  }
  return (await window.showQuickPick(items, { title: l10n.t('Which note?'), matchOnDescription: true }))?.found;
}
