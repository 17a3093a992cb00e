import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  type CancellationToken,
  commands,
  EventEmitter,
  l10n,
  type Progress,
  ProgressLocation,
  Range,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import { compareTrees } from '../host/compare-trees.ts';
import { findTree } from '../host/find-tree.ts';
import { invertChange, type SiteChange } from '../core/paths/compare-sites.ts';
import type { Problem } from '../core/problem.ts';
import { changeCounts, siteOf } from '../core/report/change-text.ts';
import { changeChildren, changeGroups, changeItem, type ChangeRow } from './change-rows.ts';
import { listedFolders, listedText } from './listed-folders.ts';
import { contextFor, isCancelled } from './engines.ts';
import { chooseOtherTree, chooseTree } from './choose-tree.ts';
import { problemSentence, say } from './say.ts';
import type { Session } from './session.ts';
import { reveal, uriOf } from './targets.ts';
import { factsOf, withPool } from './tree-pool.ts';

interface Comparison {
  /** The trees' absolute folders. */
  readonly before: string;
  readonly after: string;
  readonly changes: readonly SiteChange[];
  /** What may be wrong or missing, as sentences. */
  readonly gaps: readonly string[];
}

/** "Compare with another tree": the sites that were added, removed or changed, in a view that is there from then on. */
export function registerComparison(session: Session): void {
  let shown: Comparison | undefined;
  const changed = new EventEmitter<undefined>();
  const view = window.createTreeView<ChangeRow>('kernlens.changes', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: changeItem,
      getChildren: (row) => [...(row === undefined ? topRows(shown) : changeChildren(row))],
    },
    showCollapseAll: true,
  });
  const show = async (comparison: Comparison): Promise<void> => {
    shown = comparison;
    const { before, after } = comparison;
    view.description = l10n.t('{0} since {1}', path.basename(after), path.basename(before));
    await commands.executeCommand('setContext', 'kernlens.compared', true);
    changed.fire(undefined);
  };
  const compare = async (given: unknown): Promise<void> => {
    const wish = await wishOf(session, given);
    const comparison = wish && (await compareWithProgress(session, wish));
    if (comparison === undefined) return;
    await show(comparison);
    await commands.executeCommand('kernlens.changes.focus');
  };
  const swap = async (): Promise<void> => {
    if (shown === undefined) return;
    const { before, after, changes, gaps } = shown;
    await show({ before: after, after: before, changes: changes.map(invertChange), gaps });
  };
  session.context.subscriptions.push(
    view,
    changed,
    commands.registerCommand('kernlens.compareTrees', compare),
    commands.registerCommand('kernlens.swapTrees', swap),
    commands.registerCommand('kernlens.showChange', async (change: SiteChange) => {
      if (shown !== undefined) await showChange(shown, change);
    }),
  );
}

function topRows(shown: Comparison | undefined): readonly ChangeRow[] {
  if (shown === undefined) return [];
  const counts = changeCounts(shown.changes, say);
  const text = counts.charAt(0).toUpperCase() + counts.slice(1);
  return [{ kind: 'summary', text, gaps: shown.gaps }, ...changeGroups(shown.changes)];
}

interface Wish {
  readonly before: string;
  readonly after: string;
  readonly paths: readonly string[];
}

/** From what a caller gives (`other`: a folder, `paths`) or, from a person, by asking. */
async function wishOf(session: Session, given: unknown): Promise<Wish | undefined> {
  const { other, paths } = (typeof given === 'object' && given !== null ? given : {}) as {
    readonly other?: string;
    readonly paths?: readonly string[];
  };
  const document = window.activeTextEditor?.document;
  const after = await chooseTree(session);
  if (after === undefined) return undefined;
  const title = l10n.t('What changed in {0} since which tree?', path.basename(after));
  const before = other ?? (await chooseOtherTree(session, after, title));
  if (before === undefined) return undefined;
  const found = findTree(before, { upwards: false });
  if (found.value === undefined) {
    void window.showErrorMessage(found.problems.map(problemSentence).join(' '));
    return undefined;
  }
  const inTree = document && session.trees.locate(document);
  const wanted = paths ?? (await askForPaths(inTree?.root === after ? inTree.file : undefined));
  return wanted && { before: found.value, after, paths: wanted };
}

async function askForPaths(file: string | undefined): Promise<readonly string[] | undefined> {
  if (file === undefined) return listedFolders();
  const items = [
    { label: file, description: l10n.t('the file in front'), paths: [file] },
    { label: `${path.posix.dirname(file)}/`, description: l10n.t('its folder'), paths: [path.posix.dirname(file)] },
    { label: listedText(), description: l10n.t('everything'), paths: listedFolders() },
  ];
  return (await window.showQuickPick(items, { title: l10n.t('Compare which files?') }))?.paths;
}

async function compareWithProgress(session: Session, wish: Wish): Promise<Comparison | undefined> {
  const title = l10n.t('Comparing {0} with {1}', path.basename(wish.after), path.basename(wish.before));
  try {
    return await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => compareNow(session, wish, progress, token),
    );
  } catch (error) {
    if (!isCancelled(error)) throw error;
    return undefined;
  }
}

async function compareNow(
  session: Session,
  { before, after, paths }: Wish,
  progress: Progress<{ readonly message: string; readonly increment: number }>,
  token: CancellationToken,
): Promise<Comparison | undefined> {
  const context = contextFor(token, ({ step, total }) =>
    progress.report({ message: step, increment: 100 / Math.max(total, 1) }),
  );
  if (context.signal instanceof AbortSignal) setMaxListeners(0, context.signal);
  return withPool(session, after, async (pool, cache) => {
    const caches = { before: factsOf(session, before), after: cache };
    const { value, problems } = await compareTrees(paths, { before, after, pool, caches, context });
    if (value === undefined) {
      void window.showErrorMessage(problems.map(problemSentence).join(' '));
      return undefined;
    }
    const changes: SiteChange[] = [];
    const gaps: string[] = [];
    const note = (each: readonly Problem[]): void => void gaps.push(...each.map(problemSentence));
    for await (const { value: file, problems: faults } of value) {
      context.signal.throwIfAborted();
      note(faults);
      changes.push(...(file?.changes ?? []));
      for (const { name, line, root } of file?.unparsed ?? [])
        note([{ kind: 'function-unparsed', function: name, file: path.join(root, file?.file ?? ''), line }]);
    }
    return { before, after, changes, gaps };
  });
}

/** Both trees' files side by side at the function; where only one tree has the file, that one. */
async function showChange({ before, after }: Comparison, change: SiteChange): Promise<void> {
  const { file, function: name, line } = siteOf(change);
  const [old, now] = [uriOf(before, file), uriOf(after, file)];
  if (!existsSync(old.fsPath) || !existsSync(now.fsPath)) {
    await reveal(existsSync(now.fsPath) ? after : before, file, line);
    return;
  }
  const at = change.change === 'removed' ? headOf(await workspace.openTextDocument(now), name) : line - 1;
  const title = l10n.t('{0}: {1} and {2}', path.basename(file), path.basename(before), path.basename(after));
  await commands.executeCommand('vscode.diff', old, now, title, { selection: new Range(at, 0, at, 0) });
}

/** The line, from 0, where a function is defined as kernel code writes it: in the first column; 0 where it is not. */
function headOf(document: TextDocument, name: string): number {
  const lines = document.getText().split('\n');
  return Math.max(
    lines.findIndex((text) => /^\w/.test(text) && text.includes(`${name}(`) && !text.trimEnd().endsWith(';')),
    0,
  );
}
