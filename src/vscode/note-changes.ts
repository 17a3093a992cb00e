import { commands, l10n, type Uri, window, workspace } from 'vscode';
import { faultText } from '../core/incidents/fault-text.ts';
import type { NotesEdit } from '../core/notes/edit-notes.ts';
import { textOfFile, writeFile } from './note-files.ts';
import type { NoteStore } from './note-store.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';

export interface NoteChanges {
  /** Changes a file of notes and says `done`, with a way back; false where it could not be changed, which was then said. */
  apply(uri: Uri, edit: NotesEdit, done: string): Promise<boolean>;
}

interface Change {
  readonly uri: Uri;
  /** The file's whole text; undefined where there was no file. */
  readonly before: string | undefined;
  readonly after: string;
}

/** Changes note files, and can take each change back, the last one first. */
export function keepNoteChanges({ context }: Session, store: NoteStore): NoteChanges {
  const changes: Change[] = [];

  const undo = async (change: Change | undefined): Promise<void> => {
    if (change === undefined) {
      void window.showInformationMessage(l10n.t('There is no change of a note to undo.'));
      return;
    }
    if ((await textOfFile(change.uri)) !== change.after) {
      void window.showWarningMessage(
        l10n.t('{0} was changed since: undo it there.', workspace.asRelativePath(change.uri)),
      );
      return;
    }
    if (change.before === undefined) await workspace.fs.delete(change.uri);
    else await writeFile(change.uri, change.before);
    changes.splice(changes.indexOf(change), 1);
    await store.load();
  };
  const apply: NoteChanges['apply'] = async (uri, edit, done) => {
    const { editNotes } = await import('../core/notes/edit-notes.ts');
    const before = await textOfFile(uri);
    const edited = editNotes(before ?? '', edit);
    if (!('text' in edited)) {
      const [fault] = 'faults' in edited ? edited.faults : [];
      void complain(
        uri,
        fault === undefined ? l10n.t('the note is not in it any more') : faultText(fault, say),
        fault?.line,
      );
      return false;
    }
    const change = { uri, before, after: edited.text };
    await writeFile(uri, edited.text);
    changes.push(change);
    await store.load();
    void offerUndo(done, () => undo(change));
    return true;
  };
  context.subscriptions.push(commands.registerCommand('kernlens.undoNoteChange', () => undo(changes.at(-1))));
  return { apply };
}

async function offerUndo(done: string, undo: () => Promise<void>): Promise<void> {
  const button = l10n.t('Undo');
  if ((await window.showInformationMessage(done, button)) === button) await undo();
}

async function complain(uri: Uri, why: string, line: number | undefined): Promise<void> {
  const button = l10n.t('Open File');
  const where = `${workspace.asRelativePath(uri)}${line === undefined ? '' : `:${line}`}`;
  const chosen = await window.showErrorMessage(l10n.t('{0} was left as it is: {1}.', where, why), button);
  if (chosen === button) await window.showTextDocument(uri);
}
