import path from 'node:path';
import { l10n, window } from 'vscode';
import { findTree } from '../host/find-tree.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';

/** The tree of the file in front, else the only one, else a choice. */
export async function chooseTree(session: Session): Promise<string | undefined> {
  const document = window.activeTextEditor?.document;
  const inFront = document && session.trees.treeOf(document.uri);
  const known = session.trees.known();
  if (inFront !== undefined) return inFront;
  if (known.length > 1) return window.showQuickPick([...known], { title: l10n.t('Which tree?') });
  if (known[0] === undefined) void window.showInformationMessage(l10n.t('Open a Linux tree (or a file of one) first.'));
  return known[0];
}

/** Another tree than `root`: one that was met already, or a folder that is chosen; says so where that is no tree. */
export async function chooseOtherTree(session: Session, root: string, title: string): Promise<string | undefined> {
  const folder = await askForFolder(session, root, title);
  if (folder === undefined) return undefined;
  const { value, problems } = findTree(folder, { upwards: false });
  if (value === undefined) void window.showErrorMessage(problems.map(problemSentence).join(' '));
  return value;
}

async function askForFolder(session: Session, root: string, title: string): Promise<string | undefined> {
  const known = session.trees.known().filter((each) => each !== root);
  const items = known.map((each) => ({ label: path.basename(each), description: each, root: each }));
  const browse = { label: l10n.t('$(folder-opened) Choose a folder...'), description: '', root: undefined };
  const chosen = items.length === 0 ? browse : await window.showQuickPick([...items, browse], { title });
  if (chosen === undefined || chosen.root !== undefined) return chosen?.root;
  const [folder] =
    (await window.showOpenDialog({ title, canSelectFiles: false, canSelectFolders: true, canSelectMany: false })) ?? [];
  return folder?.fsPath;
}
