import {
  CodeLens,
  commands,
  env,
  l10n,
  languages,
  ProcessExecution,
  Range,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  tasks,
  TaskScope,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { ProbeScript, ProbeTool } from '../core/engine.ts';
import { contextFor } from './engines.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';
import { missingTool } from './missing-tool.ts';
import { placeRequest, targetOf } from './targets.ts';

interface ProbeRequest {
  readonly root: string;
  readonly target: string;
  readonly tool: ProbeTool;
}

/** Scripts in new editors, with Copy and Run above them. Nothing runs without trust and a yes to the exact command. */
export function registerProbes(session: Session): void {
  const scripts = new Map<string, ProbeScript>();
  const open = async (request: ProbeRequest): Promise<void> => {
    const { root, target, tool } = request;
    const { value, problems } = await session.engines.engine(root).probe({ target, tool }, contextFor(undefined));
    if (value === undefined) {
      void window.showErrorMessage(problems.map(problemSentence).join(' '));
      return;
    }
    for (const problem of problems) session.log.warn(problemSentence(problem));
    const document = await workspace.openTextDocument({ language: value.language, content: value.text });
    scripts.set(document.uri.toString(), value);
    await window.showTextDocument(document, { preview: false });
  };
  const atCursor = (tool: ProbeTool) => async (given: unknown) => {
    const target = targetOf(session, given);
    if (target === undefined) return;
    // A place of a known incident has a probe that tells more than that the line's function was entered.
    const { value } = await session.engines.engine(target.root).explain(placeRequest(target), contextFor(undefined));
    await open({ root: target.root, target: value?.probe ?? `${target.file}:${target.line}`, tool });
  };
  const lenses = (document: TextDocument): CodeLens[] => {
    if (!scripts.has(document.uri.toString())) return [];
    const top = new Range(0, 0, 0, 0);
    const { uri } = document;
    return [
      new CodeLens(top, { title: `$(copy)\u00a0${l10n.t('Copy')}`, command: 'kernlens.copyProbe', arguments: [uri] }),
      new CodeLens(top, {
        title: `$(terminal)\u00a0${l10n.t('Run in terminal')}`,
        command: 'kernlens.runProbe',
        arguments: [uri],
      }),
    ];
  };
  const scriptOf = (given: unknown): { script: ProbeScript; document: TextDocument } | undefined => {
    const uri = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
    const script = uri && scripts.get(uri.toString());
    const document = workspace.textDocuments.find((each) => each.uri.toString() === uri?.toString());
    if (script !== undefined && document !== undefined) return { script, document };
    void window.showInformationMessage(l10n.t('Make a probe first: click one of the probe lenses in the source.'));
    return undefined;
  };
  session.context.subscriptions.push(
    commands.registerCommand('kernlens.probe', open),
    commands.registerCommand('kernlens.probeBpftrace', atCursor('bpftrace')),
    commands.registerCommand('kernlens.probeSystemtap', atCursor('stap')),
    commands.registerCommand('kernlens.copyProbe', async (given: unknown) => {
      const probe = scriptOf(given);
      if (probe === undefined) return;
      await env.clipboard.writeText(probe.document.getText());
      window.setStatusBarMessage(l10n.t('$(check) The script is in the clipboard'), 4000);
    }),
    commands.registerCommand('kernlens.runProbe', async (given: unknown) => {
      const probe = scriptOf(given);
      if (probe !== undefined) await run(session, probe.script, probe.document.getText());
    }),
    languages.registerCodeLensProvider([{ language: 'bpftrace' }, { language: 'systemtap' }], {
      provideCodeLenses: lenses,
    }),
    workspace.onDidCloseTextDocument((document) => scripts.delete(document.uri.toString())),
  );
}

/** Saves the script as it stands in the editor, asks with the exact command, and runs it by its argument array. */
async function run({ context }: Session, script: ProbeScript, text: string): Promise<void> {
  if (!workspace.isTrusted) {
    void window.showWarningMessage(
      l10n.t('This workspace is not trusted, so nothing is run. Copy the script instead.'),
    );
    return;
  }
  const [program, ...args] = script.run;
  if (program === undefined) return;
  const missing = missingTool(script.run);
  if (missing !== undefined) {
    void window.showWarningMessage(problemSentence(missing));
    return;
  }
  const folder = Uri.joinPath(context.globalStorageUri, 'probes');
  const file = Uri.joinPath(folder, script.fileName);
  const words = args.map((word) => (word === '{file}' ? file.fsPath : word));
  const yes = l10n.t('Run');
  const answer = await window.showWarningMessage(
    l10n.t('Run this probe on the machine the terminal is on?'),
    { modal: true, detail: [program, ...words].join(' ') },
    yes,
  );
  if (answer !== yes) return;
  await workspace.fs.createDirectory(folder);
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
  // As a task, so that what the tool printed stays to be read when it has ended.
  const task = new Task(
    { type: 'process' },
    TaskScope.Workspace,
    script.title,
    'KernLens',
    new ProcessExecution(program, words),
  );
  task.presentationOptions = { reveal: TaskRevealKind.Always, panel: TaskPanelKind.New, focus: true };
  await tasks.executeTask(task);
}
