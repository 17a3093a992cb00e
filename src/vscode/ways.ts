import { commands, l10n, Location, Position, Range, type TextDocument, window, workspace } from 'vscode';
import { contextFor } from './engines.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';
import { placeRequest, reveal, targetOf, uriOf } from './targets.ts';

/** "n ways here": the gotos (or the callers) in the editor's references peek. */
export function registerWays(session: Session): void {
  const showWays = async (given: unknown): Promise<void> => {
    const target = targetOf(session, given);
    if (target === undefined) return;
    const { root, file, line } = target;
    const { value, problems } = await session.engines.engine(root).paths(placeRequest(target), contextFor(undefined));
    if (value === undefined) {
      void window.showInformationMessage(problems.map(problemSentence).join(' '));
      return;
    }
    const lines = [...value.paths.map((path) => path.entry.line), ...value.callers.map((caller) => caller.line)];
    const uri = uriOf(root, file);
    if (lines.length === 0) {
      void window.showInformationMessage(l10n.t('Nothing in {0} leads here.', file));
      return;
    }
    if (window.activeTextEditor?.document.uri.toString() !== uri.toString()) await reveal(root, file, line);
    const document = await workspace.openTextDocument(uri);
    const locations = [...new Set(lines)].map((entry) => new Location(uri, codeRange(document, entry)));
    await commands.executeCommand('editor.action.peekLocations', uri, new Position(line - 1, 0), locations, 'peek');
  };
  const goTo = async (given: unknown): Promise<void> => {
    const target = targetOf(session, given);
    if (target !== undefined) await reveal(target.root, target.file, target.line);
  };
  session.context.subscriptions.push(
    commands.registerCommand('kernlens.showWays', showWays),
    commands.registerCommand('kernlens.goTo', goTo),
  );
}

/** A line (counted from 1) without the blanks around its code, so that the list marks what leads here. */
function codeRange(document: TextDocument, line: number): Range {
  const { text, firstNonWhitespaceCharacterIndex } = document.lineAt(Math.min(line, document.lineCount) - 1);
  return new Range(line - 1, firstNonWhitespaceCharacterIndex, line - 1, text.trimEnd().length);
}
