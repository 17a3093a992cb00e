import path from 'node:path';
import { commands, l10n, type TreeView } from 'vscode';
import { fileCount, grouped, sitesInFiles } from '../core/report/count-text.ts';
import { listedText } from './listed-folders.ts';
import { say } from './say.ts';
import type { Shown } from './shown-sites.ts';
import type { Row } from './site-rows.ts';

/** The words around the list, and what the buttons and the empty list's text depend on. */
export function describePaths(view: TreeView<Row>, shown: Shown): void {
  const { scope, filter } = shown;
  const place =
    scope.of === 'file'
      ? path.posix.basename(scope.report?.file ?? '')
      : scope.of === 'tree'
        ? l10n.t('{0} of {1}', listedText(), path.basename(scope.root))
        : '';
  const isEmpty = emptiness(shown) !== '';
  // The editor shows a message or the text of an empty view, never both.
  view.description = isEmpty && shown.filter.text !== '' ? `${place}, ${filterText(shown)}` : place;
  const message = isEmpty ? '' : [filterText(shown), readingText(shown)].filter((text) => text !== '').join('\n');
  (view as { message?: string | undefined }).message = message || undefined;
  const set = (key: string, value: unknown): void =>
    void commands.executeCommand('setContext', `kernlens.paths.${key}`, value);
  set('scope', scope.of);
  set('reading', shown.isReading());
  set('filtered', filter.text !== '');
  set('grouping', shown.grouping);
  set('empty', emptiness(shown));
}

function filterText(shown: Shown): string {
  const { text, name } = shown.filter;
  if (name !== undefined) return `${name}: ${sitesInFiles(shown.sites.length, shown.fileCount, say)}`;
  return text === '' ? '' : l10n.t('Filter: {0}', text);
}

function readingText(shown: Shown): string {
  const { scope } = shown;
  const listing = scope.of === 'tree' ? shown.listings.get(scope.root) : undefined;
  if (listing === undefined || listing.state === 'complete') return '';
  const { reports, total, state } = listing;
  if (total === undefined)
    return state === 'reading'
      ? l10n.t('Looking for the files of {0}', listedText())
      : l10n.t('Stopped: the list is not whole.');
  const read = grouped(reports.size);
  return state === 'reading'
    ? l10n.t('Reading {0}: {1} of {2}', listedText(), read, fileCount(total, say))
    : l10n.t('Stopped after {0} of {1}: the list is not whole.', read, fileCount(total, say));
}

/** Why nothing is listed; each has a text of its own in package.json. */
function emptiness(shown: Shown): string {
  if (shown.scope.of === 'nothing') return 'no-file';
  if (shown.sites.length > 0 || shown.gaps().length > 0 || shown.isReading()) return '';
  return shown.filter.text === '' ? 'no-site' : 'no-match';
}
