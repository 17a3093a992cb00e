import assert from 'node:assert/strict';
import path from 'node:path';
import { createRequire } from 'node:module';
import { commands, extensions, Uri, window, workspace } from 'vscode';
import { test } from './runner.ts';
import { droppingC, hoverAt, lensesOf, lineOf, makeFolder, openAt, titlesAt, treeFiles } from './trees.ts';
import { eventually, openWindow } from './ui.ts';

const status = '[id="kernlens.kernlens.kernlens.status"]';

test('a C project that is no Linux tree is left alone: no lens, no hover, no status, no worker', async () => {
  await extensions.getExtension('kernlens.kernlens')?.activate();
  const folder = makeFolder({ Makefile: 'all:\n', 'net/sample.c': droppingC });
  const file = path.join(folder, 'net/sample.c');
  const started = await workersStartedBy(async () => {
    const { editor, line } = await openAt(file, 'no_socket:');
    assert.deepEqual(await lensesOf(editor.document), []);
    assert.equal(await hoverAt(editor.document, line), '');
    assert.deepEqual((await openWindow()?.texts(status)) ?? [], []);
  });
  assert.equal(started, 0);
});

test('a file of a tree wakes it, whatever folder is open', async () => {
  const tree = makeFolder(treeFiles);
  const { editor, line } = await openAt(path.join(tree, 'net/ipv4/sample.c'), 'no_socket:');
  const lenses = await lensesOf(editor.document);
  assert.match(titlesAt(lenses, line).join('|'), /dropped.*\|.*1 way here/);
  assert.match(await hoverAt(editor.document, line), /goto no_socket/);
});

test('a tree inside a larger project, two trees at once: each file belongs to its own', async (context) => {
  const screen = openWindow() ?? context.skip('desktop VS Code does not let a test look at its window');
  const inside = Object.entries(treeFiles).map(([name, text]) => [`vendor/linux/${name}`, text] as const);
  const project = makeFolder({ 'main.c': droppingC, ...Object.fromEntries(inside) });
  const other = makeFolder({ ...treeFiles, Makefile: 'VERSION = 7\nPATCHLEVEL = 77\nSUBLEVEL = 0\n' });

  await openAt(path.join(project, 'vendor/linux/net/ipv4/sample.c'), 'no_socket:');
  await eventually('the release of the tree inside', async () => shows(await screen.texts(status), '6.99'));
  await openAt(path.join(other, 'net/ipv4/sample.c'), 'no_socket:');
  await eventually('the release of the other tree', async () => shows(await screen.texts(status), '7.77'));
  const { editor } = await openAt(path.join(project, 'main.c'), 'no_socket:');
  assert.deepEqual(await lensesOf(editor.document), []);
  await eventually('no status outside', async () => ((await screen.texts(status)).length === 0 ? true : undefined));
});

test('typing moves the lenses without saving', async () => {
  const tree = makeFolder(treeFiles);
  const { editor, line } = await openAt(path.join(tree, 'net/ipv4/sample.c'), 'no_socket:');
  await editor.edit((edit) => edit.insert(editor.document.lineAt(0).range.start, '/* one */\n/* two */\n'));
  assert.equal(lineOf(editor.document, 'no_socket:'), line + 2);
  assert.notDeepEqual(titlesAt(await lensesOf(editor.document), line + 2), []);
  await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
});

test('lenses are there for density and switch', async () => {
  const tree = makeFolder(treeFiles);
  const { editor, line } = await openAt(path.join(tree, 'net/ipv4/sample.c'), 'no_socket:');
  const head = lineOf(editor.document, 'static int sample_rcv');
  const settings = workspace.getConfiguration('kernlens');
  const linesWith = async (density: string): Promise<readonly number[]> => {
    await settings.update('lenses.density', density, true);
    return [...new Set((await lensesOf(editor.document)).map(({ range }) => range.start.line))];
  };
  try {
    assert.deepEqual(await linesWith('incidents'), []);
    assert.deepEqual(await linesWith('labels'), [line]);
    assert.deepEqual(await linesWith('all'), [head, line]);
    await commands.executeCommand('kernlens.toggleLenses');
    assert.deepEqual(await lensesOf(editor.document), []);
    await commands.executeCommand('kernlens.toggleLenses');
    assert.equal((await lensesOf(editor.document)).length, 3);
  } finally {
    await settings.update('lenses.density', undefined, true);
    await settings.update('lenses.enabled', undefined, true);
  }
});

test('a header of 5 MB is refused with a sentence, and nothing spins', async (context) => {
  const screen = openWindow() ?? context.skip('desktop VS Code does not let a test look at its window');
  const header = '#define SAMPLE_REGISTER_OF_MANY 0x0001\n'.repeat(140_000);
  const tree = makeFolder({ ...treeFiles, 'net/registers.h': header });
  const document = await workspace.openTextDocument(Uri.file(path.join(tree, 'net/registers.h')));
  await window.showTextDocument(document);
  assert.deepEqual(await lensesOf(document), []);
  await eventually('the status says so', async () => shows(await screen.texts(status), 'not read'));
  await commands.executeCommand('notifications.clearAll');
  await commands.executeCommand('kernlens.listSites');
  await commands.executeCommand('notifications.showList');
  const said = await eventually('a sentence', async () =>
    shows(await screen.texts('.notification-list-item-message'), 'MB'),
  );
  assert.match(said, /registers\.h holds 5\.5 MB, over the limit of 2\.0 MB\. .+\.$/);
  await commands.executeCommand('notifications.clearAll');
});

const shows = (texts: readonly string[], part: string): string | undefined => texts.find((text) => text.includes(part));

/** Counts the threads that are started meanwhile by anything in this extension host. */
async function workersStartedBy(run: () => Promise<void>): Promise<number> {
  const threads = createRequire(__filename)('node:worker_threads') as { Worker: new (...args: never[]) => object };
  const { Worker } = threads;
  let count = 0;
  threads.Worker = class extends Worker {
    constructor(...args: never[]) {
      super(...args);
      count++;
    }
  };
  try {
    await run();
  } finally {
    threads.Worker = Worker;
  }
  return count;
}
