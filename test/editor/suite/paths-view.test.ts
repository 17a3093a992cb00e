import assert from 'node:assert/strict';
import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands, env, Selection, Uri, window, workspace } from 'vscode';
import { test } from './runner.ts';
import { droppingC, lineOf, makeFolder, openAt, realTree, treeFiles } from './trees.ts';
import { eventually, type Window, windowOrSkip } from './ui.ts';

const pane = '.pane:has(.pane-header[aria-label^="Paths"])';
const changesPane = '.pane:has(.pane-header[aria-label^="Changes between"])';
const row = `${pane} .monaco-list-row`;
const tcp = 'net/ipv4/tcp_ipv4.c';

const rows = (screen: Window): Promise<readonly string[]> => screen.texts(row);
const hit = (texts: readonly string[], part: string | RegExp): string | undefined =>
  texts.find((text) => (typeof part === 'string' ? text.includes(part) : part.test(text)));
const rowWith = (screen: Window, part: string | RegExp): Promise<string> =>
  eventually(`a row with ${String(part)}`, async () => hit(await rows(screen), part));
const cursorLine = (): number | undefined => window.activeTextEditor?.selection.active.line;

/** Two more files than the usual one, one of which has a function that no parser reads. */
const more = {
  'net/ipv4/other.c': droppingC.replaceAll('sample_', 'other_'),
  'net/ipv6/third.c': `${droppingC.replaceAll('sample_', 'third_')}
int third_broken(struct sk_buff *skb)
{
	if (skb) {{ ( ;
	kfree_skb(skb);
`,
};

async function openPaths(tree: string): Promise<void> {
  await openAt(path.join(tree, 'net/ipv4/sample.c'), 'no_socket:');
  await commands.executeCommand('kernlens.clearPathsFilter');
  await commands.executeCommand('kernlens.groupPathsByKind');
  await commands.executeCommand('kernlens.pathsOfFile');
  await commands.executeCommand('kernlens.paths.focus');
}

test('paths: the Paths view lists the sites of the file in front, below each its way with what must be true', async (context) => {
  const screen = windowOrSkip(context);
  const tree = makeFolder({ ...treeFiles, ...more });
  await openPaths(tree);
  await rowWith(screen, '1 site in this file');
  const site = await rowWith(screen, 'sample.c:14');
  assert.match(site, /dropped.*sample\.c:14.*sample_rcv/);
  await screen.click(row, 'sample.c:14');
  await eventually('the cursor at the site', async () => (cursorLine() === 13 ? true : undefined));
  await unfold(screen, row, 'sample.c:14');
  await rowWith(screen, 'goto no_socket');
  const guard = await rowWith(screen, '!sk is true');
  assert.match(guard, /:9/);
  await screen.click(row, '!sk is true');
  await eventually('the cursor at the guard', async () => (cursorLine() === 8 ? true : undefined));
});

test('paths: the whole tree is read when asked for, and says what could not be read', async (context) => {
  const screen = windowOrSkip(context);
  const tree = makeFolder({ ...treeFiles, ...more });
  await openPaths(tree);
  await commands.executeCommand('kernlens.pathsOfTree');
  const summary = await rowWith(screen, 'sites in 3 files');
  assert.match(summary, /1 function could not be read whole/);
  // A list that is drawn anew under the mouse may lose a click.
  await eventually('the function that could not be read', async () => {
    if ((await screen.texts(row)).some((text) => text.includes('third_broken could not be read whole'))) return true;
    await screen.click(row, 'sites in 3 files');
    await sleep(1500);
    return undefined;
  });
  await commands.executeCommand('kernlens.groupPathsByFunction');
  await rowWith(screen, /other_rcv.*other\.c/);
});

test('paths: keys alone open a group, a site and its way', async (context) => {
  const screen = windowOrSkip(context);
  await openPaths(makeFolder(treeFiles));
  await rowWith(screen, '1 site in this file');
  await commands.executeCommand('list.collapseAll');
  await commands.executeCommand('list.focusFirst');
  await screen.press('ArrowDown');
  await screen.press('ArrowRight');
  await rowWith(screen, 'sample.c:14');
  await screen.press('ArrowDown');
  await screen.press('ArrowRight');
  await rowWith(screen, 'goto no_socket');
  await screen.press('ArrowDown');
  await screen.press('Enter');
  await eventually('the cursor at the goto', async () => (cursorLine() === 9 ? true : undefined));
});

