import { l10n, MarkdownString, StatusBarAlignment, type TextEditor, window, workspace } from 'vscode';
import { contextFor, fileRequest } from './engines.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';

/** The tree's release and what was found in the file in front; a click lists it. Hidden outside trees. */
export function registerStatusBar(session: Session): void {
  const item = window.createStatusBarItem('kernlens.status', StatusBarAlignment.Right, 90);
  item.name = 'KernLens';
  item.command = 'kernlens.listSites';
  const releases = new Map<string, Promise<string>>();
  let latest = 0;

  const releaseOf = (root: string): Promise<string> => {
    const asked =
      releases.get(root) ??
      session.engines
        .engine(root)
        .tree({}, contextFor(undefined))
        .then(({ value }) => value?.release ?? '');
    releases.set(root, asked);
    asked.catch(() => releases.delete(root));
    return asked;
  };
  const update = async (editor: TextEditor | undefined): Promise<void> => {
    const turn = ++latest;
    const inTree = editor && session.trees.locate(editor.document);
    if (editor === undefined || inTree === undefined) {
      item.hide();
      return;
    }
    const request = fileRequest(editor.document, inTree);
    const { value, problems } = await session.engines.engine(inTree.root).sites(request, contextFor(undefined));
    const release = await releaseOf(inTree.root);
    if (turn !== latest) return;
    const count = value?.sites.length ?? 0;
    const gaps = value?.unparsed.length ?? 0;
    const found = value === undefined ? l10n.t('not read') : countText(count);
    const icon = value === undefined ? '$(warning)' : '$(search)';
    item.text = `${icon} Linux ${release}: ${found}`;
    item.accessibilityInformation = { label: l10n.t('KernLens, Linux {0}, this file: {1}', release, found) };
    const lines = [
      ...(value === undefined ? [] : [l10n.t('{0}: {1} where a packet ends', inTree.file, found)]),
      ...(gaps > 0 ? [l10n.t('{0} functions could not be read whole', gaps)] : []),
      ...problems.map(problemSentence),
    ];
    item.tooltip = new MarkdownString().appendText(
      [...lines, ...(value === undefined ? [] : [l10n.t('Click to list them.')])].join('\n\n'),
    );
    item.show();
  };
  const refresh = (): void => {
    update(window.activeTextEditor).catch((error: unknown) => session.log.error(String(error)));
  };

  session.context.subscriptions.push(
    item,
    window.onDidChangeActiveTextEditor(refresh),
    workspace.onDidSaveTextDocument(refresh),
    session.trees.onDidFind(refresh),
  );
  refresh();
}

const countText = (count: number): string => (count === 1 ? l10n.t('1 site') : l10n.t('{0} sites', count));
