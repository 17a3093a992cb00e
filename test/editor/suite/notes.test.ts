import assert from 'node:assert/strict';
import path from 'node:path';
import { commands, ConfigurationTarget, languages, Position, Range, type TextEditor, window, workspace } from 'vscode';
import { test } from './runner.ts';
import { droppingC, hoverAt, lensesOf, lineOf, makeFolder, openAt, titlesAt, treeFiles } from './trees.ts';
import { eventually, type Window, windowOrSkip } from './ui.ts';

const row = '.pane:has(.pane-header[aria-label^="Notes"]) .monaco-list-row';
const inputTitle = '.quick-input-widget .quick-input-title';
const freeing = '\tkfree_skb(skb);';

const hit = (texts: readonly string[], part: RegExp): string | undefined => texts.find((text) => part.test(text));
const rowWith = (screen: Window, part: RegExp): Promise<string> =>
  eventually(`a row with ${String(part)}`, async () => hit(await screen.texts(row), part));
const lensAt = (editor: TextEditor, line: number, part: RegExp): Promise<string> =>
  eventually(`a lens with ${String(part)} at ${line}`, async () =>
    hit(titlesAt(await lensesOf(editor.document), line), part),
  );

async function type(screen: Window, text: string): Promise<void> {
  for (const sign of text) await screen.press(sign === ' ' ? 'Space' : sign);
}

const step = (screen: Window, part: RegExp): Promise<string> =>
  eventually(`the input ${String(part)}`, async () => hit(await screen.texts(inputTitle), part));

/** Fills the form in with keys alone, as far as it has a text for each step. */
async function addNote(screen: Window, title: string, text: string): Promise<void> {
  const added = commands.executeCommand('kernlens.addNote');
  await step(screen, /Add Incident Note.*1\/4/);
  await type(screen, title);
  await screen.press('Enter');
  await step(screen, /2\/4/);
  await screen.press('Enter');
  await step(screen, /3\/4/);
  await type(screen, text);
  await screen.shot('note-form');
  await screen.press('Enter');
  await step(screen, /4\/4/);
  await screen.press('Enter');
  await added;
}

async function openSample(): Promise<{ editor: TextEditor; line: number }> {
  // The server saves by itself after a second, in the midst of what is typed here.
  await workspace.getConfiguration('files').update('autoSave', 'off', ConfigurationTarget.Global);
  return openAt(path.join(makeFolder(treeFiles), 'net/ipv4/sample.c'), freeing);
}

const closeEditor = (): Thenable<unknown> => commands.executeCommand('workbench.action.revertAndCloseActiveEditor');

/** Waits for a message, and clicks its button where one is named. */
async function told(screen: Window, part: RegExp, button?: string): Promise<void> {
  await commands.executeCommand('notifications.showList');
  await eventually(`the message ${String(part)}`, async () =>
    hit(await screen.texts('.notification-list-item-message'), part),
  );
  if (button !== undefined) await screen.click('.notification-list-item .monaco-button', button);
  await commands.executeCommand('notifications.clearAll');
}

/** Takes back all that a test changed of the notes, so that the next one finds none. */
async function undoAll(times: number): Promise<void> {
  for (let count = 0; count < times; count++) await commands.executeCommand('kernlens.undoNoteChange');
  await closeEditor();
  await workspace.getConfiguration('files').update('autoSave', undefined, ConfigurationTarget.Global);
}

