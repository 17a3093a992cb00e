import path from 'node:path';
import { commands, l10n, ProgressLocation, type QuickPickItem, window } from 'vscode';
import type { IncidentReport } from '../core/engine.ts';
import { contextFor, isCancelled } from './engines.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';

/** "Check this tree": every known incident with its status; choosing one explains it. */
export function registerIncidents(session: Session): void {
  session.context.subscriptions.push(commands.registerCommand('kernlens.checkTree', () => checkTree(session)));
}

async function checkTree(session: Session): Promise<void> {
  const root = await chooseTree(session);
  if (root === undefined) return;
  try {
    const outcome = await window.withProgress(
      {
        location: ProgressLocation.Notification,
        title: l10n.t('Checking {0}', path.basename(root)),
        cancellable: true,
      },
      (progress, token) =>
        session.engines.engine(root).incidents(
          { ids: [] },
          contextFor(token, ({ step, total }) =>
            progress.report({ message: step, increment: 100 / Math.max(total, 1) }),
          ),
        ),
    );
    if (outcome.value === undefined) {
      void window.showWarningMessage(outcome.problems.map(problemSentence).join(' '));
      return;
    }
    const chosen = await window.showQuickPick(gravestFirst(outcome.value).map(itemOf), {
      title: l10n.t('{0}: known incidents', path.basename(root)),
      placeHolder: l10n.t('Choose one to read what shows it'),
      matchOnDetail: true,
    });
    if (chosen !== undefined) await commands.executeCommand('kernlens.showIncident', { root, id: chosen.id });
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}

/** The tree of the file in front, else the only one, else a choice. */
export async function chooseTree(session: Session): Promise<string | undefined> {
  const document = window.activeTextEditor?.document;
  const inFront = document && session.trees.treeOf(document.uri);
  const known = session.trees.known();
  if (inFront !== undefined) return inFront;
  if (known.length > 1) return window.showQuickPick([...known], { title: l10n.t('Which tree?') });
  if (known[0] === undefined) void window.showInformationMessage(l10n.t('Open a Linux tree (or a file of one) first.'));
  return known[0];
}

const statusIcons = { present: 'warning', mitigated: 'info', fixed: 'pass', absent: 'circle-outline' } as const;

const gravity: readonly IncidentReport['status'][] = ['present', 'mitigated', 'fixed', 'absent'];

function gravestFirst(reports: readonly IncidentReport[]): IncidentReport[] {
  return [...reports].sort((a, b) => gravity.indexOf(a.status) - gravity.indexOf(b.status));
}

function itemOf(report: IncidentReport): QuickPickItem & { readonly id: string } {
  const doubt = report.uncertain === true ? l10n.t(' (uncertain)') : '';
  return {
    id: report.id,
    label: `$(${statusIcons[report.status]}) ${report.title}`,
    description: `${statusText(report.status)}${doubt}`,
    detail: `${report.id}: ${report.why}`,
  };
}

function statusText(status: IncidentReport['status']): string {
  switch (status) {
    case 'present':
      return l10n.t('present');
    case 'mitigated':
      return l10n.t('mitigated');
    case 'fixed':
      return l10n.t('fixed');
    case 'absent':
      return l10n.t('absent');
  }
}
