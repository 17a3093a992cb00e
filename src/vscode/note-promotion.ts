import { commands, l10n, Uri, window, workspace } from 'vscode';
import { exists } from './note-files.ts';
import type { NoteInTree } from './note-store.ts';
import type { Session } from './session.ts';

/** Makes a pack of a note in .kernlens/packs and opens it: what a note does not say has to be written there. */
export async function promoteNoteToPack({ engines }: Session, { note, file, root }: NoteInTree): Promise<void> {
  const folder =
    file.folder ?? workspace.getWorkspaceFolder(Uri.file(root))?.uri ?? workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    void window.showInformationMessage(l10n.t('Open a folder first: a pack lies in its .kernlens/packs.'));
    return;
  }
  const { promoteNote } = await import('../core/notes/promote-note.ts');
  const { idFromTitle } = await import('../core/notes/note-id.ts');
  const { builtInIds } = await import('../host/user-packs.ts');
  const own = (engines.lessons().packs ?? []).flatMap(({ incidents }) => incidents.map(({ id }) => id));
  const id = await freeName(folder, (taken) => idFromTitle(note.id, [...builtInIds(), ...own, ...taken]));
  const text = promoteNote(note, id);
  if (text === undefined) {
    void window.showInformationMessage(
      l10n.t('A note outside functions cannot become an incident: incidents are found in functions.'),
    );
    return;
  }
  const uri = packUri(folder, id);
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await commands.executeCommand('kernlens.reloadPacks');
  await window.showTextDocument(await workspace.openTextDocument(uri));
  void window.showInformationMessage(
    l10n.t('The incident is in this pack now; say its effect, cause and remedy. The note is still there.'),
  );
}

const packUri = (folder: Uri, id: string): Uri => Uri.joinPath(folder, '.kernlens', 'packs', `${id}.yaml`);

/** A name whose file is not there yet. */
async function freeName(folder: Uri, next: (taken: readonly string[]) => string): Promise<string> {
  const taken: string[] = [];
  for (;;) {
    const id = next(taken);
    if (!(await exists(packUri(folder, id)))) return id;
    taken.push(id);
  }
}
