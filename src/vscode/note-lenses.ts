import { CodeLens, EventEmitter, Hover, l10n, languages, MarkdownString, Range, type TextDocument, Uri } from 'vscode';
import { confidenceText, placeText, severityText } from '../core/notes/note-text.ts';
import { noteLensTitle } from './note-rows.ts';
import type { NoteInTree, NoteStore } from './note-store.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';
import { settings } from './settings.ts';
import { cFiles } from './trees.ts';

/** A lens above each note's line, and what it says when the line is pointed at. Both are asked of the text as it is now. */
export function registerNoteLenses({ context, log }: Session, store: NoteStore): void {
  const changed = new EventEmitter<void>();
  const notesIn = async (document: TextDocument): Promise<readonly NoteInTree[]> => {
    const { version } = document;
    const notes = await store.inDocument(document).catch((error: unknown) => {
      log.error(String(error));
      return [];
    });
    // Lines of a text that is no longer shown would be wrong ones.
    return document.version === version ? notes : [];
  };
  const provideCodeLenses = async (document: TextDocument): Promise<CodeLens[]> => {
    if (!settings(document.uri).lenses) return [];
    return (await notesIn(document)).flatMap((found) => {
      const line = lineOf(found);
      const command = { title: noteLensTitle(found), command: 'kernlens.noteActions', arguments: [{ key: found.key }] };
      return line === undefined ? [] : [new CodeLens(new Range(line, 0, line, 0), command)];
    });
  };
  const provideHover = async (document: TextDocument, at: { readonly line: number }): Promise<Hover | undefined> => {
    const here = (await notesIn(document)).filter((found) => lineOf(found) === at.line);
    return here.length === 0 ? undefined : new Hover(here.map(hoverText), document.lineAt(at.line).range);
  };
  context.subscriptions.push(
    changed,
    store.onDidChange(() => changed.fire()),
    languages.registerCodeLensProvider(cFiles, { onDidChangeCodeLenses: changed.event, provideCodeLenses }),
    languages.registerHoverProvider(cFiles, { provideHover }),
  );
}

/** Counted from 0. */
const lineOf = ({ place }: NoteInTree): number | undefined =>
  place.confidence === 'lost' ? undefined : place.line - 1;

/** What notes say is drawn as text; only our own links can be clicked. */
function hoverText({ note, place, key }: NoteInTree): MarkdownString {
  const text = new MarkdownString('', true);
  text.appendMarkdown('$(note) **').appendText(note.title).appendMarkdown('**');
  text.appendText(` (${severityText(note.severity, say)})`);
  if (note.text !== undefined) text.appendMarkdown('\n\n').appendText(note.text);
  if (note.ticket !== undefined)
    text.appendMarkdown(`\n\n[${l10n.t('Ticket')}](${link('openNoteTicket', key)}) `).appendText(note.ticket);
  if (place.confidence !== 'same')
    text
      .appendMarkdown('\n\n$(warning) ')
      .appendText(`${confidenceText(place.confidence, say)}: ${placeText(place, note, say)}`);
  const actions = [
    ...(place.confidence === 'same' ? [] : [`[${l10n.t('Confirm Here')}](${link('confirmNote', key)})`]),
    `[${l10n.t('Edit')}](${link('editNote', key)})`,
    `[${l10n.t('Delete')}](${link('deleteNote', key)})`,
    `[${l10n.t('Promote to an Incident')}](${link('promoteNote', key)})`,
  ];
  text.appendMarkdown(`\n\n${actions.join(' · ')}`);
  text.isTrusted = { enabledCommands: linked.map((name) => `kernlens.${name}`) };
  return text;
}

const linked = ['openNoteTicket', 'confirmNote', 'editNote', 'deleteNote', 'promoteNote'] as const;

function link(command: (typeof linked)[number], key: string): string {
  return Uri.from({ scheme: 'command', path: `kernlens.${command}`, query: JSON.stringify([{ key }]) }).toString();
}