test('paths: a file that changes on disk changes its rows', async (context) => {
  const screen = windowOrSkip(context);
  const tree = makeFolder({ ...treeFiles, ...more });
  // The run keeps the editor from watching the tree that is open; this one is small.
  const files = workspace.getConfiguration('files');
  await files.update(
    'watcherExclude',
    { '**': false, [`${process.env['KERNLENS_TREE'] ?? '/nowhere'}/**`]: true },
    true,
  );
  await openPaths(tree);
  await commands.executeCommand('kernlens.pathsOfTree');
  await commands.executeCommand('kernlens.groupPathsByFunction');
  await rowWith(screen, 'other_rcv');
  writeFileSync(path.join(tree, 'net/ipv4/other.c'), droppingC.replaceAll('sample_', 'renamed_'));
  await rowWith(screen, 'renamed_rcv');
  writeFileSync(path.join(tree, 'net/ipv4/fourth.c'), droppingC.replaceAll('sample_', 'fourth_'));
  await rowWith(screen, 'fourth_rcv');
  rmSync(path.join(tree, 'net/ipv4/other.c'));
  await eventually('no row of the file that is gone', async () =>
    hit(await rows(screen), 'renamed_rcv') === undefined ? true : undefined,
  );
  await files.update('watcherExclude', { '**': true }, true);
});

test('paths: typing changes the rows of the file in front without saving', async (context) => {
  const screen = windowOrSkip(context);
  const tree = makeFolder(treeFiles);
  await openPaths(tree);
  await commands.executeCommand('kernlens.groupPathsByFunction');
  await rowWith(screen, 'sample_rcv');
  const editor = window.activeTextEditor ?? context.skip('no editor');
  const end = editor.document.positionAt(editor.document.getText().length);
  await editor.edit((edit) => edit.insert(end, droppingC.replaceAll('sample_', 'typed_')));
  await rowWith(screen, 'typed_rcv');
  await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
});

