import path from 'node:path';
import {
  commands,
  type DocumentFilter,
  type Event,
  EventEmitter,
  type ExtensionContext,
  type TextDocument,
  type TextEditor,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { findTree } from '../host/find-tree.ts';

/** The C files that may lie in a tree; the editor takes headers for C++. */
export const cFiles: DocumentFilter[] = [
  { language: 'c', scheme: 'file' },
  { language: 'cpp', scheme: 'file', pattern: '**/*.h' },
];

/** Where a document lies inside a Linux tree. */
export interface InTree {
  /** The tree's absolute folder. */
  readonly root: string;
  /** Relative to it, with forward slashes. */
  readonly file: string;
}

export interface Trees {
  /** Undefined for a document outside every tree. */
  locate(document: TextDocument): InTree | undefined;
  /** The tree that holds a file of any kind. */
  treeOf(uri: Uri): string | undefined;
  /** All trees met so far and those the workspace folders are or lie in. */
  known(): readonly string[];
  /** A tree was met for the first time. */
  readonly onDidFind: Event<string>;
}

/**
 * Knows which documents belong to which Linux tree: by what lies in the folders above a file, so that a subfolder
 * of a tree, a tree inside a larger workspace and several roots all work, and other C projects are left alone.
 */
export function watchTrees(context: ExtensionContext): Trees {
  const rootByFolder = new Map<string, string | undefined>();
  const known = new Set<string>();
  const found = new EventEmitter<string>();

  const rootOf = (folder: string): string | undefined => {
    if (!rootByFolder.has(folder)) rootByFolder.set(folder, findTree(folder, { upwards: true }).value);
    const root = rootByFolder.get(folder);
    if (root !== undefined && !known.has(root)) {
      known.add(root);
      void commands.executeCommand('setContext', 'kernlens.hasTree', true);
      found.fire(root);
    }
    return root;
  };
  const lookAtFolders = (): void => {
    for (const folder of workspace.workspaceFolders ?? []) if (folder.uri.scheme === 'file') rootOf(folder.uri.fsPath);
  };

  const trees: Trees = {
    treeOf: (uri) => (uri.scheme === 'file' ? rootOf(path.dirname(uri.fsPath)) : undefined),
    locate(document) {
      if (document.uri.scheme !== 'file' || !/\.[ch]$/.test(document.uri.path)) return undefined;
      const root = rootOf(path.dirname(document.uri.fsPath));
      if (root === undefined) return undefined;
      return { root, file: path.relative(root, document.uri.fsPath).split(path.sep).join('/') };
    },
    known: () => {
      lookAtFolders();
      return [...known];
    },
    onDidFind: found.event,
  };
  const followEditor = (editor: TextEditor | undefined): void => {
    const inTree = editor !== undefined && trees.locate(editor.document) !== undefined;
    void commands.executeCommand('setContext', 'kernlens.inTree', inTree);
  };
  context.subscriptions.push(
    found,
    workspace.onDidChangeWorkspaceFolders(() => {
      rootByFolder.clear();
      lookAtFolders();
      followEditor(window.activeTextEditor);
    }),
    window.onDidChangeActiveTextEditor(followEditor),
  );
  setImmediate(() => {
    lookAtFolders();
    followEditor(window.activeTextEditor);
  });
  return trees;
}
