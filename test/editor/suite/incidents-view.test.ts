import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  commands,
  type CompletionList,
  ConfigurationTarget,
  type Diagnostic,
  languages,
  type Position,
  Uri,
  window,
  workspace,
} from 'vscode';
import { test } from './runner.ts';
import { droppingC, hoverAt, lensesOf, makeFolder, openAt, realTree, titlesAt, treeFiles } from './trees.ts';
import { eventually, type Window, windowOrSkip } from './ui.ts';

const pane = '.pane:has(.pane-header[aria-label^="Incidents"])';
const row = `${pane} .monaco-list-row`;
const hit = (texts: readonly string[], part: RegExp): string | undefined => texts.find((text) => part.test(text));
const rowWith = (screen: Window, part: RegExp): Promise<string> =>
  eventually(`a row with ${String(part)}`, async () => hit(await screen.texts(row), part));

const pack = `format: 1
title: Ours
incidents:
  - id: sample-no-socket
    area: sample
    effect: drop
    title: A sample finds no socket
    symptom: Nothing answers
    cause: No socket is looked up
    remedy: Open one
    anchors:
      - { id: label, role: where, files: [net/ipv4/sample.c], functions: [sample_rcv], find: { label: no_socket } }
    status:
      - { when: { all: [label] }, status: present, why: The label is there }
      - { status: absent, why: No such label }
    confirm: { text: Look }
`;

test('incidents: a tree is checked, grouped, filtered, and one of its incidents explained', async (context) => {
  const screen = windowOrSkip(context);
  await openAt(path.join(realTree(context), 'net/ipv4/tcp_ipv4.c'), 'no_tcp_socket:');
  await commands.executeCommand('kernlens.groupIncidentsByStatus');
  await commands.executeCommand('kernlens.checkTree');
  assert.match(await rowWith(screen, /^Present/), /Present\s*\d+/);
  await screen.shot('incidents');
  await commands.executeCommand('kernlens.groupIncidentsByArea');
  await rowWith(screen, /^conntrack/);
  await commands.executeCommand('kernlens.groupIncidentsByStatus');
  await rowWith(screen, /^Present/);
  const title = (await screen.texts(row))[1]?.split('present,')[0]?.trim() ?? '';
  await screen.click(row, title);
  await eventually('the page of the incident', async () =>
    hit(await screen.texts('h1', 'webview'), new RegExp(title.slice(0, 12).replace(/\W/g, '.'))),
  );
  await screen.shot('incident-explained');
  await commands.executeCommand('kernlens.exportIncidentsMarkdown');
  const exported = window.activeTextEditor?.document;
  assert.equal(exported?.languageId, 'markdown');
  assert.match(exported?.getText() ?? '', /^# Known incidents in .*\n\npresent: \d+ · /);
});

test('incidents: a second tree is compared, and both evidences open', async (context) => {
  const screen = windowOrSkip(context);
  const here = makeFolder(treeFiles);
  const there = makeFolder({ ...treeFiles, 'net/ipv4/sample.c': droppingC.replaceAll('no_socket', 'lost') });
  await withPacks(makeFolder({ 'ours.yaml': pack }), async () => {
    await openAt(path.join(here, 'net/ipv4/sample.c'), 'no_socket:');
    await commands.executeCommand('kernlens.compareIncidents', { other: there });
    await rowWith(screen, /Possible here, not there/);
    await rowWith(screen, /A sample finds no socket/);
    await screen.shot('incidents-compared');
  });
});

test('incidents: a pack of the settings shows in the source, is read anew when saved, and its faults are problems', async () => {
  const folder = makeFolder({ 'ours.yaml': pack });
  const file = path.join(folder, 'ours.yaml');
  const tree = makeFolder(treeFiles);
  await withPacks(folder, async () => {
    const { editor, line } = await openAt(path.join(tree, 'net/ipv4/sample.c'), 'no_socket:');
    await eventually('the lens of the own incident', async () =>
      hit(titlesAt(await lensesOf(editor.document), line), /sample-no-socket: present/),
    );
    const hover = await hoverAt(editor.document, line);
    assert.match(hover, /The label is there.*No socket is looked up.*Open one/s);
    const document = await workspace.openTextDocument(Uri.file(file));
    const shown = await window.showTextDocument(document);
    const bad = document.getText().indexOf('effect: drop');
    await shown.edit((edit) => edit.insert(document.positionAt(bad + 'effect: d'.length), 'r'));
    const problem = await eventually('the problem', async () => faultsOf(file)[0]);
    assert.equal(problem.range.start.line, 5);
    assert.equal(problem.range.start.character, 12);
    assert.match(problem.message, /did you mean drop\?/);
    await commands.executeCommand('undo');
    await eventually('no problem', async () => (faultsOf(file).length === 0 ? true : undefined));
    writeFileSync(file, pack.replace('sample-no-socket', 'sample-renamed'));
    await commands.executeCommand('kernlens.reloadPacks');
    await eventually('the lens of the renamed incident', async () =>
      hit(titlesAt(await lensesOf(editor.document), line), /sample-renamed: present/),
    );
  });
});

test('incidents: keys, words and ids are completed in a pack', async () => {
  const folder = makeFolder({ '.kernlens/packs/ours.yaml': pack });
  const document = await workspace.openTextDocument(Uri.file(path.join(folder, '.kernlens/packs/ours.yaml')));
  const labelsAt = async (text: string): Promise<readonly string[]> => {
    const at: Position = document.positionAt(document.getText().indexOf(text) + text.length);
    const found = await commands.executeCommand<CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at,
    );
    return found.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  };
  assert.ok((await labelsAt('effect: ')).includes('stall'));
  assert.ok((await labelsAt('when: { all: [')).includes('label'));
});

async function withPacks(folder: string, run: () => Promise<void>): Promise<void> {
  const section = workspace.getConfiguration('kernlens');
  await section.update('packs', [folder], ConfigurationTarget.Global);
  try {
    await run();
  } finally {
    await section.update('packs', undefined, ConfigurationTarget.Global);
  }
}

const faultsOf = (file: string): readonly Diagnostic[] =>
  languages.getDiagnostics(Uri.file(file)).filter(({ source }) => source === 'KernLens');
