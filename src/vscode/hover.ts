import { Hover, languages, MarkdownString, type TextDocument, Uri } from 'vscode';
import { toMarkdown } from '../core/report/markdown.ts';
import { contextFor, fileRequest, isCancelled } from './engines.ts';
import type { Session } from './session.ts';
import { settings } from './settings.ts';

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
      const linkTo = ({ file, line }: { file: string; line: number }): string =>
        commandLink('kernlens.goTo', { root: inTree.root, file, line });
      const text = new MarkdownString(toMarkdown(value, { linkTo, level: 3 }));
      text.isTrusted = { enabledCommands: ['kernlens.goTo'] };
      return new Hover(text, document.lineAt(position.line).range);
    } catch (error) {
      if (!isCancelled(error)) log.error(error instanceof Error ? error : String(error));
      return undefined;
    }
  };
  context.subscriptions.push(languages.registerHoverProvider({ language: 'c', scheme: 'file' }, { provideHover }));
}

function commandLink(command: string, argument: unknown): string {
  return Uri.from({ scheme: 'command', path: command, query: JSON.stringify([argument]) }).toString();
}
