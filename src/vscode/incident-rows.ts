import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { IncidentReport } from '../core/engine.ts';
import { changeWords, type IncidentChange } from '../core/incidents/compare-reports.ts';
import { statusWords } from '../core/incidents/select-reports.ts';
import type { Evidence, StatusWord } from '../core/model.ts';
import { statusText } from '../core/report/explain-incident.ts';
import { changeHeading } from '../core/report/incident-change-text.ts';
import { say } from './say.ts';

const { Collapsed, Expanded, None } = TreeItemCollapsibleState;

/** The rows of the Incidents view. */
export type IncidentRow =
  | {
      readonly kind: 'group';
      readonly title: string;
      readonly icon: ThemeIcon;
      readonly rows: readonly IncidentRow[];
      readonly isFolded?: boolean;
    }
  | { readonly kind: 'incident'; readonly root: string; readonly report: IncidentReport; readonly tree?: string }
  | { readonly kind: 'change'; readonly change: IncidentChange; readonly sides: readonly IncidentRow[] }
  | { readonly kind: 'evidence'; readonly root: string; readonly evidence: Evidence };

export type IncidentGrouping = 'status' | 'area';

/** The incidents of one tree in groups that are not empty: the gravest status first, areas by name. */
export function incidentGroups(
  reports: readonly IncidentReport[],
  { root, grouping }: { readonly root: string; readonly grouping: IncidentGrouping },
): readonly IncidentRow[] {
  const rowsOf = (chosen: readonly IncidentReport[]): readonly IncidentRow[] =>
    gravestFirst(chosen).map((report) => ({ kind: 'incident', root, report }));
  const areas = [...new Set(reports.map(({ area }) => area))].sort();
  const groups: readonly IncidentRow[] =
    grouping === 'status'
      ? statusWords.map((status) => ({
          kind: 'group',
          title: capital(statusText(status, say)),
          icon: statusIcons[status],
          rows: rowsOf(reports.filter((report) => report.status === status)),
        }))
      : areas.map((area) => ({
          kind: 'group',
          title: area,
          icon: new ThemeIcon('symbol-namespace'),
          rows: rowsOf(reports.filter((report) => report.area === area)),
        }));
  return groups.filter((row) => row.kind === 'group' && row.rows.length > 0);
}

export interface ComparedTrees {
  readonly here: { readonly root: string; readonly name: string };
  readonly there: { readonly root: string; readonly name: string };
}

/** What changed between two trees, in groups; below each incident both trees with their evidence. */
export function changeGroupsOf(
  changes: readonly IncidentChange[],
  { here, there }: ComparedTrees,
): readonly IncidentRow[] {
  return changeWords.flatMap((word): readonly IncidentRow[] => {
    const rows = changes
      .filter(({ change }) => change === word)
      .map((change): IncidentRow => {
        const sides: readonly IncidentRow[] = [
          { kind: 'incident', root: here.root, tree: here.name, report: change.here },
          { kind: 'incident', root: there.root, tree: there.name, report: change.there },
        ];
        return { kind: 'change', change, sides };
      });
    return rows.length === 0
      ? []
      : [
          {
            kind: 'group',
            title: changeHeading(word, say),
            icon: new ThemeIcon('diff'),
            rows,
            isFolded: word === 'same',
          },
        ];
  });
}

export function incidentChildren(row: IncidentRow): readonly IncidentRow[] {
  switch (row.kind) {
    case 'group':
      return row.rows;
    case 'change':
      return row.sides;
    case 'incident':
      return row.report.evidence.map((evidence) => ({ kind: 'evidence', root: row.root, evidence }));
    case 'evidence':
      return [];
  }
}

export function incidentItem(row: IncidentRow): TreeItem {
  switch (row.kind) {
    case 'group':
      return Object.assign(new TreeItem(row.title, row.isFolded === true ? Collapsed : Expanded), {
        id: `group ${row.title}`,
        description: String(row.rows.length),
        iconPath: row.icon,
        accessibilityInformation: { label: l10n.t('{0}, {1} incidents', row.title, row.rows.length) },
      });
    case 'incident':
      return reportItem(row);
    case 'change':
      return Object.assign(new TreeItem(row.change.title, Collapsed), {
        description: row.change.id,
        iconPath: statusIcons[row.change.here.status],
        tooltip: l10n.t(
          '{0}: {1} here, {2} there',
          row.change.title,
          statusText(row.change.here.status, say),
          statusText(row.change.there.status, say),
        ),
      });
    case 'evidence':
      return evidenceItem(row);
  }
}

function reportItem({ root, report, tree }: Extract<IncidentRow, { kind: 'incident' }>): TreeItem {
  const { id, title, area, status, why, uncertain, evidence } = report;
  const word = `${statusText(status, say)}${uncertain === true ? l10n.t(' (uncertain)') : ''}`;
  const open = evidence.length > 0 ? Collapsed : None;
  return Object.assign(new TreeItem(tree === undefined ? title : `${tree}: ${word}`, open), {
    description: tree === undefined ? `${word}, ${area}` : why,
    iconPath: statusIcons[status],
    contextValue: 'incident',
    tooltip: `${title}\n${id}: ${word}\n\n${why}`,
    command: { title: l10n.t('Explain'), command: 'kernlens.showIncident', arguments: [{ root, id }] },
    accessibilityInformation: { label: l10n.t('{0}, {1}, area {2}: {3}', title, word, area, why) },
  });
}

function evidenceItem({ root, evidence }: Extract<IncidentRow, { kind: 'evidence' }>): TreeItem {
  const { file, line, function: name, what } = evidence;
  return Object.assign(new TreeItem(what), {
    description: `${file.slice(file.lastIndexOf('/') + 1)}:${line}  ${name}`,
    iconPath: new ThemeIcon('go-to-file'),
    tooltip: `${file}:${line}  ${name}\n${what}`,
    command: { title: l10n.t('Go to Line'), command: 'kernlens.goTo', arguments: [{ root, file, line }] },
  });
}

const statusIcons: Readonly<Record<StatusWord, ThemeIcon>> = {
  present: new ThemeIcon('warning', new ThemeColor('list.warningForeground')),
  mitigated: new ThemeIcon('info'),
  fixed: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')),
  absent: new ThemeIcon('circle-outline'),
};

function gravestFirst(reports: readonly IncidentReport[]): readonly IncidentReport[] {
  return reports.toSorted((a, b) => statusWords.indexOf(a.status) - statusWords.indexOf(b.status));
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
