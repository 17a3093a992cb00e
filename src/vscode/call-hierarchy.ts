import {
  type CallHierarchyIncomingCall,
  CallHierarchyItem,
  type CancellationToken,
  commands,
  l10n,
  languages,
  type Position,
  ProgressLocation,
  Range,
  SymbolKind,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from 'vscode';
import type { Callers, CallSite, Registration } from '../core/callers/call-model.ts';
import { outlineOf } from '../core/callers/outline.ts';
import { throughText } from '../core/report/chain-text.ts';
import { guardText } from '../core/report/path-text.ts';
import { contextFor, isCancelled } from './engines.ts';
import { problemSentence, say } from './say.ts';
import type { Session } from './session.ts';
import { reveal, targetOf, uriOf } from './targets.ts';
import { cFiles } from './trees.ts';

/**
 * "How does a packet get here?": the editor's own call hierarchy, from the function around the cursor to who calls it,
 * one level at a time, also through macros, callbacks and pointers.
 */
export function registerCallHierarchy(session: Session): void {
  const show = async (given: unknown): Promise<void> => {
    const target = targetOf(session, given);
    if (target === undefined) return;
    await reveal(target.root, target.file, target.line);
    await commands.executeCommand('references-view.showCallHierarchy');
  };
  session.context.subscriptions.push(
    languages.registerCallHierarchyProvider(cFiles, {
      prepareCallHierarchy: (document, position) => prepare(session, document, position),
      provideCallHierarchyIncomingCalls: (item, token) => incoming(session, item, token),
      provideCallHierarchyOutgoingCalls: () => [],
    }),
    commands.registerCommand('kernlens.showCallers', show),
  );
}

/** The function whose body the cursor is in; told from the editor's text, so that no question has to be asked. */
function prepare({ trees }: Session, document: TextDocument, position: Position): CallHierarchyItem | undefined {
  const inTree = trees.locate(document);
  if (inTree === undefined) return undefined;
  const { functions } = outlineOf(inTree.file, document.getText());
  const at = document.offsetAt(position);
  const found = functions.find(({ extent }) => extent.start <= at && at < extent.end);
  if (found === undefined) return undefined;
  const name = new Range(document.positionAt(found.nameAt), document.positionAt(found.nameAt + found.name.length));
  return new CallHierarchyItem(SymbolKind.Function, found.name, inTree.file, document.uri, name, name);
}

async function incoming(
  session: Session,
  item: CallHierarchyItem,
  token: CancellationToken,
): Promise<CallHierarchyIncomingCall[]> {
  const root = session.trees.treeOf(item.uri);
  if (root === undefined) return [];
  // The end of an entry: what registers it is called by nothing that belongs to the packet.
  if (item.kind === SymbolKind.Event) return [];
  const file = (await inTreeOf(session, item.uri)) ?? '';
  const asked = { name: item.name, file };
  try {
    const { value, problems } = await withProgress(item.name, (progress) =>
      session.engines.engine(root).callers(asked, contextFor(token, progress)),
    );
    for (const problem of problems) session.log.warn(problemSentence(problem));
    return value === undefined ? [] : rowsOf(root, value);
  } catch (error) {
    if (!isCancelled(error)) session.log.error(error instanceof Error ? error : String(error));
    return [];
  }
}

async function inTreeOf({ trees }: Session, uri: Uri): Promise<string | undefined> {
  return trees.locate(await workspace.openTextDocument(uri))?.file;
}

/** In the status bar: the tree's words are read with the first question, and that takes seconds. */
function withProgress<T>(
  name: string,
  run: (progress: (report: { readonly done: number; readonly total: number }) => void) => Promise<T>,
): Thenable<T> {
  return window.withProgress({ location: ProgressLocation.Window }, (progress) =>
    run(({ done, total }) =>
      progress.report({ message: l10n.t('KernLens: who calls {0}: {1} of {2} files', name, done, total) }),
    ),
  );
}

function rowsOf(root: string, { calls, registrations }: Callers): CallHierarchyIncomingCall[] {
  // Several calls from one function are one row with several places.
  const byCaller = new Map<string, CallSite[]>();
  for (const call of calls) {
    const key = `${call.file} ${call.function}`;
    byCaller.set(key, [...(byCaller.get(key) ?? []), call]);
  }
  const rows = [...byCaller.values()].flatMap((group) => callRow(root, group));
  return calls.length > 0 ? rows : registrations.map((registration) => registrationRow(root, registration));
}

function callRow(root: string, calls: readonly CallSite[]): CallHierarchyIncomingCall[] {
  const [first] = calls;
  if (first === undefined) return [];
  const uri = uriOf(root, first.file);
  const ranges = calls.map(({ line, column }) => new Range(line - 1, column - 1, line - 1, column - 1));
  const own = ranges[0] ?? new Range(0, 0, 0, 0);
  const detail = [first.file, throughText(first, say), guardsText(first)].filter((part) => part !== '').join(' · ');
  return [
    { from: new CallHierarchyItem(SymbolKind.Function, first.function, detail, uri, own, own), fromRanges: ranges },
  ];
}

/** The condition decided last says most; the others are in the explanation. */
function guardsText({ guards = [] }: CallSite): string {
  const needed = guards.filter(({ early }) => early !== true);
  const last = needed.at(-1);
  if (last === undefined) return '';
  const text = guardText(last, say);
  return needed.length === 1
    ? l10n.t('only if {0}', text)
    : l10n.t('only if {0} and {1} more', text, needed.length - 1);
}

function registrationRow(root: string, registration: Registration): CallHierarchyIncomingCall {
  const { file, line, column, as, function: inside, table } = registration;
  const range = new Range(line - 1, column - 1, line - 1, column - 1);
  const detail = [file, inside ?? table ?? ''].filter((part) => part !== '').join(' · ');
  const name = l10n.t('registered as {0}', as);
  return {
    from: new CallHierarchyItem(SymbolKind.Event, name, detail, uriOf(root, file), range, range),
    fromRanges: [range],
  };
}