for (const [name, files, text, part] of [
  [
    'a file without a site',
    { 'net/ipv4/sample.c': 'int plain(void)\n{\n\treturn 0;\n}\n' },
    'int plain',
    'No packet is',
  ],
  ['a filter that lets nothing through', {}, 'no_socket:', 'No site is as the filter says'],
] as const)
  test(`paths: ${name} has words and a next step instead of rows`, async (context) => {
    const screen = windowOrSkip(context);
    const tree = makeFolder({ ...treeFiles, ...files });
    await openAt(path.join(tree, 'net/ipv4/sample.c'), text);
    await commands.executeCommand('kernlens.clearPathsFilter');
    await commands.executeCommand('kernlens.pathsOfFile');
    await commands.executeCommand('kernlens.paths.focus');
    if (part.includes('filter')) await filterBy(screen, 'reason:NO_SUCH_REASON');
    const said = await eventually('words', async () => hit(await screen.texts(`${pane} .welcome-view-content`), part));
    assert.match(said, /Show All of net\//);
    await commands.executeCommand('kernlens.clearPathsFilter');
  });

test('paths: a filter with a key that is not there is refused with the keys that are', async (context) => {
  const screen = windowOrSkip(context);
  await openPaths(makeFolder(treeFiles));
  const asked = commands.executeCommand('kernlens.filterPaths');
  await eventually('the box', async () => ((await screen.texts('.quick-input-title')).length > 0 ? true : undefined));
  await typeText(screen, 'colour:red');
  const said = await eventually('the fault', async () => hit(await screen.texts('.quick-input-message'), 'colour'));
  assert.match(said, /Sites have no colour\. Look for kind: function: file: reason: counter: sysctl: incident:/);
  await screen.press('Escape');
  await asked;
});

test(
  'paths: net/ of a real tree: groups, the count, a filter, and the view',
  async (context) => {
    const screen = windowOrSkip(context);
    const tree = realTree(context);
    const { editor } = await openAt(path.join(tree, tcp), 'no_tcp_socket:');
    await commands.executeCommand('kernlens.clearPathsFilter');
    await commands.executeCommand('kernlens.groupPathsByKind');
    await commands.executeCommand('kernlens.pathsOfTree');
    await eventually('more than 2000 sites', async () => {
      const summary = hit(await rows(screen), /^[\d,]+ sites in \d{3} files/) ?? '';
      return Number(/^[\d,]+/.exec(summary)?.[0].replaceAll(',', '')) > 2000 ? true : undefined;
    });
    await screen.shot('paths-tree');
    await filterBy(screen, 'reason:NO_SOCKET kind:reset file:tcp_ipv4.c');
    await rowWith(screen, /sites? in 1 file.*of /);
    await eventually('the filter in words', async () => hit(await screen.texts(`${pane} .message`), 'Filter: reason:'));
    const line = lineOf(editor.document, '\t\ttcp_v4_send_reset(NULL, skb') + 1;
    await unfold(screen, row, `tcp_ipv4.c:${line}`);
    await rowWith(screen, 'goto no_tcp_socket');
    await rowWith(screen, '!sk is true');
    await screen.shot('paths-filtered');
    await screen.click(`${row}:has-text("tcp_ipv4.c:${line}") .action-label`, '');
    await eventually('the page', async () => hit(await screen.texts('a', 'webview'), `${tcp}:${line}`));
    await commands.executeCommand('kernlens.clearPathsFilter');
  },
  { seconds: 180 },
);

test(
  'paths: reading a tree can be stopped, is said to be not whole, and goes on when asked again',
  async (context) => {
    const screen = windowOrSkip(context);
    // Under another name nothing is known of it from before.
    const tree = path.join(makeFolder({}), 'linux');
    symlinkSync(realTree(context), tree);
    await openAt(path.join(tree, tcp), 'no_tcp_socket:');
    const run = { isOver: false };
    const reading = commands.executeCommand('kernlens.pathsOfTree').then(() => {
      run.isOver = true;
    });
    while (!run.isOver) {
      await commands.executeCommand('kernlens.stopReadingPaths');
      await sleep(50);
    }
    await reading;
    const said = await eventually('that it was stopped', async () =>
      hit(await screen.texts(`${pane} .message`), 'Stopped'),
    );
    assert.match(said, /^Stopped( after [\d,]+ of 1,\d{3} files)?: the list is not whole\.$/);
    await commands.executeCommand('kernlens.pathsOfTree');
    const count = /^[\d,]+ sites in \d{3} files/;
    await rowWith(screen, count);
    await eventually('the whole list', async () =>
      (await screen.texts(`${pane} .message`)).length === 0 ? true : undefined,
    );
    await rowWith(screen, count);
  },
  { seconds: 120 },
);

for (const [name, text, said] of [
  [
    'a line of nstat',
    'TcpExtListenDrops               1234               0.0',
    /^TcpExtListenDrops: \d+ sites in \d+ files$/,
  ],
  ['a sysctl', 'net.ipv4.tcp_syncookies = 1', /^net\.ipv4\.tcp_syncookies: \d+ sites in \d+ files?$/],
  ['a reason', 'NO_SOCKET', /^NO_SOCKET: \d+ sites in \d+ files$/],
  ['a function', 'tcp_v4_send_reset+0x1/0x2', /^tcp_v4_send_reset: \d+ sites in 1 file$/],
] as const)
  test(
    `paths: ${name}, selected in a text, leads to all its sites`,
    async (context) => {
      const screen = windowOrSkip(context);
      await openAt(path.join(realTree(context), tcp), 'no_tcp_socket:');
      const notes = path.join(makeFolder({ 'notes.txt': text }), 'notes.txt');
      const editor = await window.showTextDocument(await workspace.openTextDocument(Uri.file(notes)));
      editor.selection = new Selection(0, 0, 0, text.length);
      await commands.executeCommand('kernlens.findSites');
      await eventually('the sentence', async () => hit(await screen.texts(`${pane} .message`), said));
      await rowWith(screen, /^\d+ sites in \d+ files?of /);
      if (name === 'a line of nstat') await screen.shot('find-sites');
      await commands.executeCommand('kernlens.clearPathsFilter');
    },
    { seconds: 120 },
  );

test(
  'paths: what is selected in a terminal leads to its sites, and the clipboard is as before',
  async (context) => {
    const screen = windowOrSkip(context);
    if (process.platform === 'linux' && !existsSync('/dev/pts/ptmx'))
      context.skip('no pseudo-terminal can be opened: /dev/pts is not mounted');
    await openAt(path.join(realTree(context), tcp), 'no_tcp_socket:');
    await env.clipboard.writeText('kept');
    const terminal = window.createTerminal({ name: 'nstat', shellPath: '/bin/cat' });
    try {
      terminal.show(false);
      await eventually('a terminal', async () => ((await screen.texts('.xterm')).length > 0 ? true : undefined));
      terminal.sendText('TcpExtListenOverflows', false);
      await eventually('the whole of it selected', async () => {
        await commands.executeCommand('workbench.action.terminal.selectAll');
        await commands.executeCommand('workbench.action.terminal.copySelection');
        const copied = await env.clipboard.readText();
        return copied.includes('TcpExtListenOverflows') ? true : undefined;
      });
      await env.clipboard.writeText('kept');
      await commands.executeCommand('kernlens.findSitesInTerminal');
      await eventually('the sentence', async () =>
        hit(await screen.texts(`${pane} .message`), /^TcpExtListenOverflows: \d+ sites? in \d+ files?$/),
      );
      assert.equal(await env.clipboard.readText(), 'kept');
    } finally {
      terminal.dispose();
      await commands.executeCommand('kernlens.clearPathsFilter');
    }
  },
  { seconds: 120 },
);

test('paths: a word that names nothing gets one sentence with what is accepted', async (context) => {
  const screen = windowOrSkip(context);
  await openAt(path.join(makeFolder(treeFiles), 'net/ipv4/sample.c'), 'no_socket:');
  await commands.executeCommand('notifications.clearAll');
  await commands.executeCommand('kernlens.findSites', 'hello world');
  await commands.executeCommand('notifications.showList');
  const said = await eventually('a sentence', async () =>
    hit(await screen.texts('.notification-list-item-message'), 'names nothing'),
  );
  assert.match(said, /^"hello world" names nothing in this tree: select a counter .+\.$/);
  await commands.executeCommand('notifications.clearAll');
});

test('paths: two trees are compared: added, removed, changed, and both files side by side', async (context) => {
  const screen = windowOrSkip(context);
  const other = makeFolder({ ...treeFiles, ...more });
  const changedC = droppingC.replace('if (!sk)', 'if (!sk || !sk_fullsock(sk))');
  const third = { 'net/ipv6/third.c': '' };
  const added = { 'net/core/added.c': droppingC.replaceAll('sample_', 'added_') };
  const tree = makeFolder({ ...treeFiles, ...more, ...third, ...added, 'net/ipv4/sample.c': changedC });
  await openAt(path.join(tree, 'net/ipv4/sample.c'), 'no_socket:');
  await commands.executeCommand('kernlens.compareTrees', { other, paths: ['net'] });
  const seen = async (part: string | RegExp): Promise<string> =>
    eventually(String(part), async () => hit(await screen.texts(`${changesPane} .monaco-list-row`), part));
  await seen('Sites: 1 added, ');
  assert.match(await seen('added.c:14'), /dropped/);
  await seen(/^Removed/);
  // With the keys, so that the last row is scrolled to in however small a view.
  await commands.executeCommand('kernlens.changes.focus');
  await screen.press('End');
  await screen.press('Enter');
  await eventually('a diff of the two files', async () =>
    (await screen.texts('.monaco-diff-editor')).length > 0 ? true : undefined,
  );
  // What is below the last row is drawn only once it is there and scrolled to.
  const seenBelow = async (part: string): Promise<void> => {
    await commands.executeCommand('kernlens.changes.focus');
    await screen.press('End');
    await screen.press('ArrowRight');
    await eventually(part, async () => {
      await screen.press('End');
      return hit(await screen.texts(`${changesPane} .monaco-list-row`), part);
    });
  };
  await seenBelow('new: !sk || !sk_fullsock(sk) is true');
  await screen.shot('changes');
  await commands.executeCommand('kernlens.swapTrees');
  await seen('third.c');
  await seenBelow('gone: !sk || !sk_fullsock(sk) is true');
});

/** A click on the words of a row goes to its line; the arrow before them opens it. */
const unfold = (screen: Window, selector: string, text: string): Promise<void> =>
  screen.click(`${selector}:has-text("${text}") .monaco-tl-twistie`, '');

async function filterBy(screen: Window, text: string): Promise<void> {
  const asked = commands.executeCommand('kernlens.filterPaths');
  await eventually('the box', async () => ((await screen.texts('.quick-input-title')).length > 0 ? true : undefined));
  await typeText(screen, text);
  await screen.press('Enter');
  await asked;
}

/** Key by key: the door knows no typing. */
async function typeText(screen: Window, text: string): Promise<void> {
  await screen.press('Control+a');
  for (const key of text) await screen.press(key === ' ' ? 'Space' : key);
}
