import assert from 'node:assert/strict';
import path from 'node:path';
import {
  type CodeLens,
  commands,
  type DocumentLink,
  type DocumentSymbol,
  env,
  type FoldingRange,
  type Hover,
  Position,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import { test } from './runner.ts';
import { makeFolder, openAt, treeFiles } from './trees.ts';
import { eventually, windowOrSkip, type Window } from './ui.ts';

const report = [
  '[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000018',
  '[    1.000001] RIP: 0010:sample_rcv+0x12/0x40',
  '[    1.000002] Call Trace:',
  '[    1.000003]  <TASK>',
  '[    1.000004]  ? sample_rcv+0x12/0x40',
  '[    1.000005]  sample_outer+0x30/0x60',
  '[    1.000006]  sample_entry+0x10/0x20',
  '[    1.000007]  </TASK>',
];
const other = '@[\n    sample_other+1\n    sample_outer+48\n    sample_entry+16\n]: 3\n';
const traceRow = '.pane:has(.pane-header[aria-label^="Traces"]) .monaco-list-row';
const hit = (texts: readonly string[], part: string): string | undefined => texts.find((text) => text.includes(part));
/** The end of the list, however small the view: rows that are not seen are not drawn. */
async function rowWith(screen: Window, part: string): Promise<string> {
  return eventually(`a row with ${part}`, async () => {
    await commands.executeCommand('kernlens.traces.focus');
    await screen.press('End');
    return hit(await screen.texts(traceRow), part);
  });
}

async function openReport(): Promise<TextDocument> {
  await commands.executeCommand('kernlens.clearTraces');
  const tree = makeFolder({ ...treeFiles, 'crash.stack': report.join('\n') });
  await openAt(path.join(tree, 'net/ipv4/sample.c'), 'no_socket:');
  const document = await workspace.openTextDocument(Uri.file(path.join(tree, 'crash.stack')));
  await window.showTextDocument(document);
  return document;
}

test('a trace document has a lens, folds, an outline, links and hovers', async () => {
  const document = await openReport();
  assert.equal(document.languageId, 'kernel-trace');
  const ask = <T>(what: string, ...rest: unknown[]): Thenable<T[]> =>
    commands.executeCommand<T[]>(`vscode.execute${what}Provider`, document.uri, ...rest);
  const lenses = await ask<CodeLens>('CodeLens', 10);
  assert.deepEqual(
    lenses.map(({ command }) => command?.title.split('\u00a0')[1]),
    ['Decode 4 frames'],
  );
  const folds = await ask<FoldingRange>('FoldingRange');
  assert.deepEqual(
    folds.map(({ start, end }) => [start, end]),
    [[4, 6]],
  );
  const outline = await ask<DocumentSymbol>('DocumentSymbol');
  assert.deepEqual(
    outline.map(({ name, children }) => [name, children.map((child) => child.name)]),
    [
      [report[0]?.slice(15), ['sample_rcv']],
      ['Call Trace', ['sample_rcv', 'sample_outer', 'sample_entry']],
    ],
  );
  const links = await ask<DocumentLink>('Link');
  assert.deepEqual(
    links.map(({ range, target }) => [
      range.start.line,
      range.start.character,
      path.basename(target?.path ?? ''),
      target?.fragment,
    ]),
    [
      [1, 25, 'sample.c', 'L4'],
      [4, 18, 'sample.c', 'L4'],
    ],
  );
  const [hover] = await ask<Hover>('Hover', new Position(1, 30));
  const shown = hover?.contents.map((part) => (typeof part === 'string' ? part : part.value)).join('\n') ?? '';
  assert.match(shown, /net\/ipv4\/sample\.c:4/u);
  assert.match(shown.replaceAll('&nbsp;', ' '), /the function, not the line/u);
});

test('traces are kept; unreliable frames are hidden until asked for; shared callers are told', async (context) => {
  const screen = windowOrSkip(context);
  await openReport();
  await commands.executeCommand('kernlens.traces.focus');
  await rowWith(screen, '1 unreliable frames are hidden');
  await commands.executeCommand('kernlens.showDoubtfulFrames');
  await rowWith(screen, '(unreliable)');
  await commands.executeCommand('kernlens.hideDoubtfulFrames');
  await rowWith(screen, '1 unreliable frames are hidden');
  await env.clipboard.writeText(other);
  await commands.executeCommand('kernlens.decodeClipboard');
  await commands.executeCommand('notifications.clearAll');
  assert.match(await rowWith(screen, 'Shared with'), /2 callers, from sample_outer on/u);
  await rowWith(screen, 'crash.stack');
  await screen.shot('traces');
  await commands.executeCommand('kernlens.clearTraces');
  await eventually('an empty view', async () => ((await screen.texts(traceRow)).length === 0 ? true : undefined));
});

test('frames are stepped through, drawn in the source and removed from it', async (context) => {
  const screen = windowOrSkip(context);
  await openReport();
  await commands.executeCommand('kernlens.traces.focus');
  await rowWith(screen, 'sample_rcv');
  await commands.executeCommand('kernlens.nextFrame');
  const editor = window.activeTextEditor;
  assert.equal(path.basename(editor?.document.fileName ?? ''), 'sample.c');
  assert.equal(editor?.selection.active.line, 3);
  await screen.shot('frames');
  const marks = (): Promise<readonly string[]> => screen.texts('.cgmr[class*="ced-"]');
  assert.ok((await marks()).length > 0, 'a mark in the gutter');
  await commands.executeCommand('kernlens.hideFrames');
  await eventually('no mark in the gutter', async () => ((await marks()).length === 0 ? true : undefined));
  await commands.executeCommand('kernlens.drawFrames');
});

test('an empty page takes a pasted trace', async () => {
  await openAt(path.join(makeFolder(treeFiles), 'net/ipv4/sample.c'), 'no_socket:');
  await commands.executeCommand('kernlens.pasteTrace');
  const editor = window.activeTextEditor;
  assert.equal(editor?.document.languageId, 'kernel-trace');
  await editor?.edit((edit) => edit.insert(new Position(0, 0), report.join('\n')));
  const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', editor?.document.uri, 10);
  assert.deepEqual(
    lenses.map(({ command }) => command?.title.split('\u00a0')[1]),
    ['Decode 4 frames'],
  );
  await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
});
