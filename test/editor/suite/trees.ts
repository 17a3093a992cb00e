/** Trees and projects for editor tests: the real one that the run opens, and small ones made on the spot. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type CodeLens,
  commands,
  type Hover,
  MarkdownString,
  Selection,
  type TextDocument,
  type TextEditor,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { TestContext } from './runner.ts';

/** A function in the kernel's shape: one goto to a label under which a packet is dropped. */
export const droppingC = `struct sk_buff;
struct sock;

static int sample_rcv(struct sk_buff *skb)
{
	struct sock *sk;

	sk = sample_lookup(skb);
	if (!sk)
		goto no_socket;
	return sample_deliver(sk, skb);

no_socket:
	kfree_skb(skb);
	return 0;
}
`;

/** Writes a folder with the given files and returns it; the run's temporary folder goes away as a whole. */
export function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-made-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** What a folder must hold to be taken for a Linux tree, and one file with a drop in it. */
export const treeFiles: Readonly<Record<string, string>> = {
  Makefile: 'VERSION = 6\nPATCHLEVEL = 99\nSUBLEVEL = 0\n',
  Kbuild: 'obj-y += net/\n',
  'include/linux/skbuff.h': 'void kfree_skb(struct sk_buff *skb);\n',
  'net/ipv4/sample.c': droppingC,
};

export function realTree({ skip }: TestContext): string {
  return process.env['KERNLENS_TREE'] ?? skip('no tree: node test/lab/fetch.mjs trees');
}

/** Opens a file alone in the window, with the cursor in the first line that starts with `text`. */
export async function openAt(file: string, text: string): Promise<{ editor: TextEditor; line: number }> {
  await commands.executeCommand('workbench.action.closeAllEditors');
  const document = await workspace.openTextDocument(Uri.file(file));
  const line = lineOf(document, text);
  const editor = await window.showTextDocument(document);
  editor.selection = new Selection(line, 0, line, 0);
  await commands.executeCommand('revealLine', { lineNumber: line, at: 'center' });
  return { editor, line };
}

/** The first line, from 0, that starts with `text`. */
export function lineOf(document: TextDocument, text: string): number {
  const offset = `\n${document.getText()}`.indexOf(`\n${text}`);
  if (offset < 0) throw new Error(`${document.fileName} has no line that starts with ${text}`);
  return document.positionAt(offset).line;
}

/** Our lenses of a document with their titles, as `line: title`, lines from 0. */
export async function lensesOf(document: TextDocument): Promise<readonly CodeLens[]> {
  const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10_000);
  return lenses.filter(({ command }) => command?.command.startsWith('kernlens.') === true);
}

export const titlesAt = (lenses: readonly CodeLens[], line: number): readonly string[] =>
  lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title ?? '');

/** The text of all hovers at a line, from 0. */
export async function hoverAt(document: TextDocument, line: number): Promise<string> {
  const at = document.lineAt(line).range.start;
  const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', document.uri, at);
  const contents = hovers.flatMap((hover) => hover.contents);
  return contents.map((content) => (content instanceof MarkdownString ? content.value : '')).join('\n');
}
