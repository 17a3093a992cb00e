import { code } from '../report/explanation.ts';
import type { NamedTree } from '../report/incidents-markdown.ts';
import { english, type Say } from '../report/say.ts';
import { type FoundNote, inOrder } from './found-note.ts';
import { confidenceText, lastPlace, placeText, severityText } from './note-text.ts';
import type { Note, NotePlace } from './note.ts';

/** Notes with their places as one JSON value, for other programs. */
export function notesJson(found: readonly FoundNote[]): string {
  return `${JSON.stringify(
    inOrder(found).map(({ note, place, from }) => ({ ...note, place, ...(from === undefined ? {} : { from }) })),
    null,
    2,
  )}\n`;
}

/** Notes as Markdown: by file, each with how surely it stands there; the lost ones at the end with their last place. */
export function notesMarkdown(found: readonly FoundNote[], tree: NamedTree, say: Say = english): string {
  const { placed, lost } = apart(found);
  const files = [...new Set(placed.map(({ place }) => place.file))];
  return [
    `# ${plain(say('Notes on {0}', `${tree.name} (${tree.release})`))}`,
    ...files.flatMap((file) => [
      `## ${code(file)}`,
      ...placed.filter(({ place }) => place.file === file).map(({ note, place }) => placedText(note, place, say)),
    ]),
    ...(lost.length === 0 ? [] : [`## ${say('Lost')}`, ...lost.map(({ note, place }) => lostText(note, place, say))]),
  ].join('\n\n');
}

function placedText(note: Note, place: Placed, say: Say): string {
  const { line, function: name } = place;
  const at = `${say('line {0}', line)}${name === undefined ? '' : ` · ${code(name)}`}`;
  const how =
    place.confidence === 'same'
      ? ''
      : `**${confidenceText(place.confidence, say)}:** ${plain(placeText(place, note, say))}`;
  return [`### ${plain(note.title)}`, `${severityText(note.severity, say)} · ${at}`, how, bodyOf(note, say)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function lostText(note: Note, place: NotePlace, say: Say): string {
  return [
    `### ${plain(note.title)}`,
    `${severityText(note.severity, say)} · ${say('last seen at {0}', code(lastPlace(note)))}`,
    plain(placeText(place, note, say)),
    bodyOf(note, say),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const bodyOf = ({ text = '', ticket }: Note, say: Say): string =>
  [plain(text), ticket === undefined ? '' : say('Ticket: {0}', `<${address(ticket)}>`)]
    .filter((part) => part !== '')
    .join('\n\n');

/**
 * Notes as a tour for the CodeTour extension: a step for each that has a line. The lost ones are told in the tour's
 * description. A step's description is Markdown, in which CodeTour would also take `>> ` for a command.
 */
export function notesTour(found: readonly FoundNote[], title: string, say: Say = english): string {
  const { placed, lost } = apart(found);
  const lostOnes = lost.map(({ note, place }) => `${note.title} (${lastPlace(note)}): ${placeText(place, note, say)}`);
  const tour = {
    $schema: 'https://aka.ms/codetour-schema',
    title,
    ...(lost.length === 0 ? {} : { description: [say('Lost notes, without a step:'), ...lostOnes].join('\n') }),
    steps: placed.map(({ note, place }) => ({
      title: note.title,
      file: place.file,
      line: place.line,
      description: [
        `**${plain(note.title)}** (${severityText(note.severity, say)})`,
        place.confidence === 'same' ? '' : plain(placeText(place, note, say)),
        bodyOf(note, say),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    })),
  };
  return `${JSON.stringify(tour, null, 2)}\n`;
}

type Placed = Exclude<NotePlace, { readonly confidence: 'lost' }>;

function apart(found: readonly FoundNote[]): {
  readonly placed: readonly { readonly note: Note; readonly place: Placed }[];
  readonly lost: readonly FoundNote[];
} {
  const sorted = inOrder(found);
  return {
    placed: sorted.flatMap(({ note, place }) => (place.confidence === 'lost' ? [] : [{ note, place }])),
    lost: sorted.filter(({ place }) => place.confidence === 'lost'),
  };
}

/** Text in Markdown that stays what it is: no link, no code, no heading, no command. */
function plain(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>#|!~&$]/g, '\\$&')
    .replace(/^(\s*)([-+=])/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/gm, '$1\\$2')
    .replace(/\r?\n/g, '  \n');
}

/** Between angle brackets. */
const address = (url: string): string => url.replace(/[<>\s]/g, encodeURIComponent);
