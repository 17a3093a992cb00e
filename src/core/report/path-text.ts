import type { Guard, Path } from '../model.ts';
import { english, type Say } from './say.ts';
import { shortReason } from './site-text.ts';

/** Marks source text: backticks for documents, nothing for rows of a list. */
export type Mark = (text: string) => string;

const plain: Mark = (text) => text;

/** How control comes to a site: `goto no_tcp_socket;`, or in words where nothing jumps; whether the packet may have been used by then. */
export function entryText({ entry, used }: Path, say: Say = english, mark: Mark = plain): string {
  const text = cameText(entry, say, mark);
  return used === true ? say('{0} (the packet was used)', text) : text;
}

function cameText(entry: Path['entry'], say: Say, mark: Mark): string {
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

/** Under which #if a path is built: `built only with CONFIG_TCP_MD5SIG`, and what the tree's .config makes of it. */
export function conditionText(path: Path, condition: string, say: Say = english, mark: Mark = plain): string {
  const text = say('built only with {0}', mark(condition));
  const holds = path.configured?.[condition];
  if (holds === undefined) return text;
  return holds ? say('{0}: it is, by the .config', text) : say('{0}: it is not, by the .config', text);
}

/** The reasons that can be in force on a path, without their prefix. */
export function pathReasons({ reason, reasons = [] }: Path): readonly string[] {
  return (reason === undefined ? reasons : [reason]).map(shortReason);
}
