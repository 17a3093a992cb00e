import assert from 'node:assert/strict';
import path from 'node:path';
import { commands, env, tasks, window } from 'vscode';
import { test } from './runner.ts';
import { makeFolder, openAt, realTree, treeFiles } from './trees.ts';
import { eventually, openWindow } from './ui.ts';

for (const [command, language, start] of [
  ['kernlens.probeBpftrace', 'bpftrace', 'kprobe:tcp_v4_send_reset'],
  ['kernlens.probeSystemtap', 'systemtap', 'probe kernel.function("tcp_v4_send_reset'],
] as const)
  test(`${command} at no_tcp_socket opens a script whose header says what it tells`, async (context) => {
    await openAt(path.join(realTree(context), 'net/ipv4/tcp_ipv4.c'), 'no_tcp_socket:');
    await commands.executeCommand(command);
    const document = window.activeTextEditor?.document;
    assert.equal(document?.languageId, language);
    assert.equal(document.isUntitled, true);
    const text = document.getText();
    assert.match(text, /^\/\/ Segment matched no socket/);
    for (const heading of ['Run:', 'Means yes:', 'Cannot see:']) assert.ok(text.includes(`// ${heading}`), heading);
    assert.ok(text.includes(start), text);

    await env.clipboard.writeText('');
    await commands.executeCommand('kernlens.copyProbe');
    assert.equal(await env.clipboard.readText(), text);
    await openWindow()?.shot(`probe-${language}`);
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

test('a probe is not run before someone said yes', async () => {
  const tree = makeFolder(treeFiles);
  await openAt(path.join(tree, 'net/ipv4/sample.c'), '\tkfree_skb(skb);');
  await commands.executeCommand('kernlens.probeBpftrace');
  assert.equal(window.activeTextEditor?.document.languageId, 'bpftrace');
  // Under test the editor refuses to show a dialog, so nobody can say yes.
  const asked = commands.executeCommand('kernlens.runProbe').then(undefined, () => undefined);
  await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 3000))]);
  assert.deepEqual(tasks.taskExecutions, []);
  assert.deepEqual(window.terminals, []);
  await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
});

test('a command outside every tree says what to do', async (context) => {
  const screen = openWindow() ?? context.skip('desktop VS Code does not let a test look at its window');
  await openAt(path.join(makeFolder({ 'main.c': 'int main(void)\n{\n\treturn 0;\n}\n' }), 'main.c'), 'int main');
  for (const command of ['explain', 'showWays', 'probeBpftrace', 'listSites']) {
    await commands.executeCommand('notifications.clearAll');
    await commands.executeCommand(`kernlens.${command}`);
    await commands.executeCommand('notifications.showList');
    const said = await eventually(`a sentence of ${command}`, async () =>
      (await screen.texts('.notification-list-item-message')).find((text) => text.includes('Linux tree')),
    );
    assert.match(said, /^[A-Z].+\.$/);
  }
  await commands.executeCommand('notifications.clearAll');
});
