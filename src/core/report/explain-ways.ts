/** The paths that lead to a place, for people: each entry with what must be true on it. */
import type { Ways } from '../engine.ts';
import type { Guard, Path } from '../model.ts';
import { code, type Item, type Section } from './explanation.ts';
import { conditionText, entryText, guardText, pathReasons } from './path-text.ts';
import type { Say } from './say.ts';

export function waysSection(ways: Ways, say: Say): Section {
  const { file } = ways.subject;
  const items = [
    ...ways.paths.map((path) => pathItem(path, file, say)),
    ...ways.callers.map((caller) => ({
      text: say('called by {0}', code(caller.function)),
      place: { file, line: caller.line },
      items: guardItems(caller.guards, file, say),
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
    text: `${entryText(path, say, code)}${reasonText(path, say)}`,
    place: { file, line: path.entry.line },
    items: [
      ...guardItems(path.guards, file, say),
      ...(path.preprocessor ?? []).map((condition) => ({ text: conditionText(path, condition, say, code) })),
    ],
  };
}

function reasonText(path: Path, say: Say): string {
  const reasons = pathReasons(path).map(code);
  if (reasons.length === 0) return '';
  return path.reason === undefined
    ? say(', with one of {0}', reasons.join(', '))
    : say(', with {0}', reasons.join(', '));
}

/** What must be true, and folded the checks that would have left the function on the way. */
function guardItems(guards: readonly Guard[], file: string, say: Say): Item[] {
  const passed = guards.filter(({ early }) => early === true).map((guard) => guardItem(guard, file, say));
  const needed = guards.filter(({ early }) => early !== true).map((guard) => guardItem(guard, file, say));
  if (passed.length === 0) return needed;
  const text = passed.length === 1 ? say('1 check passed before') : say('{0} checks passed before', passed.length);
  return [...needed, { text, items: passed, folded: true }];
}

function guardItem(guard: Guard, file: string, say: Say): Item {
  return { text: guardText(guard, say, code), place: { file, line: guard.line } };
}