test('notes: one is added by keys, shows at its line and in the view, and is exported', async (context) => {
  const screen = windowOrSkip(context);
  const { editor, line } = await openSample();
  await addNote(screen, 'Freed here', 'Rises when nobody listens');
  await lensAt(editor, line, /Freed here$/);
  assert.match(await hoverAt(editor.document, line), /Freed.*here.*warning.*Rises.*nobody.*listens.*Edit.*Delete/s);
  await commands.executeCommand('kernlens.notes.focus');
  assert.match(await rowWith(screen, /Freed here/), /sample_rcv:14 · warning/);
  await rowWith(screen, /^sample\.c/);
  await screen.shot('notes');
  await commands.executeCommand('kernlens.filterNotes', 'nothing like it');
  await eventually('no row', async () => ((await screen.texts(row)).length === 0 ? true : undefined));
  await commands.executeCommand('kernlens.clearNotesFilter');
  await rowWith(screen, /Freed here/);
  await commands.executeCommand('kernlens.exportNotes', 'markdown');
  assert.match(window.activeTextEditor?.document.getText() ?? '', /### Freed here\n\nwarning · line 14 · `sample_rcv`/);
  await closeEditor();
  await commands.executeCommand('kernlens.exportNotes', 'tour');
  const tour = JSON.parse(window.activeTextEditor?.document.getText() ?? '') as {
    steps: { file: string; line: number }[];
  };
  assert.deepEqual(
    tour.steps.map(({ file, line: at }) => `${file}:${at}`),
    ['net/ipv4/sample.c:14'],
  );
  await closeEditor();
  await undoAll(1);
});

test('notes: while its file is edited a note stays with its statement, tells of a change, and is lost without it', async (context) => {
  const screen = windowOrSkip(context);
  const { editor, line } = await openSample();
  await addNote(screen, 'Moving', 'x');
  await lensAt(editor, line, /Moving$/);
  await editor.edit((edit) => edit.insert(new Position(0, 0), '/* one */\n/* two */\n'));
  await lensAt(editor, line + 2, /Moving$/);
  await commands.executeCommand('kernlens.notes.focus');
  await rowWith(screen, /Moving.*sample_rcv:16/);

  const at = lineOf(editor.document, freeing);
  await editor.edit((edit) => edit.replace(new Range(at, 0, at, freeing.length), '\tkfree_skb(skb, why);'));
  await lensAt(editor, at, /Moving \(changed\)/);
  await rowWith(screen, /Moving.*changed/);
  assert.match(await hoverAt(editor.document, at), /Confirm Here/);
  await commands.executeCommand('kernlens.confirmNote');
  await lensAt(editor, at, /Moving$/);

  await editor.edit((edit) => edit.replace(new Range(at, 0, at + 1, 0), ''));
  await rowWith(screen, /^Lost/);
  assert.match(await rowWith(screen, /Moving/), /last seen at net\/ipv4\/sample\.c:16 sample_rcv.*no such statement/);
  assert.equal(
    hit(
      (await lensesOf(editor.document)).map(({ command }) => command?.title ?? ''),
      /Moving/,
    ),
    undefined,
  );
  await screen.shot('notes-lost');
  await commands.executeCommand('undo');
  await lensAt(editor, at, /Moving$/);
  await undoAll(2);
});

test('notes: a deleted note comes back with Undo, and a form left with Escape is kept', async (context) => {
  const screen = windowOrSkip(context);
  const { editor, line } = await openSample();
  await addNote(screen, 'Short lived', 'x');
  await lensAt(editor, line, /Short lived/);
  await commands.executeCommand('notifications.clearAll');
  await commands.executeCommand('kernlens.deleteNote');
  await eventually('no lens', async () =>
    hit(titlesAt(await lensesOf(editor.document), line), /Short lived/) === undefined ? true : undefined,
  );
  await told(screen, /was deleted/, 'Undo');
  await lensAt(editor, line, /Short lived/);

  void commands.executeCommand('kernlens.addNote');
  await step(screen, /1\/4/);
  await type(screen, 'Half');
  await screen.press('Escape');
  await told(screen, /not saved.*draft is kept/, 'Go On');
  await step(screen, /1\/4/);
  await screen.press('Enter');
  await step(screen, /2\/4/);
  await commands.executeCommand('workbench.action.quickInputBack');
  await step(screen, /1\/4/);
  for (const at of [2, 3, 4]) {
    await screen.press('Enter');
    await step(screen, new RegExp(`${at}/4`));
  }
  await screen.press('Enter');
  await lensAt(editor, line, /Half$/);
  await undoAll(2);
});

test('notes: a fault in the file is a problem while it is written', async (context) => {
  const screen = windowOrSkip(context);
  const { editor, line } = await openSample();
  await addNote(screen, 'In a file', 'x');
  await lensAt(editor, line, /In a file/);
  await commands.executeCommand('kernlens.openNoteFile');
  const file = window.activeTextEditor;
  assert.ok(file);
  assert.equal(path.basename(file.document.fileName), 'notes.yaml');
  const at = file.document.positionAt(file.document.getText().indexOf('warning'));
  await file.edit((edit) => edit.insert(at, 'x'));
  const [problem] = await eventually('the problem', async () => {
    const found = languages.getDiagnostics(file.document.uri);
    return found.length > 0 ? found : undefined;
  });
  assert.match(problem?.message ?? '', /xwarning.*did you mean warning\?/);
  assert.deepEqual([problem?.range.start.line, problem?.range.start.character], [at.line, at.character]);
  await commands.executeCommand('undo');
  await eventually('no problem', async () =>
    languages.getDiagnostics(file.document.uri).length === 0 ? true : undefined,
  );
  await closeEditor();
  await undoAll(1);
});

test('notes: what is no statement takes no note, and says so', async (context) => {
  const screen = windowOrSkip(context);
  const tree = makeFolder({ ...treeFiles, 'net/ipv4/sample.c': `\n${droppingC}` });
  await openAt(path.join(tree, 'net/ipv4/sample.c'), '');
  await commands.executeCommand('kernlens.addNote');
  await told(screen, /no statement at net\/ipv4\/sample\.c:1/);
});
