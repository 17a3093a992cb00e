import { english, type Say } from '../report/say.ts';
import type { LostReason, Note, NotePlace, Severity } from './note.ts';

/** How surely a note stands where it stands, as a word. */
export function confidenceText(confidence: NotePlace['confidence'], say: Say = english): string {
  switch (confidence) {
    case 'same':
      return say('same');
    case 'moved':
      return say('moved');
    case 'changed':
      return say('changed');
    case 'lost':
      return say('lost');
  }
}

/** What that means, as one sentence. */
export function placeText(place: NotePlace, { anchor }: Note, say: Say = english): string {
  switch (place.confidence) {
    case 'same':
      return say('The statement stands unchanged in its function.');
    case 'moved':
      return place.file === anchor.file
        ? say(
            'The statement stands unchanged in {0}; the note was written in {1}.',
            place.function ?? '',
            where(anchor),
          )
        : say('The statement stands unchanged in {0}; the note was written in {1}.', place.file, anchor.file);
    case 'changed':
      return say('The statement was changed: it was {0}', anchor.statement);
    case 'lost':
      return lostText(place.why, anchor, say);
  }
}

const where = ({ function: name, file }: Note['anchor']): string => name ?? file;

function lostText(why: LostReason, anchor: Note['anchor'], say: Say): string {
  switch (why) {
    case 'no-file':
      return say('This tree has no {0}, and no other file has the function.', anchor.file);
    case 'no-function':
      return say('{0} has no function {1}, and none that looks like it.', anchor.file, anchor.function ?? '');
    case 'no-statement':
      return say('{0} has no such statement any more: {1}', where(anchor), anchor.statement);
    case 'ambiguous':
      return say('Several places of {0} fit equally well: {1}', where(anchor), anchor.statement);
    case 'unreadable':
      return say('{0} could not be read.', anchor.file);
  }
}

/** `net/ipv4/tcp_ipv4.c:2057 tcp_v4_rcv, 6.1.192`: where the note was last seen. */
export function lastPlace({ anchor }: Note): string {
  const { file, function: name, seen } = anchor;
  return [`${file}:${seen.line}${name === undefined ? '' : ` ${name}`}`, seen.release ?? ''].filter(Boolean).join(', ');
}

export function severityText(severity: Severity, say: Say = english): string {
  switch (severity) {
    case 'info':
      return say('info');
    case 'warning':
      return say('warning');
    case 'critical':
      return say('critical');
  }
}
