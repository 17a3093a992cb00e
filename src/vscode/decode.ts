import { stat } from 'node:fs/promises';
import path from 'node:path';
import { commands, env, l10n, ProgressLocation, type TextDocument, Uri, window, workspace } from 'vscode';
import type { Decoded } from '../core/model.ts';
import type { Outcome, Problem } from '../core/problem.ts';
import { readLog } from '../host/read-log.ts';
import { registerCopyTrace } from './copy-trace.ts';
import { allowServers, mayAskServers } from './ask-debuginfod.ts';
import { contextFor, isCancelled } from './engines.ts';
import { chooseTree } from './choose-tree.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';
import { settings } from './settings.ts';
import { registerTraceDecorations } from './trace-decorations.ts';
import { type ReadDocument, registerTraceLanguage, traceLanguage } from './trace-language.ts';
import { registerTraceSteps } from './trace-steps.ts';
import { registerTraceView } from './trace-view.ts';
import { keepTraces, type ShownTrace, type Traces } from './traces.ts';

/** Longer files (a recording of ftrace) are decoded when asked for, not when they are opened. */
const longestRead = 20_000;

/** Files beyond this (in bytes) are read from the disk, and of them only what may belong to a trace. */
const longestDocument = 4 * 1024 * 1024;

/** Where a trace came from; it is kept so that its lines can be resolved later. */
interface Source {
  readonly title: string;
  readonly text: string;
  /** The document that holds the text and the line (from 0) it starts at there. */
  readonly document?: { readonly uri: Uri; readonly firstLine: number };
}

/**
 * Decoding is in two steps. Reading a trace and finding its functions runs nothing. Resolving lines runs the
 * tree's own scripts/faddr2line, so it wants a trusted workspace and the user's click.
 */
export function registerDecode(session: Session): void {
  const traces = keepTraces();
  const dropped = async (uris: readonly Uri[], text: string): Promise<void> => {
    for (const uri of uris) await decodeFile(decoder, uri);
    if (uris.length === 0) await decode(decoder, { title: l10n.t('Dropped text'), text });
  };
  const view = registerTraceView(session, traces, { steps: registerTraceSteps(session, traces), dropped });
  const decoder = { session, traces, focus: () => view.focus() };
  registerTraceDecorations(session, traces);
  registerCopyTrace(session, traces);
  const fromClipboard = async (): Promise<void> => {
    await decode(decoder, { title: l10n.t('Clipboard'), text: await env.clipboard.readText() });
  };
  const fromSelection = async (): Promise<void> => {
    const editor = window.activeTextEditor;
    if (editor === undefined) {
      void window.showInformationMessage(l10n.t('Open a file with a stack trace and select it first.'));
      return;
    }
    const { document, selection } = editor;
    const whole = selection.isEmpty;
    const firstLine = whole ? 0 : selection.start.line;
    const text = whole ? document.getText() : document.getText(selection);
    await decode(decoder, { title: titleOf(document.uri), text, document: { uri: document.uri, firstLine } });
  };
  const fromFile = async (given?: unknown): Promise<void> => {
    const uri = given instanceof Uri ? given : await chooseLog();
    if (uri !== undefined) await decodeFile(decoder, uri);
  };
  /** An empty document to paste into; its lens decodes what was pasted. */
  const paste = async (): Promise<void> => {
    const document = await workspace.openTextDocument({ language: traceLanguage, content: '' });
    await window.showTextDocument(document);
  };
  const read = readDocuments(decoder);
  const open = (document: TextDocument): void => {
    if (document.uri.scheme !== 'file') return;
    read(document)
      .then((trace) => {
        if (trace !== undefined) traces.add(trace);
      })
      .catch((error: unknown) => session.log.error(String(error)));
  };
  session.context.subscriptions.push(
    traces,
    commands.registerCommand('kernlens.decodeClipboard', fromClipboard),
    commands.registerCommand('kernlens.decodeSelection', fromSelection),
    commands.registerCommand('kernlens.decodeFile', fromFile),
    commands.registerCommand('kernlens.pasteTrace', paste),
    workspace.onDidOpenTextDocument(open),
  );
  registerTraceLanguage(session, read);
  for (const document of workspace.textDocuments) open(document);
}

/** A file's place in the workspace, or its bare name. */
const titleOf = (uri: Uri): string =>
  workspace.getWorkspaceFolder(uri) === undefined ? path.posix.basename(uri.path) : workspace.asRelativePath(uri);

async function chooseLog(): Promise<Uri | undefined> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Decode a log'),
    filters: {
      [l10n.t('Logs')]: ['dmesg', 'oops', 'trace', 'stack', 'log', 'txt', 'json'],
      [l10n.t('All files')]: ['*'],
    },
  });
  return chosen?.[0];
}

/** A log from the disk: whole when it is short, else what may belong to a trace in it. */
async function decodeFile(decoder: Decoder, uri: Uri): Promise<void> {
  const { size } = await stat(uri.fsPath);
  const text = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Reading the log'), cancellable: true },
    async (progress, token) => {
      if (size <= longestDocument) return Buffer.from(await workspace.fs.readFile(uri)).toString('utf8');
      const context = contextFor(token, () => undefined);
      const signal = context.signal === undefined ? {} : { signal: context.signal };
      const report = (bytes: number): void => progress.report({ message: `${Math.floor((bytes * 100) / size)} %` });
      return readLog(uri.fsPath, { ...signal, progress: report }).catch((error: unknown) => {
        if (isCancelled(error)) return undefined;
        throw error;
      });
    },
  );
  if (text !== undefined) await decode(decoder, { title: titleOf(uri), text, document: { uri, firstLine: 0 } });
}

