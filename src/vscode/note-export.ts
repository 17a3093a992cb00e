import path from 'node:path';
import { commands, l10n, Uri, window, workspace } from 'vscode';
import { notesJson, notesMarkdown, notesTour } from '../core/notes/export-notes.ts';
import { contextFor } from './engines.ts';
import { exists } from './note-files.ts';
import type { NoteInTree } from './note-store.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';

const formats = ['markdown', 'json', 'tour'] as const;
type Format = (typeof formats)[number];

/** Puts what the Notes view shows into a new document, which is the user's to save. */
export function registerNoteExport(session: Session, wanted: () => readonly NoteInTree[]): void {
  const run = async (given: unknown): Promise<void> => {
    const notes = wanted();
    const [first] = notes;
    if (first === undefined) {
      void window.showInformationMessage(l10n.t('There are no notes to export.'));
      return;
    }
    const format = formats.find((each) => each === given) ?? (await chooseFormat());
    if (format !== undefined) await exportAs[format](session, first.root, notes);
  };
  session.context.subscriptions.push(commands.registerCommand('kernlens.exportNotes', run));
}

async function chooseFormat(): Promise<Format | undefined> {
  const items: readonly { readonly label: string; readonly description: string; readonly format: Format }[] = [
    { label: 'Markdown', description: l10n.t('to read and to send'), format: 'markdown' },
    { label: 'JSON', description: l10n.t('for programs, with each place'), format: 'json' },
    { label: 'CodeTour', description: l10n.t('a .tour with a step for each note that is not lost'), format: 'tour' },
  ];
  return (await window.showQuickPick(items, { title: l10n.t('Export the notes as') }))?.format;
}

type Export = (session: Session, root: string, notes: readonly NoteInTree[]) => Promise<void>;

const exportAs: Readonly<Record<Format, Export>> = {
  markdown: async ({ engines }, root, notes) => {
    const { value } = await engines.engine(root).tree({}, contextFor(undefined));
    const tree = { name: path.basename(root), release: value?.release ?? '' };
    await show(notesMarkdown(notes, tree, say), 'markdown');
  },
  json: (_session, _root, notes) => show(notesJson(notes), 'json'),
  tour: async (_session, root, notes) => {
    const content = notesTour(notes, l10n.t('Notes on {0}', path.basename(root)), say);
    await show(content, 'json', Uri.file(path.join(root, '.tours', 'kernlens-notes.tour')));
  },
};

/** A new document; with a file, it is saved there when the user saves it. */
async function show(content: string, language: string, file?: Uri): Promise<void> {
  const isTaken = file !== undefined && (await exists(file));
  if (file === undefined || isTaken) {
    await window.showTextDocument(await workspace.openTextDocument({ content, language }));
    return;
  }
  const document = await workspace.openTextDocument(file.with({ scheme: 'untitled' }));
  const editor = await window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(document.positionAt(0), content));
}
