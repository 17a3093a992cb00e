/** The paths that lead to a place, for people: each entry with what must be true on it. */
import type { Ways } from '../engine.ts';
import type { Guard, Path } from '../model.ts';
import { code, type Item, type Section } from './explanation.ts';
import { shortReason } from './site-text.ts';
import type { Say } from './say.ts';

export function waysSection(ways: Ways, say: Say): Section {
  const { file } = ways.subject;
  const items = [
    ...ways.paths.map((path) => pathItem(path, file, say)),
    ...ways.callers.map((caller) => ({
      text: say('called by {0}', code(caller.function)),
      place: { file, line: caller.line },
      items: caller.guards.map((guard) => guardItem(guard, file, say)),
    })),
  ];
  return {
    id: 'ways',
    heading: say('What leads here'),
    items: items.length > 0 ? items : [{ text: say('Nothing in this file leads here.') }],
  };
}

function pathItem(path: Path, file: string, say: Say): Item {
  return {
    text: `${entryText(path, say)}${reasonText(path, say)}`,
    place: { file, line: path.entry.line },
    items: [
      ...path.guards.map((guard) => guardItem(guard, file, say)),
      ...(path.preprocessor ?? []).map((condition) => ({ text: say('built only with {0}', code(condition)) })),
    ],
  };
}

function reasonText({ reason, reasons = [] }: Path, say: Say): string {
  if (reason !== undefined) return say(', with {0}', code(shortReason(reason)));
  return reasons.length === 0
    ? ''
    : say(', with one of {0}', reasons.map((each) => code(shortReason(each))).join(', '));
}

function entryText({ entry }: Path, say: Say): string {
  switch (entry.kind) {
    case 'goto':
      return entry.text === undefined ? say('by goto') : code(entry.text);
    case 'fallthrough':
      return say('by falling through from above');
    case 'straight':
      return say('straight down the function');
  }
}

function guardItem(guard: Guard, file: string, say: Say): Item {
  const place = { file, line: guard.line };
  const text = code(guard.text);
  if (guard.text.startsWith('case ') || guard.text === 'default')
    return { text: guard.holds ? text : say('not {0}', text), place };
  if (guard.early === true)
    return {
      text: guard.holds
        ? say('{0} is true, or it had left earlier', text)
        : say('{0} is false, or it had left earlier', text),
      place,
    };
  return { text: guard.holds ? say('{0} is true', text) : say('{0} is false', text), place };
}
