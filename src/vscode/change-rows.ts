import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { SiteChange } from '../core/paths/compare-sites.ts';
import { changeDetails, siteOf } from '../core/report/change-text.ts';
import { siteCount } from '../core/report/count-text.ts';
import { siteTitle } from '../core/report/site-text.ts';
import { say } from './say.ts';

/** The rows of the Changes view. */
export type ChangeRow =
  | { readonly kind: 'summary'; readonly text: string; readonly gaps: readonly string[] }
  | { readonly kind: 'gap'; readonly text: string }
  | { readonly kind: 'group'; readonly change: SiteChange['change']; readonly changes: readonly SiteChange[] }
  | { readonly kind: 'file'; readonly file: string; readonly rows: readonly SiteChangeRow[] }
  | SiteChangeRow
  | { readonly kind: 'detail'; readonly text: string; readonly of: SiteChange };

export interface SiteChangeRow {
  readonly kind: 'site';
  readonly change: SiteChange;
}

/** Groups by what happened; those that are empty are left out. */
export function changeGroups(changes: readonly SiteChange[]): readonly ChangeRow[] {
  return (['added', 'removed', 'changed'] as const)
    .map((change) => ({ kind: 'group', change, changes: changes.filter((each) => each.change === change) }) as const)
    .filter((group) => group.changes.length > 0);
}

export function changeChildren(row: ChangeRow): readonly ChangeRow[] {
  switch (row.kind) {
    case 'summary':
      return row.gaps.map((text) => ({ kind: 'gap', text }));
    case 'group':
      return byFile(row.changes);
    case 'file':
      return row.rows;
    case 'site':
      return changeDetails(row.change, say).map((text) => ({ kind: 'detail', text, of: row.change }));
    case 'gap':
    case 'detail':
      return [];
  }
}

/** Sites of one file need no row for it. */
function byFile(changes: readonly SiteChange[]): readonly ChangeRow[] {
  const files = new Map<string, SiteChangeRow[]>();
  for (const change of changes) {
    const { file } = siteOf(change);
    files.set(file, [...(files.get(file) ?? []), { kind: 'site', change }]);
  }
  if (files.size === 1) return [...files.values()].flat();
  return [...files].map(([file, rows]) => ({ kind: 'file', file, rows }));
}

export function changeItem(row: ChangeRow): TreeItem {
  switch (row.kind) {
    case 'summary': {
      const open = row.gaps.length > 0 ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None;
      return Object.assign(new TreeItem(row.text, open), {
        iconPath: new ThemeIcon(row.gaps.length > 0 ? 'warning' : 'list-flat'),
        tooltip: row.text,
        ...(row.gaps.length === 0 ? {} : { description: l10n.t('{0} not sure', row.gaps.length) }),
      });
    }
    case 'gap':
      return Object.assign(new TreeItem(row.text), { iconPath: new ThemeIcon('warning'), tooltip: row.text });
    case 'group':
      return Object.assign(new TreeItem(groupText(row.change), TreeItemCollapsibleState.Expanded), {
        description: String(row.changes.length),
        iconPath: icons[row.change],
        accessibilityInformation: { label: `${groupText(row.change)}, ${siteCount(row.changes.length, say)}` },
      });
    case 'file':
      return Object.assign(new TreeItem(baseName(row.file), TreeItemCollapsibleState.Collapsed), {
        description: `${row.file.slice(0, row.file.lastIndexOf('/'))}  ${row.rows.length}`,
        iconPath: ThemeIcon.File,
        tooltip: row.file,
        accessibilityInformation: { label: `${row.file}, ${siteCount(row.rows.length, say)}` },
      });
    case 'site':
      return siteItem(row);
    case 'detail':
      return Object.assign(new TreeItem(row.text), {
        iconPath: new ThemeIcon('dash'),
        tooltip: row.text,
        command: showDiff(row.of),
      });
  }
}

function siteItem({ change }: SiteChangeRow): TreeItem {
  const site = siteOf(change);
  const title = siteTitle(site, say, { reasons: 3 });
  const open = change.change === 'changed' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None;
  const details = changeDetails(change, say);
  return Object.assign(new TreeItem(title, open), {
    description: `${baseName(site.file)}:${site.line}  ${site.function}`,
    iconPath: icons[change.change],
    tooltip: [siteTitle(site, say), `${site.file}:${site.line}  ${site.function}`, ...details].join('\n'),
    command: showDiff(change),
    accessibilityInformation: {
      label: l10n.t(
        '{0}: {1}, in {2}, {3} line {4}',
        groupText(change.change),
        title,
        site.function,
        site.file,
        site.line,
      ),
    },
  });
}

const showDiff = (change: SiteChange): NonNullable<TreeItem['command']> => ({
  title: l10n.t('Show Both Trees'),
  command: 'kernlens.showChange',
  arguments: [change],
});

const icons = {
  added: new ThemeIcon('diff-added', new ThemeColor('gitDecoration.addedResourceForeground')),
  removed: new ThemeIcon('diff-removed', new ThemeColor('gitDecoration.deletedResourceForeground')),
  changed: new ThemeIcon('diff-modified', new ThemeColor('gitDecoration.modifiedResourceForeground')),
};

function groupText(change: SiteChange['change']): string {
  switch (change) {
    case 'added':
      return l10n.t('Added');
    case 'removed':
      return l10n.t('Removed');
    case 'changed':
      return l10n.t('Changed');
  }
}

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
