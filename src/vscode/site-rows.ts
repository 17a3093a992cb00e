import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Guard, Path, Site } from '../core/model.ts';
import { grouped, siteCount } from '../core/report/count-text.ts';
import { type SiteGroup, sitesByFile } from '../core/report/group-sites.ts';
import { conditionText, entryText, guardText, pathReasons } from '../core/report/path-text.ts';
import { endOf, siteTitle } from '../core/report/site-text.ts';
import { say } from './say.ts';
import type { Target } from './targets.ts';

/** The rows of the Paths view. Those with a place are targets: commands act on them as they do on a line. */
export type Row =
  | { readonly kind: 'summary'; readonly text: string; readonly note: string; readonly gaps: readonly GapRow[] }
  | GapRow
  | { readonly kind: 'group'; readonly group: SiteGroup; readonly root: string; readonly isOpen: boolean }
  | { readonly kind: 'file'; readonly key: string; readonly file: string; readonly sites: readonly SiteRow[] }
  | SiteRow
  | (Target & { readonly kind: 'path'; readonly path: Path; readonly isOnly: boolean })
  | { readonly kind: 'passed'; readonly rows: readonly Row[] }
  | (Target & { readonly kind: 'guard'; readonly guard: Guard })
  | { readonly kind: 'condition'; readonly text: string };

/** Something that is missing from the list. */
export interface GapRow {
  readonly kind: 'gap';
  readonly text: string;
  readonly place?: Target;
}

export interface SiteRow extends Target {
  readonly kind: 'site';
  /** Of the row above, so that one site can stand in several groups. */
  readonly key: string;
  readonly site: Site;
  /** Where a counted packet goes on to. */
  readonly next: Site | undefined;
}

export const siteIcons = {
  reset: 'debug-disconnect',
  drop: 'circle-slash',
  verdict: 'law',
  count: 'graph',
  free: 'trash',
} as const;

/** More sites than this are shown file by file. */
const flatLimit = 60;

/** @param allOf the sites of a whole file, filtered or not */
export function groupRows({ group, root }: GroupRow, allOf: (file: string) => readonly Site[]): readonly Row[] {
  const rows = group.sites.map((site): SiteRow => {
    const { file, line } = site;
    return { kind: 'site', key: group.key, root, file, line, site, next: endOf(site, allOf(file)) };
  });
  const files = sitesByFile(group.sites);
  if (rows.length <= flatLimit || files.size === 1) return rows;
  return [...files.keys()].map((file) => ({
    kind: 'file',
    key: group.key,
    file,
    sites: rows.filter((row) => row.file === file),
  }));
}

export type GroupRow = Extract<Row, { readonly kind: 'group' }>;
type PathRow = Extract<Row, { readonly kind: 'path' }>;

/** Each path to a site: its entry, below it what must be so. */
export function pathRows({ root, file, site }: SiteRow, paths: readonly Path[]): readonly Row[] {
  const own = paths.filter((path) => path.site === site.id);
  return own.map((path) => ({
    kind: 'path',
    root,
    file,
    line: path.entry.line,
    path,
    isOnly: own.length === 1,
  }));
}

/** The conditions in source order; those that only had to be passed are folded away. */
export function guardRows({ root, file, path }: PathRow): readonly Row[] {
  const rowOf = (guard: Guard): Row => ({ kind: 'guard', root, file, line: guard.line, guard });
  const passed = path.guards.filter(({ early }) => early === true).map(rowOf);
  const needed = path.guards.filter(({ early }) => early !== true).map(rowOf);
  const conditions = (path.preprocessor ?? []).map((condition): Row => ({
    kind: 'condition',
    text: conditionText(path, condition, say),
  }));
  return [...needed, ...conditions, ...(passed.length === 0 ? [] : [{ kind: 'passed', rows: passed } as const])];
}

export function itemOf(row: Row): TreeItem {
  switch (row.kind) {
    case 'summary':
      return summaryItem(row.text, row.note, row.gaps.length > 0);
    case 'gap':
      return Object.assign(new TreeItem(row.text), {
        iconPath: warningIcon(),
        tooltip: row.text,
        ...(row.place === undefined ? {} : { command: goTo(row.place) }),
      });
    case 'group':
      return groupItem(row);
    case 'file':
      return fileItem(row.key, row.file, row.sites.length);
    case 'site':
      return siteItem(row);
    case 'path':
      return pathItem(row);
    case 'passed': {
      const count = row.rows.length;
      const text = count === 1 ? l10n.t('1 check passed before') : l10n.t('{0} checks passed before', count);
      return Object.assign(new TreeItem(text, TreeItemCollapsibleState.Collapsed), { iconPath: new ThemeIcon('fold') });
    }
    case 'guard':
      return guardItem(row);
    case 'condition':
      return Object.assign(new TreeItem(row.text), { iconPath: new ThemeIcon('gear') });
  }
}

