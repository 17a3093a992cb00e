import path from 'node:path';
import { l10n, Position, Range, Uri, ViewColumn, window, workspace } from 'vscode';
import type { PlaceRequest } from '../core/engine.ts';
import type { Session } from './session.ts';

/** Where a command acts: handed by a lens or a link, else the cursor. */
export interface Target {
  readonly root: string;
  readonly file: string;
  readonly line: number;
}

export const uriOf = (root: string, file: string): Uri =>
  path.isAbsolute(file) ? Uri.file(file) : Uri.joinPath(Uri.file(root), file);

/** The target a command was given, or the cursor's; says what is missing when there is neither. */
export function targetOf(session: Session, given: unknown): Target | undefined {
  if (isTarget(given)) return given;
  const editor = window.activeTextEditor;
  const inTree = editor && session.trees.locate(editor.document);
  if (editor !== undefined && inTree !== undefined) return { ...inTree, line: editor.selection.active.line + 1 };
  void window.showInformationMessage(l10n.t('Put the cursor into a C file of a Linux tree first.'));
  return undefined;
}

/** The question about a target, with the editor's text where that is not saved. */
export function placeRequest({ root, file, line }: Target): PlaceRequest {
  const uri = uriOf(root, file).toString();
  const document = workspace.textDocuments.find((each) => each.uri.toString() === uri);
  return document?.isDirty === true ? { file, line, text: document.getText() } : { file, line };
}

export function isTarget(given: unknown): given is Target {
  return (
    typeof given === 'object' &&
    given !== null &&
    'root' in given &&
    'file' in given &&
    'line' in given &&
    typeof given.root === 'string' &&
    typeof given.file === 'string' &&
    typeof given.line === 'number'
  );
}

/** Opens a file at a line counted from 1 and puts the cursor there, in the column where source is being read. */
export async function reveal(root: string, file: string, line: number): Promise<void> {
  const at = new Position(Math.max(line - 1, 0), 0);
  const document = await workspace.openTextDocument(uriOf(root, file));
  const shown = window.visibleTextEditors.find((editor) => editor.document === document);
  // Without an editor in front (a click in our page), the first column is that of the source.
  const viewColumn = shown?.viewColumn ?? window.activeTextEditor?.viewColumn ?? ViewColumn.One;
  await window.showTextDocument(document, { selection: new Range(at, at), viewColumn });
}
