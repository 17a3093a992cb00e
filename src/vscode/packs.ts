import { commands, Diagnostic, DiagnosticSeverity, languages, Range, type TextDocument, Uri, workspace } from 'vscode';
import { faultText } from '../core/incidents/fault-text.ts';
import { isWarning, type PackFault } from '../core/incidents/pack-fault.ts';
import { registerNewPack } from './new-pack.ts';
import { registerPackCompletions } from './pack-completions.ts';
import { isPack, packFiles, packPaths } from './pack-files.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';
import { languageHere } from './worker-options.ts';

/**
 * The user's own packs: those of the workspace and of the folders in the settings. They are read at the start, when
 * one is saved and when the settings change; their faults stand in Problems while they are written. Nothing of this is
 * loaded where there are none.
 */
export function registerPacks(session: Session): void {
  const { context, engines, log } = session;
  const problems = languages.createDiagnosticCollection('kernlens-packs');
  const watcher = workspace.createFileSystemWatcher(packFiles);
  let timer: NodeJS.Timeout | undefined;

  const load = async (): Promise<void> => {
    const paths = await packPaths();
    if (paths.length === 0 && (engines.lessons().packs ?? []).length === 0) {
      problems.clear();
      return;
    }
    const { readUserPacks } = await import('../host/user-packs.ts');
    const { packs, missing } = readUserPacks(paths);
    for (const file of missing) log.warn(`there is no pack ${file}`);
    engines.teach({ packs, language: languageHere() });
    await showFaults(paths);
  };
  const showFaults = async (paths: readonly string[]): Promise<void> => {
    const { checkPacks, textOf } = await import('../host/user-packs.ts');
    const open = new Map(workspace.textDocuments.filter(isPack).map((each) => [each.uri.fsPath, each.getText()]));
    const { faults, files } = checkPacks([...paths, ...open.keys()], (file) => open.get(file) ?? textOf(file));
    problems.clear();
    for (const file of files)
      problems.set(
        Uri.file(file),
        faults.filter((each) => each.file === file).map(({ fault }) => diagnosticOf(fault)),
      );
  };
  const later = (run: () => Promise<void>): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void run().catch((error: unknown) => log.error(String(error))), 200);
  };
  const look = (document: TextDocument): void => {
    if (isPack(document)) later(async () => showFaults(await packPaths()));
  };
  context.subscriptions.push(
    problems,
    watcher,
    watcher.onDidCreate(() => later(load)),
    watcher.onDidChange(() => later(load)),
    watcher.onDidDelete(() => later(load)),
    workspace.onDidOpenTextDocument(look),
    workspace.onDidChangeTextDocument(({ document }) => look(document)),
    workspace.onDidSaveTextDocument((document) => {
      if (isPack(document)) later(load);
    }),
    workspace.onDidChangeWorkspaceFolders(() => later(load)),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('kernlens.packs')) later(load);
    }),
    commands.registerCommand('kernlens.reloadPacks', load),
  );
  registerPackCompletions(context);
  registerNewPack(session);
  later(load);
}

function diagnosticOf({ line, column, ...fault }: PackFault): Diagnostic {
  const range = new Range(line - 1, column - 1, line - 1, column + shortWord);
  const severity = isWarning(fault) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error;
  const diagnostic = new Diagnostic(range, faultText({ line, column, ...fault }, say), severity);
  diagnostic.source = 'KernLens';
  diagnostic.code = fault.kind;
  return diagnostic;
}

/** How much is underlined, in characters; the editor ends it with the line. */
const shortWord = 12;
