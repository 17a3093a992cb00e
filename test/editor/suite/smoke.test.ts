import assert from 'node:assert/strict';
import path from 'node:path';
import { Position, Selection, Uri, commands, extensions, window, workspace } from 'vscode';
import { test } from './runner.ts';
import { eventually, windowOrSkip } from './ui.ts';

test('the extension is there and starts', async () => {
  const extension = extensions.getExtension('kernlens.kernlens');
  assert.ok(extension);
  await extension.activate();
  assert.equal(extension.isActive, true);
});

test('a lens is drawn above no_tcp_socket', async (context) => {
  const tree = process.env['KERNLENS_TREE'] ?? context.skip('no tree: node test/lab/fetch.mjs trees');
  const screen = windowOrSkip(context);
  await commands.executeCommand('workbench.action.closeAllEditors');
  const document = await workspace.openTextDocument(Uri.file(path.join(tree, 'net/ipv4/tcp_ipv4.c')));
  const label = document.positionAt(document.getText().indexOf('\nno_tcp_socket:') + 1);
  const editor = await window.showTextDocument(document);
  editor.selection = new Selection(label, label);
  await commands.executeCommand('revealLine', { lineNumber: label.line, at: 'center' });
  assert.ok(label.isAfter(new Position(0, 0)));

  const drawn = await eventually('a lens that speaks of a RST', async () => {
    const texts = await screen.texts('.codelens-decoration');
    return texts.some((text) => text.includes('RST')) ? texts : undefined;
  });
  console.log(`drawn: ${drawn.join(' | ')}`);
  await screen.shot('lens');
});
