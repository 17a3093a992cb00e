import assert from 'node:assert/strict';
import path from 'node:path';
import { commands, env, Uri, window, workspace } from 'vscode';
import { labPaths, missingProgram } from '../../lab/paths.ts';
import { test } from './runner.ts';
import { makeFolder, openAt, realTree, treeFiles } from './trees.ts';
import { eventually, openWindow, type Window, windowOrSkip } from './ui.ts';

const stack = '@[\n    tcp_v4_send_reset+1\n    tcp_v4_rcv+2459\n    ip_protocol_deliver_rcu+50\n]: 3\n';
const traceRow = '.pane:has(.pane-header[aria-label^="Traces"]) .monaco-list-row';
const rows = (screen: Window): Promise<readonly string[]> => screen.texts(traceRow);
const hit = (texts: readonly string[], part: string): string | undefined => texts.find((text) => text.includes(part));

test('without a vmlinux a frame goes to a call that the source allows, and says so', async (context) => {
  const screen = windowOrSkip(context);
  const tree = realTree(context);
  await openAt(path.join(tree, 'net/ipv4/tcp_ipv4.c'), 'no_tcp_socket:');
  await env.clipboard.writeText(stack);
  await withSettings({ vmlinux: '/does/not/exist' }, () => commands.executeCommand('kernlens.decodeClipboard'));
  const row = await eventually('the frame', async () => hit(await rows(screen), 'tcp_v4_rcv'));
  assert.match(row, /tcp_ipv4\.c:\d+ \(inferred from source\) \(one of \d+\)/);
  await commands.executeCommand('notifications.clearAll');
  await screen.click(traceRow, 'tcp_v4_rcv');
  await eventually('the cursor at such a call', async () => {
    const editor = window.activeTextEditor;
    const line = editor?.document.lineAt(editor.selection.active.line).text ?? '';
    return /tcp_v4_send_reset\(|tcp_v4_do_rcv\(/.test(line) ? true : undefined;
  });
});

test(
  'with the debug vmlinux a frame goes to its line',
  async (context) => {
    const screen = windowOrSkip(context);
    const { vmlinux = context.skip('no debug vmlinux: node test/lab/fetch.mjs debug'), debugModules } = labPaths();
    const missing = missingProgram('readelf', 'addr2line');
    if (missing !== false) context.skip(missing);
    await openAt(path.join(realTree(context), 'net/ipv4/tcp_ipv4.c'), 'no_tcp_socket:');
    await env.clipboard.writeText(stack);
    const settings = { vmlinux, ...(debugModules === undefined ? {} : { modules: debugModules }) };
    await withSettings(settings, () => commands.executeCommand('kernlens.decodeClipboard'));
    await eventually('a line', async () => hit(await rows(screen), 'build not proven'));
    await screen.shot('trace');
    await screen.click(traceRow, 'tcp_v4_rcv');
    await eventually('the cursor at the call that sent the RST', async () => {
      const editor = window.activeTextEditor;
      const line = editor?.document.lineAt(editor.selection.active.line).text ?? '';
      return line.includes('tcp_v4_send_reset(NULL, skb') ? true : undefined;
    });
  },
  { seconds: 150 },
);

test('opening a file with a trace fills the view and runs nothing', async (context) => {
  const screen = windowOrSkip(context);
  const ran = path.join(makeFolder({}), 'ran');
  const script = `#!/bin/sh\ntouch ${ran}\n`;
  const tree = makeFolder({
    ...treeFiles,
    'scripts/faddr2line': script,
    'scripts/decode_stacktrace.sh': script,
    'crash.oops': '[    1.0] Call Trace:\n[    1.0]  <TASK>\n[    1.0]  sample_rcv+0x12/0x40\n[    1.0]  </TASK>\n',
  });
  await openAt(path.join(tree, 'net/ipv4/sample.c'), 'no_socket:');
  await window.showTextDocument(await workspace.openTextDocument(Uri.file(path.join(tree, 'crash.oops'))));
  await commands.executeCommand('kernlens.traces.focus');
  const row = await eventually('the frame', async () => hit(await rows(screen), 'sample_rcv'));
  assert.match(row, /sample\.c:4 \(the function, not the line\)/);
  await assert.rejects(async () => workspace.fs.stat(Uri.file(ran)));
});

for (const [name, text, sentence] of [
  ['an empty clipboard', '', /^There is no text to decode\. Copy a kernel stack trace first\.$/],
  ['a text without frames', 'hello\nworld', /^No stack frame was found in 2 lines\. A frame looks like .+\.$/],
] as const)
  test(`${name} gives one sentence with the next step`, async (context) => {
    const screen = openWindow() ?? context.skip('desktop VS Code does not let a test look at its window');
    const tree = makeFolder(treeFiles);
    await openAt(path.join(tree, 'net/ipv4/sample.c'), 'no_socket:');
    await commands.executeCommand('notifications.clearAll');
    await env.clipboard.writeText(text);
    await commands.executeCommand('kernlens.decodeClipboard');
    await commands.executeCommand('notifications.showList');
    const said = await eventually('a sentence', async () => {
      // The progress stays a moment longer than the work.
      const all = await screen.texts('.notification-list-item-message');
      const texts = all.filter((each) => !each.startsWith('Decoding the trace'));
      return texts.length > 0 ? texts : undefined;
    });
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', sentence);
    await commands.executeCommand('notifications.clearAll');
  });

async function withSettings(values: Readonly<Record<string, string>>, run: () => Thenable<unknown>): Promise<void> {
  const section = workspace.getConfiguration('kernlens');
  for (const [name, value] of Object.entries(values)) await section.update(name, value, true);
  try {
    await run();
  } finally {
    for (const name of Object.keys(values)) await section.update(name, undefined, true);
  }
}
