import { CodeLens, commands, env, l10n, languages, Range, type TextDocument, Uri, window, workspace } from 'vscode';
import type { ProbeScript, ProbeTool } from '../core/engine.ts';
import { contextFor } from './engines.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';
import { runnables, type Runnable, runProbe } from './run-probe.ts';
import { settings } from './settings.ts';
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
    const { vmlinux, modules } = settings(Uri.file(root));
    const debugInfo = { ...(vmlinux === undefined ? {} : { vmlinux }), ...(modules === undefined ? {} : { modules }) };
    const { value, problems } = await session.engines
      .engine(root)
      .probe({ target, tool, ...debugInfo }, contextFor(undefined));
    if (value === undefined) {
      void window.showErrorMessage(problems.map(problemSentence).join(' '));
      return;
    }
    for (const problem of problems) session.log.warn(problemSentence(problem));
    const document = await workspace.openTextDocument({ language: value.language, content: value.text });
    scripts.set(document.uri.toString(), value);
    const editor = await window.showTextDocument(document, { preview: false });
    // The name of a script that was closed a moment ago may be given again, with the old text still behind it.
    const all = new Range(0, 0, document.lineCount, 0);
    if (document.getText() !== value.text) await editor.edit((edit) => edit.replace(all, value.text));
  };
  const atCursor = (tool: ProbeTool) => async (given: unknown) => {
    const target = targetOf(session, given);
    if (target === undefined) return;
    // A place of a known incident has a probe that tells more than that the line's function was entered.
    const { value } = await session.engines.engine(target.root).explain(placeRequest(target), contextFor(undefined));
    await open({ root: target.root, target: value?.probe ?? `${target.file}:${target.line}`, tool });
  };
  const lenses = (document: TextDocument): CodeLens[] => {
    if (!isOurs(document)) return [];
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
  /** A script that survived a reload of the window is known by its language alone. */
  const isOurs = ({ uri }: TextDocument): boolean => scripts.has(uri.toString()) || uri.scheme === 'untitled';
  const probeIn = (given: unknown): { probe: Runnable; document: TextDocument } | undefined => {
    const uri = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
    const document = workspace.textDocuments.find((each) => each.uri.toString() === uri?.toString());
    const probe = document && (scripts.get(document.uri.toString()) ?? runnables[document.languageId]);
    if (probe !== undefined && document !== undefined && isOurs(document)) return { probe, document };
    void window.showInformationMessage(l10n.t('Make a probe first: click one of the probe lenses in the source.'));
    return undefined;
  };
  session.context.subscriptions.push(
    commands.registerCommand('kernlens.probe', open),
    commands.registerCommand('kernlens.probeBpftrace', atCursor('bpftrace')),
    commands.registerCommand('kernlens.probeSystemtap', atCursor('stap')),
    commands.registerCommand('kernlens.copyProbe', async (given: unknown) => {
      const found = probeIn(given);
      if (found === undefined) return;
      await env.clipboard.writeText(found.document.getText());
      window.setStatusBarMessage(l10n.t('$(check) The script is in the clipboard'), 4000);
    }),
    commands.registerCommand('kernlens.runProbe', async (given: unknown) => {
      const found = probeIn(given);
      if (found !== undefined) await runProbe(session, found.probe, found.document.getText());
    }),
    languages.registerCodeLensProvider([{ language: 'bpftrace' }, { language: 'systemtap' }], {
      provideCodeLenses: lenses,
    }),
    workspace.onDidCloseTextDocument((document) => scripts.delete(document.uri.toString())),
  );
}