function summaryItem(text: string, note: string, hasGaps: boolean): TreeItem {
  const item = new TreeItem(text, hasGaps ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None);
  item.id = 'summary';
  item.description = note;
  item.iconPath = hasGaps ? warningIcon() : new ThemeIcon('list-flat');
  item.tooltip = note === '' ? text : `${text}\n${note}`;
  item.accessibilityInformation = { label: note === '' ? text : `${text}, ${note}` };
  return item;
}

const warningIcon = (): ThemeIcon => new ThemeIcon('warning', new ThemeColor('list.warningForeground'));

function groupItem({ group: { key, label, file, sites }, isOpen }: GroupRow): TreeItem {
  const item = new TreeItem(label, isOpen ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed);
  // The editor keeps what is open by id: a short list starts anew.
  item.id = `group ${isOpen ? 'open ' : ''}${key}`;
  item.description = file === undefined ? grouped(sites.length) : `${sites.length}  ${baseName(file)}`;
  item.tooltip = [`${label}: ${siteCount(sites.length, say)}`, ...(file === undefined ? [] : [file])].join('\n');
  item.accessibilityInformation = { label: `${label}, ${siteCount(sites.length, say)}` };
  if (file !== undefined) item.iconPath = new ThemeIcon('symbol-method');
  if (key in siteIcons) item.iconPath = new ThemeIcon(siteIcons[key as Site['kind']]);
  return item;
}

function fileItem(key: string, file: string, count: number): TreeItem {
  const item = new TreeItem(baseName(file), TreeItemCollapsibleState.Collapsed);
  item.id = `file ${key} ${file}`;
  item.description = `${file.slice(0, file.lastIndexOf('/'))}  ${count}`;
  item.iconPath = ThemeIcon.File;
  item.tooltip = `${file}: ${siteCount(count, say)}`;
  item.accessibilityInformation = { label: `${file}, ${siteCount(count, say)}` };
  return item;
}

function siteItem(row: SiteRow): TreeItem {
  const { site, next, key } = row;
  const title = siteTitle(site, say, { reasons: 3, ...(next === undefined ? {} : { next }) });
  const item = new TreeItem(title, TreeItemCollapsibleState.Collapsed);
  item.id = `site ${key} ${site.file} ${site.id}`;
  // Then the row above says which file it is.
  const isUnderFunction = key === `${site.function} ${site.file}`;
  item.description = isUnderFunction ? `:${site.line}` : `${baseName(site.file)}:${site.line}  ${site.function}`;
  item.tooltip = [
    siteTitle(site, say, next === undefined ? {} : { next }),
    `${site.function}${site.label === undefined ? '' : `, ${site.label}:`}`,
    `${site.file}:${site.line}`,
  ].join('\n');
  item.iconPath = new ThemeIcon(siteIcons[site.kind]);
  item.contextValue = 'site';
  item.command = goTo(row);
  item.accessibilityInformation = {
    label: l10n.t('{0}, in {1}, {2} line {3}', title, site.function, site.file, site.line),
  };
  return item;
}

function pathItem(row: PathRow): TreeItem {
  const { path, line, file, isOnly } = row;
  const text = entryText(path, say);
  const open = isOnly ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
  const item = new TreeItem(text, guardRows(row).length === 0 ? TreeItemCollapsibleState.None : open);
  const reasons = pathReasons(path).join(', ');
  item.description = `:${line}${reasons === '' ? '' : `  ${reasons}`}`;
  item.tooltip = [text, reasons, `${file}:${line}`].filter((part) => part !== '').join('\n');
  item.iconPath = new ThemeIcon(path.entry.kind === 'goto' ? 'arrow-right' : 'arrow-down');
  item.command = goTo(row);
  item.accessibilityInformation = { label: l10n.t('way here: {0}, line {1} {2}', text, line, reasons) };
  return item;
}

function guardItem(row: Extract<Row, { readonly kind: 'guard' }>): TreeItem {
  const { guard, line, file } = row;
  const text = guardText(guard, say);
  const item = new TreeItem(text);
  item.description = `:${line}`;
  item.tooltip = `${text}\n${file}:${line}`;
  item.iconPath = new ThemeIcon(guard.holds ? 'check' : 'close');
  item.command = goTo(row);
  item.accessibilityInformation = { label: l10n.t('{0}, line {1}', text, line) };
  return item;
}

/** Only what the command needs, so that rows stay out of its arguments. */
function goTo({ root, file, line }: Target): NonNullable<TreeItem['command']> {
  return { title: l10n.t('Go to Line'), command: 'kernlens.goTo', arguments: [{ root, file, line }] };
}

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
