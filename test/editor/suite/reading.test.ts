import assert from 'node:assert/strict';
import path from 'node:path';
import { commands, env, window } from 'vscode';
import { test } from './runner.ts';
import { hoverAt, lensesOf, lineOf, openAt, realTree, titlesAt } from './trees.ts';
import { eventually, windowOrSkip } from './ui.ts';

const tcp = 'net/ipv4/tcp_ipv4.c';
const hit = (texts: readonly string[], part: string): string | undefined => texts.find((text) => text.includes(part));

test('lenses stand at function, label and site of the real tcp_ipv4.c', async (context) => {
  const { editor, line } = await openAt(path.join(realTree(context), tcp), 'no_tcp_socket:');
  const { document } = editor;
  const lenses = await lensesOf(document);
  assert.match(titlesAt(lenses, lineOf(document, 'int tcp_v4_rcv(')).join(), /\d RSTs, 1 drop/);
  const [what, ways, incident, ...probes] = titlesAt(lenses, line);
  assert.match(what ?? '', /RST sent: NO_SOCKET$/);
  assert.match(ways ?? '', /1 way here$/);
  assert.match(incident ?? '', /tcp-no-socket-rst: present$/);
  assert.deepEqual(
    probes.map((title) => title.replace(/^\S+\s/, '')),
    ['Probe: bpftrace', 'Probe: SystemTap'],
  );
  const site = lineOf(document, '\t\ttcp_v4_send_reset(NULL, skb');
  assert.match(titlesAt(lenses, site).join(), /RST sent: NO_SOCKET/);
  for (const { command } of lenses) assert.ok((command?.title.length ?? 0) < 90, `too long: ${command?.title}`);
});

test('what is drawn above no_tcp_socket', async (context) => {
  const screen = windowOrSkip(context);
  await openAt(path.join(realTree(context), tcp), 'no_tcp_socket:');
  const drawn = await eventually('the row of lenses', async () =>
    hit(await screen.texts('.codelens-decoration'), 'tcp-no-socket-rst'),
  );
  assert.match(drawn, /RST sent: NO_SOCKET.+1 way here.+tcp-no-socket-rst: present.+Probe: bpftrace.+Probe: SystemTap/);
  await screen.shot('lenses');
});

test('the hover tells what, why and how, with the lines of the goto and the guards', async (context) => {
  const { editor, line } = await openAt(path.join(realTree(context), tcp), 'no_tcp_socket:');
  const { document } = editor;
  const text = await hoverAt(document, line);
  const goto = lineOf(document, '\t\tgoto no_tcp_socket;') + 1;
  assert.match(text, /A RST goes back to the sender/);
  assert.ok(text.includes(`[${goto}]`), text);
  assert.ok(text.includes('`!sk` is true') && text.includes(`[${goto - 1}]`), text);
  assert.match(text, /`SKB_DROP_REASON_NO_SOCKET` is number 2 in this tree/);
  assert.match(text, /TcpOutRsts/);
  assert.match(text, /In this tree: present/);
  assert.match(text, /command:kernlens\.probe/);
  assert.ok(text.replace(/\(command:[^)]*\)/g, '').length < 3000, 'longer than anyone reads');
});

test('"ways here" opens the references peek on the gotos', async (context) => {
  const screen = windowOrSkip(context);
  await openAt(path.join(realTree(context), tcp), 'csum_error:');
  await commands.executeCommand('kernlens.showWays');
  const rows = await eventually('rows of the peek', async () => {
    const texts = await screen.texts('.peekview-widget .ref-tree .monaco-list-row');
    return texts.length > 0 ? texts : undefined;
  });
  assert.equal(rows.length, 4);
  assert.equal(rows.filter((row) => row.includes('goto csum_error')).length, 3);
  await screen.shot('ways');
  await commands.executeCommand('closeReferenceSearch');
});

test('the explanation page can be read, walked by keyboard and copied', async (context) => {
  const screen = windowOrSkip(context);
  const { editor } = await openAt(path.join(realTree(context), tcp), 'no_tcp_socket:');
  const goto = lineOf(editor.document, '\t\tgoto no_tcp_socket;');
  await commands.executeCommand('kernlens.explain');
  await eventually('the page', async () => hit(await screen.texts('h1', 'webview'), 'no_tcp_socket'));
  const headings = await screen.texts('h2', 'webview');
  assert.deepEqual(headings.slice(0, 3), ['What happens here', 'What leads here', 'Reason']);
  await screen.shot('explanation');

  await env.clipboard.writeText('');
  await screen.click('button', 'Copy as Markdown', 'webview');
  const copied = await eventually(
    'Markdown in the clipboard',
    async () => (await env.clipboard.readText()) || undefined,
  );
  assert.match(copied, /^# tcp_v4_rcv, no_tcp_socket\n/);
  assert.ok(copied.includes(`${tcp}:${goto + 1}`), copied);

  await screen.click('a[data-do="go"]', String(goto + 1), 'webview');
  await eventually('the cursor at the goto', async () =>
    window.activeTextEditor?.document.fileName.endsWith(tcp) === true &&
    window.activeTextEditor.selection.active.line === goto
      ? true
      : undefined,
  );
});
