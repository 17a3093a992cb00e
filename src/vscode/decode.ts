import {
  commands,
  env,
  l10n,
  languages,
  CodeLens,
  ProgressLocation,
  Range,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { Decoded } from '../core/model.ts';
import type { Outcome, Problem } from '../core/problem.ts';
import { contextFor, isCancelled } from './engines.ts';
import { chooseTree } from './incidents.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';
import { settings } from './settings.ts';
import { registerTraceView, type TraceView } from './trace-view.ts';

/** Files with a kernel trace in them; package.json gives them this language. */
export const traceLanguage = 'kernel-trace';

/** Longer files (a recording of ftrace) are decoded when asked for, not when they are opened. */
const longestRead = 20_000;

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
  const view = registerTraceView(session);
  const decoder = { session, view };
  const fromClipboard = async (): Promise<void> => {
    await decode(decoder, { title: l10n.t('Clipboard'), text: await env.clipboard.readText() }, 'resolve');
  };
  const fromSelection = async (): Promise<void> => {
    const editor = window.activeTextEditor;
    if (editor === undefined) {
      void window.showInformationMessage(l10n.t('Open a file with a stack trace and select it first.'));
      return;
    }
    const { document, selection } = editor;
    const whole = selection.isEmpty;
    await decode(
      decoder,
      {
        title: workspace.asRelativePath(document.uri),
        text: whole ? document.getText() : document.getText(selection),
        document: { uri: document.uri, firstLine: whole ? 0 : selection.start.line },
      },
      'resolve',
    );
  };
  const openTrace = async (document: TextDocument): Promise<void> => {
    if (document.languageId !== traceLanguage || document.uri.scheme !== 'file') return;
    if (document.lineCount > longestRead) return;
    await decode(
      decoder,
      {
        title: workspace.asRelativePath(document.uri),
        text: document.getText(),
        document: { uri: document.uri, firstLine: 0 },
      },
      'read',
    );
  };
  const open = (document: TextDocument): void => {
    openTrace(document).catch((error: unknown) => session.log.error(String(error)));
  };
  session.context.subscriptions.push(
    commands.registerCommand('kernlens.decodeClipboard', fromClipboard),
    commands.registerCommand('kernlens.decodeSelection', fromSelection),
    languages.registerCodeLensProvider({ language: traceLanguage }, { provideCodeLenses: decodeLens }),
    workspace.onDidOpenTextDocument(open),
  );
  for (const document of workspace.textDocuments) open(document);
}

function decodeLens(): CodeLens[] {
  return [
    new CodeLens(new Range(0, 0, 0, 0), {
      title: `$(list-tree)\u00a0${l10n.t('Decode this trace')}`,
      tooltip: l10n.t("Runs this tree's scripts/faddr2line on the vmlinux"),
      command: 'kernlens.decodeSelection',
    }),
  ];
}

interface Decoder {
  readonly session: Session;
  readonly view: TraceView;
}

async function decode({ session, view }: Decoder, source: Source, depth: 'read' | 'resolve'): Promise<void> {
  if (depth === 'resolve' && source.text.trim() === '') {
    void window.showInformationMessage(problemSentence({ kind: 'trace-empty' }));
    return;
  }
  const root = depth === 'read' ? nearestTree(session, source) : await chooseTree(session);
  if (root === undefined) return;
  const { vmlinux, modules } = settings(Uri.file(root));
  const mayRun = depth === 'resolve' && workspace.isTrusted;
  const request = {
    text: source.text,
    engine: mayRun ? ('faddr2line' as const) : ('none' as const),
    ...(vmlinux === undefined ? {} : { vmlinux }),
    ...(modules === undefined ? {} : { modules }),
  };
  try {
    const outcome = await window.withProgress(
      {
        location: depth === 'read' ? ProgressLocation.Window : ProgressLocation.Notification,
        title: l10n.t('Decoding the trace'),
        cancellable: true,
      },
      (progress, token) =>
        session.engines.engine(root).decode(
          request,
          contextFor(token, ({ step, done, total }) => progress.report({ message: `${step} (${done}/${total})` })),
        ),
    );
    if (outcome.value !== undefined)
      await view.show({ root, title: source.title, decoded: outcome.value, ...source.document }, depth === 'resolve');
    if (depth === 'read') return;
    if (!workspace.isTrusted && outcome.value !== undefined)
      void window.showWarningMessage(
        l10n.t(
          'This workspace is not trusted: functions were found, but nothing was run to find lines. Trust it and decode again.',
        ),
      );
    else sayOutcome(outcome).catch((error: unknown) => session.log.error(String(error)));
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}

/** Without a question: the tree that the file lies in, else the first that is known. */
function nearestTree({ trees }: Session, { document }: Source): string | undefined {
  return (document && trees.treeOf(document.uri)) ?? trees.known()[0];
}

/** One message for all that stood in the way; where a setting would help, with a button that opens it. */
async function sayOutcome({ value, problems }: Outcome<Decoded>): Promise<void> {
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
