import path from 'node:path';
import { commands, EventEmitter, l10n, ProgressLocation, window, workspace } from 'vscode';
import type { IncidentReport } from '../core/engine.ts';
import { compareReports, type IncidentChange } from '../core/incidents/compare-reports.ts';
import { isSelected, type Selection, statusWords } from '../core/incidents/select-reports.ts';
import { incidentChangesMarkdown, incidentsMarkdown, type NamedTree } from '../core/report/incidents-markdown.ts';
import { chooseOtherTree, chooseTree } from './choose-tree.ts';
import { contextFor, isCancelled } from './engines.ts';
import {
  changeGroupsOf,
  incidentChildren,
  type IncidentGrouping,
  incidentGroups,
  incidentItem,
  type IncidentRow,
} from './incident-rows.ts';
import { problemSentence, say } from './say.ts';
import type { Session } from './session.ts';

/** What the view shows: one tree's incidents, or what is different in another one. */
type Shown =
  | { readonly of: 'nothing' }
  | { readonly of: 'tree'; readonly here: Checked }
  | { readonly of: 'comparison'; readonly here: Checked; readonly there: Checked };

interface Checked {
  readonly root: string;
  readonly reports: readonly IncidentReport[];
}

/** The Incidents view: "Check this tree", by status or area, with a filter, an export, and a second tree beside it. */
export function registerIncidents(session: Session): void {
  const { context, engines } = session;
  const changed = new EventEmitter<undefined>();
  let shown: Shown = { of: 'nothing' };
  let filter = '';
  let grouping = context.workspaceState.get<IncidentGrouping>(groupingKey, 'status');
  const view = window.createTreeView<IncidentRow>('kernlens.incidents', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: incidentItem,
      getChildren: (row) => [...(row === undefined ? topRows(shown, filter, grouping) : incidentChildren(row))],
    },
    showCollapseAll: true,
  });
  const draw = (): void => {
    view.description = descriptionOf(shown);
    view.message = filter === '' ? '' : l10n.t('Filter: {0}', filter);
    void commands.executeCommand('setContext', 'kernlens.incidents.checked', shown.of !== 'nothing');
    void commands.executeCommand('setContext', 'kernlens.incidents.filtered', filter !== '');
    changed.fire(undefined);
  };
  const show = async (next: Shown | undefined): Promise<void> => {
    if (next === undefined) return;
    shown = next;
    draw();
    await commands.executeCommand('kernlens.incidents.focus');
  };
  const checkTree = async (): Promise<void> => {
    const root = await chooseTree(session);
    const here = root === undefined ? undefined : await check(session, root);
    await show(here && { of: 'tree', here });
  };
  const compare = async (given: unknown): Promise<void> => {
    const root = await chooseTree(session);
    if (root === undefined) return;
    const title = l10n.t('Compare the incidents of {0} with which tree?', path.basename(root));
    const other = otherOf(given) ?? (await chooseOtherTree(session, root, title));
    const here = other === undefined ? undefined : await check(session, root);
    const there = other === undefined || here === undefined ? undefined : await check(session, other);
    await show(here && there && { of: 'comparison', here, there });
  };
  const group = (by: IncidentGrouping) => async (): Promise<void> => {
    grouping = by;
    await context.workspaceState.update(groupingKey, by);
    draw();
  };
  const filterBy = (text: string): void => {
    filter = text;
    draw();
  };
  const askFilter = async (): Promise<void> => {
    const text = await askForFilter(filter);
    if (text !== undefined) filterBy(text.trim());
  };
  /** What is shown is asked again: a pack was saved. */
  const refresh = async (): Promise<void> => {
    if (shown.of === 'nothing') return;
    const here = await check(session, shown.here.root);
    const there = shown.of === 'comparison' ? await check(session, shown.there.root) : undefined;
    if (here === undefined) return;
    shown = there === undefined ? { of: 'tree', here } : { of: 'comparison', here, there };
    draw();
  };
  context.subscriptions.push(
    view,
    changed,
    engines.onDidTeach(() => void refresh()),
    commands.registerCommand('kernlens.checkTree', checkTree),
    commands.registerCommand('kernlens.compareIncidents', compare),
    commands.registerCommand('kernlens.groupIncidentsByStatus', group('status')),
    commands.registerCommand('kernlens.groupIncidentsByArea', group('area')),
    commands.registerCommand('kernlens.filterIncidents', askFilter),
    commands.registerCommand('kernlens.clearIncidentsFilter', () => filterBy('')),
    commands.registerCommand('kernlens.exportIncidentsMarkdown', () => exportAs('markdown', session, shown, filter)),
    commands.registerCommand('kernlens.exportIncidentsJson', () => exportAs('json', session, shown, filter)),
  );
}

