import path from 'node:path';
import {
  commands,
  Diagnostic,
  DiagnosticSeverity,
  EventEmitter,
  l10n,
  languages,
  Range,
  RelativePattern,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import { faultText } from '../core/incidents/fault-text.ts';
import { isWanted } from '../core/notes/found-note.ts';
import { registerNoteCommands } from './note-commands.ts';
import { registerNoteExport } from './note-export.ts';
import { isNoteFile, noteFilesGlob } from './note-files.ts';
import { registerNoteLenses } from './note-lenses.ts';
import { noteChildren, noteGroups, noteItem, type NoteRow } from './note-rows.ts';
import { keepNotes, type NoteFaults, type NoteInTree } from './note-store.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';

/**
 * The user's own notes: read at the start and when a file of them changes, in a view, at their lines, and in Problems
 * where a file has a fault. Where there are none, nothing is asked of the engine.
 */
export function registerNotes(session: Session): void {
  const { context, log } = session;
  const store = keepNotes(session);
  const problems = languages.createDiagnosticCollection('kernlens-notes');
  const watchers = [noteFilesGlob, new RelativePattern(context.globalStorageUri, 'notes.yaml')].map((glob) =>
    workspace.createFileSystemWatcher(glob),
  );
  const changed = new EventEmitter<undefined>();
  let filter = '';
  let timer: NodeJS.Timeout | undefined;

  const wanted = (): readonly NoteInTree[] => store.all().filter((found) => isWanted(found, filter));
  const view = window.createTreeView<NoteRow>('kernlens.notes', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: noteItem,
      getChildren: (row) => [...(row === undefined ? noteGroups(wanted()) : noteChildren(row))],
    },
    showCollapseAll: true,
  });
  const draw = (): void => {
    const all = store.all();
    const lost = all.filter(({ place }) => place.confidence === 'lost').length;
    const tree = session.trees.known().length > 1 ? path.basename(store.root() ?? '') : '';
    view.description = [tree, lost === 0 ? '' : l10n.t('{0} lost', lost)].filter(Boolean).join(' · ');
    const count = store.faults().reduce((sum, each) => sum + each.faults.length, 0);
    view.message = [
      filter === '' ? '' : l10n.t('Filter: {0} ({1} of {2} notes)', filter, wanted().length, all.length),
      count === 0 ? '' : l10n.t('Notes with a fault are left out: see Problems ({0}).', count),
    ]
      .filter(Boolean)
      .join('\n');
    void commands.executeCommand('setContext', 'kernlens.notes.any', all.length > 0);
    void commands.executeCommand('setContext', 'kernlens.notes.filtered', filter !== '');
    changed.fire(undefined);
    problems.clear();
    for (const { uri, faults } of store.faults()) problems.set(uri, faults.map(diagnosticOf));
  };
  const load = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void store.load().catch((error: unknown) => log.error(String(error))), 150);
  };
  const look = (document: TextDocument): void => {
    if (isNoteFile(document, context)) load();
  };
  const filterBy = (text: string): void => {
    filter = text;
    draw();
  };
  const askFilter = async (): Promise<void> => {
    const text = await window.showInputBox({
      title: l10n.t('Filter the notes'),
      prompt: l10n.t(
        'Words of the title, the text, the file or the function; also same, moved, changed, lost, and info, warning, critical.',
      ),
      value: filter,
    });
    if (text !== undefined) filterBy(text.trim());
  };
  context.subscriptions.push(
    view,
    changed,
    problems,
    ...watchers,
    { dispose: () => clearTimeout(timer) },
    store.onDidChange(draw),
    ...watchers.flatMap((each) => [each.onDidCreate(load), each.onDidChange(load), each.onDidDelete(load)]),
    workspace.onDidChangeTextDocument(({ document }) => look(document)),
    workspace.onDidChangeWorkspaceFolders(load),
    commands.registerCommand('kernlens.refreshNotes', () => store.load()),
    commands.registerCommand('kernlens.filterNotes', (given: unknown) =>
      typeof given === 'string' ? filterBy(given) : askFilter(),
    ),
    commands.registerCommand('kernlens.clearNotesFilter', () => filterBy('')),
  );
  registerNoteLenses(session, store);
  registerNoteCommands(session, store);
  registerNoteExport(session, wanted);
  load();
}

function diagnosticOf(fault: NoteFaults['faults'][number]): Diagnostic {
  const { line, column, kind } = fault;
  const range = new Range(line - 1, column - 1, line - 1, column + shortWord);
  const diagnostic = new Diagnostic(range, faultText(fault, say), DiagnosticSeverity.Error);
  diagnostic.source = 'KernLens';
  diagnostic.code = kind;
  return diagnostic;
}

/** How much is underlined, in characters; the editor ends it with the line. */
const shortWord = 12;
