import type { Guard, Path } from '../model.ts';
import { english, type Say } from './say.ts';
import { shortReason } from './site-text.ts';

/** Marks source text: backticks for documents, nothing for rows of a list. */
export type Mark = (text: string) => string;

const plain: Mark = (text) => text;

/** How control comes to a site: `goto no_tcp_socket;`, or in words where nothing jumps. */
export function entryText({ entry }: Path, say: Say = english, mark: Mark = plain): string {
  switch (entry.kind) {
    case 'goto':
      return entry.text === undefined ? say('by goto') : mark(entry.text);
    case 'fallthrough':
      return say('by falling through from above');
    case 'straight':
      return say('straight down the function');
  }
}

/** What must be so: `!sk is true`, `not case TCP_TW_RST`. */
export function guardText({ text, holds }: Guard, say: Say = english, mark: Mark = plain): string {
  if (text.startsWith('case ') || text === 'default') return holds ? mark(text) : say('not {0}', mark(text));
  return holds ? say('{0} is true', mark(text)) : say('{0} is false', mark(text));
}

/** The reasons that can be in force on a path, without their prefix. */
export function pathReasons({ reason, reasons = [] }: Path): readonly string[] {
  return (reason === undefined ? reasons : [reason]).map(shortReason);
}
