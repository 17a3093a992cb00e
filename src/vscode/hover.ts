import { Hover, l10n, languages, MarkdownString, type TextDocument, Uri } from 'vscode';
import type { Explanation } from '../core/report/explanation.ts';
import { toHoverMarkdown } from '../core/report/hover-markdown.ts';
import { contextFor, fileRequest, isCancelled } from './engines.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';
import { settings } from './settings.ts';
import { cFiles, type InTree } from './trees.ts';

/** The whole explanation at a label, a site or an incident's function. Only our own commands can be clicked in it. */
export function registerHover({ context, trees, engines, log }: Session): void {
  const provideHover = async (
    document: TextDocument,
    position: { readonly line: number },
    token: Parameters<typeof contextFor>[0],
  ): Promise<Hover | undefined> => {
    const inTree = settings(document.uri).lenses ? trees.locate(document) : undefined;
    if (inTree === undefined) return undefined;
    try {
      const request = { ...fileRequest(document, inTree), line: position.line + 1 };
      const { value } = await engines.engine(inTree.root).explain(request, contextFor(token));
      if (value === undefined) return undefined;
      return new Hover(hoverText(value, inTree), document.lineAt(position.line).range);
    } catch (error) {
      if (!isCancelled(error)) log.error(error instanceof Error ? error : String(error));
      return undefined;
    }
  };
  context.subscriptions.push(languages.registerHoverProvider(cFiles, { provideHover }));
}

function hoverText(explanation: Explanation, { root }: InTree): MarkdownString {
  const { place, probe = `${place.file}:${place.line}` } = explanation;
  const linkTo = ({ file, line }: { readonly file: string; readonly line: number }): string =>
    commandLink('kernlens.goTo', { root, file, line });
  const linkToCopy = (text: string): string => commandLink('kernlens.copyText', { text });
  const actions = [
    `[${l10n.t('Explain')}](${commandLink('kernlens.explain', { root, file: place.file, line: place.line })})`,
    `[${l10n.t('Probe: bpftrace')}](${commandLink('kernlens.probe', { root, target: probe, tool: 'bpftrace' })})`,
    `[${l10n.t('Probe: SystemTap')}](${commandLink('kernlens.probe', { root, target: probe, tool: 'stap' })})`,
  ];
  const text = new MarkdownString(
    `${toHoverMarkdown(explanation, { linkTo, linkToCopy, say })}\n\n${actions.join(' · ')}`,
  );
  text.isTrusted = { enabledCommands: ['kernlens.goTo', 'kernlens.explain', 'kernlens.probe', 'kernlens.copyText'] };
  return text;
}

function commandLink(command: string, argument: unknown): string {
  return Uri.from({ scheme: 'command', path: command, query: JSON.stringify([argument]) }).toString();
}