const groupingKey = 'incidents.grouping';

/** Undefined where it was cancelled or could not be done, which was then said. */
async function check({ engines }: Session, root: string): Promise<Checked | undefined> {
  const title = l10n.t('Checking {0}', path.basename(root));
  try {
    const { value, problems } = await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      (progress, token) =>
        engines.engine(root).incidents(
          { ids: [] },
          contextFor(token, ({ step, total }) =>
            progress.report({ message: step, increment: 100 / Math.max(total, 1) }),
          ),
        ),
    );
    if (value !== undefined) return { root, reports: value };
    void window.showWarningMessage(problems.map(problemSentence).join(' '));
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
  return undefined;
}

function topRows(shown: Shown, filter: string, grouping: IncidentGrouping): readonly IncidentRow[] {
  const selection = selectionOf(filter);
  switch (shown.of) {
    case 'nothing':
      return [];
    case 'tree': {
      const { root, reports } = shown.here;
      return incidentGroups(
        reports.filter((report) => isSelected(report, selection)),
        { root, grouping },
      );
    }
    case 'comparison':
      return changeGroupsOf(changesOf(shown, selection), {
        here: { root: shown.here.root, name: path.basename(shown.here.root) },
        there: { root: shown.there.root, name: path.basename(shown.there.root) },
      });
  }
}

function changesOf(
  { here, there }: Extract<Shown, { of: 'comparison' }>,
  selection: Selection,
): readonly IncidentChange[] {
  return compareReports(here.reports, there.reports).filter((change) =>
    [change.here, change.there].some((report) => isSelected(report, selection)),
  );
}

/** `status:present area:listen queue`: words behind a key choose exactly, the others are looked for. */
function selectionOf(filter: string): Selection {
  const words = filter.split(/\s+/);
  const behind = (key: string): readonly string[] =>
    words.filter((word) => word.startsWith(key)).flatMap((word) => word.slice(key.length).split(','));
  const statuses = behind('status:');
  return {
    statuses: statusWords.filter((status) => statuses.includes(status)),
    areas: behind('area:'),
    text: words.filter((word) => !/^(?:status|area):/.test(word)).join(' '),
  };
}

function askForFilter(value: string): Thenable<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Filter the incidents'),
    prompt: l10n.t(
      'Words of the title, the id or the reason; status:present,mitigated and area:listen choose exactly.',
    ),
    placeHolder: 'status:present queue',
    value,
  });
}

function descriptionOf(shown: Shown): string {
  if (shown.of === 'nothing') return '';
  const here = path.basename(shown.here.root);
  if (shown.of === 'comparison') return l10n.t('{0} against {1}', here, path.basename(shown.there.root));
  const present = shown.here.reports.filter(({ status }) => status === 'present').length;
  return l10n.t('{0}: {1} of {2} present', here, present, shown.here.reports.length);
}

function otherOf(given: unknown): string | undefined {
  const other = typeof given === 'object' && given !== null && 'other' in given ? given.other : undefined;
  return typeof other === 'string' ? other : undefined;
}

/** What the view shows, filter included, in a new document. */
async function exportAs(language: 'markdown' | 'json', session: Session, shown: Shown, filter: string): Promise<void> {
  if (shown.of === 'nothing') return;
  const selection = selectionOf(filter);
  const reports = shown.here.reports.filter((report) => isSelected(report, selection));
  const found = shown.of === 'comparison' ? changesOf(shown, selection) : reports;
  const content =
    language === 'json'
      ? `${JSON.stringify(found, null, 2)}\n`
      : shown.of === 'comparison'
        ? incidentChangesMarkdown(
            changesOf(shown, selection),
            { here: await named(session, shown.here.root), there: await named(session, shown.there.root) },
            say,
          )
        : incidentsMarkdown(reports, await named(session, shown.here.root), say);
  await window.showTextDocument(await workspace.openTextDocument({ content, language }));
}

async function named({ engines }: Session, root: string): Promise<NamedTree> {
  const { value } = await engines.engine(root).tree({}, contextFor(undefined));
  return { name: path.basename(root), release: value?.release ?? '' };
}
