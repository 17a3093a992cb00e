import {
  l10n,
  ProcessExecution,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  tasks,
  TaskScope,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { ProbeScript } from '../core/engine.ts';
import { missingTool } from './missing-tool.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';

export type Runnable = Pick<ProbeScript, 'title' | 'fileName' | 'run'>;

/** How a script runs of which only the language is known. */
export const runnables: Readonly<Record<string, Runnable>> = {
  bpftrace: { title: 'bpftrace', fileName: 'probe.bt', run: ['sudo', 'bpftrace', '{file}'] },
  systemtap: { title: 'SystemTap', fileName: 'probe.stp', run: ['sudo', 'stap', '{file}'] },
};

/** Asks with the exact command, saves the script as it stands in the editor, and runs it by its argument array. */
export async function runProbe({ context }: Session, probe: Runnable, text: string): Promise<void> {
  if (!workspace.isTrusted) {
    void window.showWarningMessage(
      l10n.t('This workspace is not trusted, so nothing is run. Copy the script instead.'),
    );
    return;
  }
  const command = withoutNeedlessSudo(probe.run);
  const missing = missingTool(command);
  if (missing !== undefined) {
    void window.showWarningMessage(problemSentence(missing));
    return;
  }
  const folder = Uri.joinPath(context.globalStorageUri, 'probes');
  const file = Uri.joinPath(folder, probe.fileName);
  const [program = '', ...words] = command.map((word) => (word === '{file}' ? file.fsPath : word));
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
    probe.title,
    'KernLens',
    new ProcessExecution(program, words),
  );
  task.presentationOptions = { reveal: TaskRevealKind.Always, panel: TaskPanelKind.New, focus: true };
  await tasks.executeTask(task);
}

function withoutNeedlessSudo(command: readonly string[]): readonly string[] {
  return command[0] === 'sudo' && process.getuid?.() === 0 ? command.slice(1) : command;
}