/** Reads documents of the trace language as they stand; one reading serves lenses, folding, outline, links and hovers. */
function readDocuments(decoder: Decoder): ReadDocument {
  const readings = new WeakMap<
    TextDocument,
    { readonly version: number; readonly trace: Promise<ShownTrace | undefined> }
  >();
  return (document) => {
    if (document.languageId !== traceLanguage || document.lineCount > longestRead) return Promise.resolve(undefined);
    const known = readings.get(document);
    if (known?.version === document.version) return known.trace;
    const source = {
      title: titleOf(document.uri),
      text: document.getText(),
      document: { uri: document.uri, firstLine: 0 },
    };
    const trace = source.text.trim() === '' ? Promise.resolve(undefined) : readTraceOf(decoder, source);
    readings.set(document, { version: document.version, trace });
    return trace;
  };
}

/** What the text alone says, with the functions of the nearest tree; runs nothing. */
async function readTraceOf({ session }: Decoder, source: Source): Promise<ShownTrace | undefined> {
  const root = nearestTree(session, source);
  if (root === undefined) return undefined;
  const { value } = await session.engines
    .engine(root)
    .decode({ text: source.text, engine: 'none' }, contextFor(undefined));
  return value === undefined ? undefined : { root, title: source.title, decoded: value, ...source.document };
}

interface Decoder {
  readonly session: Session;
  readonly traces: Traces;
  readonly focus: () => Promise<void>;
}

async function decode(decoder: Decoder, source: Source, mayAsk = mayAskServers()): Promise<void> {
  const { session, traces, focus } = decoder;
  if (source.text.trim() === '') {
    void window.showInformationMessage(problemSentence({ kind: 'trace-empty' }));
    return;
  }
  const root = await chooseTree(session);
  if (root === undefined) return;
  const { vmlinux, modules, decodeEngine } = settings(Uri.file(root));
  const mayRun = decodeEngine === 'builtin' || workspace.isTrusted;
  const request = {
    text: source.text,
    engine: mayRun ? decodeEngine : ('none' as const),
    debuginfod: mayAsk,
    ...(vmlinux === undefined ? {} : { vmlinux }),
    ...(modules === undefined ? {} : { modules }),
  };
  try {
    const outcome = await window.withProgress(
      { location: ProgressLocation.Notification, title: l10n.t('Decoding the trace'), cancellable: true },
      (progress, token) =>
        session.engines.engine(root).decode(
          request,
          contextFor(token, ({ step, done, total }) => progress.report({ message: progressText(step, done, total) })),
        ),
    );
    if (outcome.value !== undefined) {
      traces.add({ root, title: source.title, decoded: outcome.value, ...source.document });
      await focus();
    }
    if (!mayRun && outcome.value !== undefined)
      void window.showWarningMessage(
        l10n.t(
          "This workspace is not trusted: functions were found, but the tree's scripts/faddr2line was not run to find lines. Trust it, or choose the built-in engine, and decode again.",
        ),
      );
    else
      sayOutcome(outcome, () => decode(decoder, source, true)).catch((error: unknown) =>
        session.log.error(String(error)),
      );
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}

/** Files that are loaded are counted in bytes, all else in pieces. */
const progressText = (step: string, done: number, total: number): string =>
  total > 100_000 ? `${step} (${Math.floor((done * 100) / total)} %)` : `${step} (${done}/${total})`;

/** Without a question: the tree that the file lies in, else the first that is known. */
function nearestTree({ trees }: Session, { document }: Source): string | undefined {
  return (document && trees.treeOf(document.uri)) ?? trees.known()[0];
}

/**
 * One message for all that stood in the way; where a setting would help, with a button that opens it. Where a server may
 * help, it may be asked then.
 */
async function sayOutcome(outcome: Outcome<Decoded>, again: () => Promise<void>): Promise<void> {
  if (await allowServers(outcome.problems)) return again();
  const { value } = outcome;
  const problems = outcome.problems.filter(({ kind }) => kind !== 'debuginfod-not-allowed');
  if (problems.length === 0) return;
  const text = problems.slice(0, 3).map(problemSentence).join(' ');
  const setting = problems.map(settingFor).find((name) => name !== undefined);
  const open = l10n.t('Open Setting');
  const show = value === undefined ? window.showErrorMessage : window.showWarningMessage;
  const answer = setting === undefined ? await show(text) : await show(text, open);
  if (setting !== undefined && answer === open) await commands.executeCommand('workbench.action.openSettings', setting);
}

function settingFor({ kind }: Problem): string | undefined {
  switch (kind) {
    case 'no-vmlinux':
    case 'vmlinux-unreadable':
    case 'vmlinux-without-debug-info':
    case 'build-mismatch':
      return 'kernlens.vmlinux';
    case 'module-file-missing':
      return 'kernlens.modules';
    default:
      return undefined;
  }
}
