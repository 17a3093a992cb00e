import path from 'node:path';
import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { inOrder } from '../core/notes/found-note.ts';
import { confidenceText, lastPlace, placeText, severityText } from '../core/notes/note-text.ts';
import type { NotePlace, Severity } from '../core/notes/note.ts';
import type { NoteInTree } from './note-store.ts';
import { say } from './say.ts';

/** The rows of the Notes view. */
export type NoteRow =
  | { readonly kind: 'file'; readonly file: string; readonly notes: readonly NoteInTree[] }
  | { readonly kind: 'lost'; readonly notes: readonly NoteInTree[] }
  | { readonly kind: 'note'; readonly found: NoteInTree };

/** Notes by the file they are in, and those that are lost in a group of their own at the end. */
export function noteGroups(notes: readonly NoteInTree[]): readonly NoteRow[] {
  const sorted = inOrder(notes);
  const lost = sorted.filter(({ place }) => place.confidence === 'lost');
  const placed = sorted.filter(({ place }) => place.confidence !== 'lost');
  const files = [...new Set(placed.map(fileOf))];
  const groups: readonly NoteRow[] = files.map((file) => ({
    kind: 'file',
    file,
    notes: placed.filter((each) => fileOf(each) === file),
  }));
  return lost.length === 0 ? groups : [...groups, { kind: 'lost', notes: lost }];
}

const fileOf = ({ note, place }: NoteInTree): string => (place.confidence === 'lost' ? note.anchor.file : place.file);

export function noteChildren(row: NoteRow): readonly NoteRow[] {
  return row.kind === 'note' ? [] : row.notes.map((found) => ({ kind: 'note', found }));
}

export function noteItem(row: NoteRow): TreeItem {
  switch (row.kind) {
    case 'file':
      return Object.assign(new TreeItem(path.posix.basename(row.file), TreeItemCollapsibleState.Expanded), {
        id: `file ${row.file}`,
        description: path.posix.dirname(row.file),
        iconPath: new ThemeIcon('file-code'),
        tooltip: row.file,
        accessibilityInformation: { label: l10n.t('{0}, {1} notes', row.file, row.notes.length) },
      });
    case 'lost':
      return Object.assign(new TreeItem(l10n.t('Lost'), TreeItemCollapsibleState.Expanded), {
        id: 'lost',
        description: String(row.notes.length),
        iconPath: new ThemeIcon('question', new ThemeColor('list.warningForeground')),
        tooltip: l10n.t('Their statements were not found for certain, so they stand at no line.'),
        accessibilityInformation: { label: l10n.t('Lost, {0} notes', row.notes.length) },
      });
    case 'note':
      return itemOf(row.found);
  }
}

function itemOf({ note, place, root, key, file }: NoteInTree): TreeItem {
  const word = confidenceText(place.confidence, say);
  const severity = severityText(note.severity, say);
  const why = placeText(place, note, say);
  const isLost = place.confidence === 'lost';
  const at = isLost ? l10n.t('last seen at {0}', lastPlace(note)) : `${place.function ?? ''}:${place.line}`;
  return Object.assign(new TreeItem(note.title), {
    id: `note ${key}`,
    description: isLost ? `${at} · ${why}` : `${at} · ${severity}${place.confidence === 'same' ? '' : ` · ${word}`}`,
    iconPath: noteIcon(place.confidence, note.severity),
    contextValue: isLost ? 'lostNote' : place.confidence === 'same' ? 'note' : 'doubtfulNote',
    tooltip: [`${note.title} (${severity})`, note.text ?? '', note.ticket ?? '', `${word}: ${why}`, keptIn(file)]
      .filter((part) => part !== '')
      .join('\n\n'),
    command: isLost
      ? { title: l10n.t('What to Do'), command: 'kernlens.noteActions', arguments: [{ key }] }
      : {
          title: l10n.t('Go to Line'),
          command: 'kernlens.goTo',
          arguments: [{ root, file: place.file, line: place.line }],
        },
    accessibilityInformation: { label: l10n.t('{0}, {1}, {2}, {3}: {4}', note.title, severity, at, word, why) },
  });
}

const keptIn = ({ folder }: NoteInTree['file']): string =>
  folder === undefined
    ? l10n.t('Kept in your own notes.')
    : l10n.t('Kept in .kernlens/notes.yaml of {0}.', folder.path);

const icons: Readonly<Record<NotePlace['confidence'], string>> = {
  same: 'note',
  moved: 'arrow-swap',
  changed: 'edit',
  lost: 'question',
};

const colours: Readonly<Record<Severity, string | undefined>> = {
  info: undefined,
  warning: 'list.warningForeground',
  critical: 'list.errorForeground',
};

function noteIcon(confidence: NotePlace['confidence'], severity: Severity): ThemeIcon {
  const colour = colours[severity];
  return new ThemeIcon(icons[confidence], colour === undefined ? undefined : new ThemeColor(colour));
}

/** As it stands in a lens: `$(edit) Title (changed)`. */
export function noteLensTitle({ note, place }: NoteInTree): string {
  const word = place.confidence === 'same' ? '' : ` (${confidenceText(place.confidence, say)})`;
  // A title is no place for icons: `$(` would be one.
  return `$(${icons[place.confidence]})\u00a0${note.title.replaceAll('$(', '$ (')}${word}`;
}
