/** Chains of calls in words: where they begin, and how each call comes about. */
import type { CallSite, Chain, Coverage, Registration } from '../callers/call-model.ts';
import type { Mark } from './path-text.ts';
import { english, type Say } from './say.ts';

const plain: Mark = (text) => text;

/** `system call sendto`, `process_backlog, registered as sd->backlog.poll`. */
export function entryText({ entry }: Chain, say: Say = english, mark: Mark = plain): string {
  const name = mark(entry.function);
  switch (entry.kind) {
    case 'syscall':
      return say('system call {0}', name);
    case 'registered':
      return say('{0}, registered as {1}', name, registrationsText(entry.registrations, mark));
    case 'unknown':
      return say('{0}, which nothing calls in what was read', name);
    case 'depth':
      return say('{0}, whose own callers were not asked for', name);
  }
}

function registrationsText(registrations: readonly Registration[], mark: Mark): string {
  return [...new Set(registrations.map(({ as }) => mark(as)))].slice(0, 3).join(', ');
}

/** How the call is made where it is not made by name: `through NF_HOOK`, `through dst->input, one of 12`. */
export function throughText({ kind, via, candidates = [] }: CallSite, say: Say = english, mark: Mark = plain): string {
  if (via === undefined) return kind === 'macro' ? say('in a macro') : '';
  if (kind !== 'field') return say('through {0}', mark(via));
  return candidates.length > 1
    ? say('through {0}, one of {1} functions it may hold', mark(via), candidates.length)
    : say('through {0}', mark(via));
}

/** What the answer rests on: whoever calls from elsewhere is not among the callers. */
export function coverageText({ folders, files }: Coverage, say: Say = english): string {
  return say('Read: {0} ({1} files). Callers elsewhere in the tree are not known.', folders.join(', '), files);
}
