import type { FactsOfFile, FactsSource } from '../incidents/facts-source.ts';
import type { FunctionFacts } from '../syntax/facts.ts';
import { findStatement, isTelling, type FoundStatement } from './find-statement.ts';
import type { NoteAnchor, NotePlace } from './note.ts';
import { linesOutside, unitsOf } from './units.ts';

/** Where else a function may be: the files that define one of that name. */
export type DefinedIn = (name: string) => Promise<readonly string[]>;

/**
 * Finds a note's statement in a tree: in its function, in a function of that name in another file, or in one that was
 * renamed where the statement and what surrounds it tell. A note is rather lost than put on a line that only looks right.
 */
export async function findNote(anchor: NoteAnchor, source: FactsSource, definedIn: DefinedIn): Promise<NotePlace> {
  const here = await source.facts(anchor.file);
  if (here === 'unreadable') return lost('unreadable');
  if (anchor.function === undefined)
    return here === undefined
      ? lost('no-file')
      : placeOf(findStatement(anchor, linesOutside(here.facts, here.text)), anchor);
  const own = here === undefined ? [] : named(here, anchor.function);
  if (here !== undefined && own.length > 0) return inFunctions(anchor, anchor.file, here, own, false);
  const elsewhere = await inOtherFile(anchor, source, definedIn);
  if (elsewhere !== undefined) return elsewhere;
  return here === undefined ? lost('no-file') : inRenamed(anchor, here);
}

const lost = (why: (NotePlace & { readonly confidence: 'lost' })['why']): NotePlace => ({ confidence: 'lost', why });

const named = ({ facts }: FactsOfFile, name: string): readonly FunctionFacts[] =>
  facts.functions.filter((fn) => fn.name === name);

/** #if may define a function twice: exactly one of them has to have the statement. */
function inFunctions(
  anchor: NoteAnchor,
  file: string,
  { text }: FactsOfFile,
  functions: readonly FunctionFacts[],
  moved: boolean,
): NotePlace {
  const found = functions.map((fn) => placeOf(findStatement(anchor, unitsOf(fn, text)), { file, function: fn.name }));
  const places = found.filter((place) => place.confidence !== 'lost');
  const [first] = places;
  if (first === undefined) return found[0] ?? lost('no-function');
  if (places.length > 1) return lost('ambiguous');
  return moved && first.confidence === 'same' ? { ...first, confidence: 'moved' } : first;
}

async function inOtherFile(
  anchor: NoteAnchor,
  source: FactsSource,
  definedIn: DefinedIn,
): Promise<NotePlace | undefined> {
  const name = anchor.function ?? '';
  const files = (await definedIn(name)).filter((file) => file !== anchor.file);
  const places: NotePlace[] = [];
  for (const file of files) {
    const there = await source.facts(file);
    if (there === undefined || there === 'unreadable') continue;
    const place = inFunctions(anchor, file, there, named(there, name), true);
    if (place.confidence === 'moved') places.push(place);
  }
  const [first] = places;
  return places.length > 1 ? lost('ambiguous') : first;
}

/** How much of the surroundings must be there before another function is taken for the one that is gone. */
const leastOfRenamed = 0.7;

function inRenamed(anchor: NoteAnchor, { text, facts }: FactsOfFile): NotePlace {
  const places = facts.functions.flatMap((fn): readonly NotePlace[] => {
    const found = findStatement(anchor, unitsOf(fn, text));
    const surely =
      typeof found === 'object' &&
      found.confidence === 'same' &&
      found.context >= (isTelling(anchor) ? leastOfRenamed : 0.85);
    return surely ? [placeOf(found, { file: anchor.file, function: fn.name })] : [];
  });
  const [first] = places;
  if (first === undefined) return lost('no-function');
  return places.length > 1 || first.confidence === 'lost' ? lost('ambiguous') : { ...first, confidence: 'moved' };
}

function placeOf(
  found: FoundStatement,
  { file, function: name }: { readonly file: string; readonly function?: string },
): NotePlace {
  if (typeof found === 'string') return lost(found);
  const { unit, confidence } = found;
  return { confidence, file, ...(name === undefined ? {} : { function: name }), line: unit.line };
}
