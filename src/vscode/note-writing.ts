import path from 'node:path';
import { l10n, Uri, window } from 'vscode';
import { idFromTitle } from '../core/notes/note-id.ts';
import type { Note, NoteAnchor } from '../core/notes/note.ts';
import type { NoteChanges } from './note-changes.ts';
import { noteFiles, treesOf } from './note-files.ts';
import { askForNote, type FormOptions, type NoteForm } from './note-form.ts';
import type { NoteInTree, NoteStore } from './note-store.ts';
import type { Session } from './session.ts';

/** A form that is being filled in, for a new note or for one that is there. */
export interface Draft {
  readonly form: NoteForm;
  readonly root: string;
  readonly anchor: NoteAnchor;
  /** The id of the note that is edited. */
  readonly edits?: string;
}

export interface NoteWriting {
  /** Asks for all that a draft needs and saves it; what is left with Escape stays as a draft. */
  write(draft: Draft): Promise<void>;
  /** The draft that was left, if there is one. */
  kept(): Draft | undefined;
  forget(): Promise<void>;
}

const key = 'notes.draft';

/** Fills forms in; a form that was left, or whose note could not be saved, is kept in the workspace's state. */
export function noteWriting(session: Session, store: NoteStore, changes: NoteChanges): NoteWriting {
  const { context } = session;
  const kept = (): Draft | undefined => context.workspaceState.get<Draft>(key);
  const forget = async (): Promise<void> => context.workspaceState.update(key, undefined);

  const write = async (draft: Draft): Promise<void> => {
    const { form, done } = await askForNote(draft.form, optionsOf(draft));
    const now = { ...draft, form };
    if (done && (await save(now))) return forget();
    if (!done && !isWorthKeeping(form, draft)) return;
    await context.workspaceState.update(key, now);
    void offerDraft(now);
  };
  const save = async ({ form, anchor, edits }: Draft): Promise<boolean> => {
    const uri = Uri.parse(form.where);
    const taken = store.all().flatMap(({ file, note }) => (file.uri.toString() === form.where ? [note.id] : []));
    const note = noteOf(form, anchor, edits ?? idFromTitle(form.title, taken));
    return edits === undefined
      ? changes.apply(uri, { do: 'add', note }, l10n.t('The note "{0}" was added.', note.title))
      : changes.apply(uri, { do: 'replace', id: edits, note }, l10n.t('The note "{0}" was changed.', note.title));
  };
  const offerDraft = async (draft: Draft): Promise<void> => {
    const [goOn, away] = [l10n.t('Go On'), l10n.t('Throw Away')];
    const said = l10n.t('The note is not saved. Its draft is kept for the next time.');
    const chosen = await window.showInformationMessage(said, goOn, away);
    if (chosen === away) await forget();
    if (chosen === goOn) await write(draft);
  };
  const optionsOf = ({ root, anchor, edits }: Draft): FormOptions => ({
    heading: edits === undefined ? l10n.t('Add Incident Note') : l10n.t('Edit Note'),
    about: `${anchor.function ?? path.posix.basename(anchor.file)}: ${anchor.statement}`.slice(0, 100),
    places: edits === undefined ? placesFor(session, root) : [],
  });
  return { write, kept, forget };
}

/** An empty form of a new note, to be kept where the first choice says. */
export function newDraft(session: Session, root: string, anchor: NoteAnchor): Draft {
  const where = placesFor(session, root)[0]?.where ?? '';
  return { root, anchor, form: { title: '', severity: 'warning', text: '', ticket: '', where } };
}

export function draftOf({ note, root, file }: NoteInTree): Draft {
  const { id, title, severity, text = '', ticket = '', anchor } = note;
  return { root, anchor, edits: id, form: { title, severity, text, ticket, where: file.uri.toString() } };
}

/** The files in which a note on a tree can be kept: those of its folders, then the user's own. */
function placesFor({ context, trees }: Session, root: string): FormOptions['places'] {
  return noteFiles(context)
    .filter((file) => treesOf(file, trees.known()).includes(root))
    .map(({ uri, folder }) => ({
      where: uri.toString(),
      label:
        folder === undefined
          ? l10n.t('My own notes')
          : l10n.t('.kernlens/notes.yaml of {0}', path.basename(folder.fsPath)),
      description:
        folder === undefined ? l10n.t('for me, in every workspace') : l10n.t('for everybody who has the folder'),
    }));
}

function noteOf({ title, severity, text, ticket }: NoteForm, anchor: NoteAnchor, id: string): Note {
  return {
    id,
    title: title.trim(),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    severity,
    ...(ticket.trim() === '' ? {} : { ticket: ticket.trim() }),
    anchor,
  };
}

function isWorthKeeping(form: NoteForm, { form: before }: Draft): boolean {
  return (
    (['title', 'text', 'ticket'] as const).some(
      (field) => form[field].trim() !== '' && form[field] !== before[field],
    ) || form.severity !== before.severity
  );
}
