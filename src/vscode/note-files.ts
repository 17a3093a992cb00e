import path from 'node:path';
import { type ExtensionContext, Range, type TextDocument, Uri, WorkspaceEdit, workspace } from 'vscode';

/** A file that holds notes, whether it is there or not. */
export interface NoteFile {
  readonly uri: Uri;
  /** The workspace folder it lies in; undefined for the user's own file. */
  readonly folder?: Uri;
}

/** The notes of workspace folders, as a glob. */
export const noteFilesGlob = '**/.kernlens/notes.yaml';

/** The file of each workspace folder, and the user's own, which counts for all workspaces. */
export function noteFiles({ globalStorageUri }: ExtensionContext): readonly NoteFile[] {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return [
    ...folders.map(({ uri }) => ({ uri: Uri.joinPath(uri, '.kernlens', 'notes.yaml'), folder: uri })),
    { uri: Uri.joinPath(globalStorageUri, 'notes.yaml') },
  ];
}

export function isNoteFile({ uri }: Pick<TextDocument, 'uri'>, context: ExtensionContext): boolean {
  return noteFiles(context).some((file) => file.uri.toString() === uri.toString());
}

/** The trees that the notes of a file speak of: those in or above its folder, else all. */
export function treesOf({ folder }: NoteFile, known: readonly string[]): readonly string[] {
  if (folder === undefined) return known;
  const related = known.filter((root) => isInside(root, folder.fsPath) || isInside(folder.fsPath, root));
  return related.length > 0 ? related : known;
}

function isInside(inner: string, outer: string): boolean {
  const between = path.relative(outer, inner);
  return between === '' || (!between.startsWith('..') && !path.isAbsolute(between));
}

/** The file's text: the editor's where it is open, undefined where there is none. */
export async function textOfFile(uri: Uri): Promise<string | undefined> {
  const open = openDocument(uri);
  if (open !== undefined) return open.getText();
  if (!(await exists(uri))) return undefined;
  const { textOf } = await import('../host/user-packs.ts');
  return textOf(uri.fsPath);
}

/** Writes the file; where it is open, its editor changes and is saved unless it holds something unsaved already. */
export async function writeFile(uri: Uri, text: string): Promise<void> {
  const open = openDocument(uri);
  if (open === undefined) return workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const wasDirty = open.isDirty;
  const edit = new WorkspaceEdit();
  edit.replace(uri, new Range(open.positionAt(0), open.positionAt(open.getText().length)), text);
  await workspace.applyEdit(edit);
  if (!wasDirty) await open.save();
}

export async function exists(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

const openDocument = (uri: Uri): TextDocument | undefined =>
  workspace.textDocuments.find((each) => !each.isClosed && each.uri.toString() === uri.toString());
