import type { Anchor } from './pack.ts';
import type { FactsSource } from './facts-source.ts';
import { matchShape, type ShapeMatch } from './match-anchor.ts';

/** A place where an anchor holds. */
export interface AnchorMatch extends ShapeMatch {
  readonly file: string;
  readonly function: string;
}

/** A function that could not be read whole, so that what was not found in it may still be there. */
export interface Doubt {
  readonly file: string;
  /** All names looked for, where the file itself could not be read. */
  readonly function: string;
  /** Where the function stands, from 1; 1 where the file could not be read. */
  readonly line: number;
}

/** What a tree says of an anchor. Without a match and with a doubt nothing is known. */
export interface AnchorFinding {
  readonly anchor: Anchor;
  readonly matches: readonly AnchorMatch[];
  /** Empty where there is a match. */
  readonly doubts: readonly Doubt[];
}

/** Looks for the anchor in every file and function it names: files in the pack's order, then source order. */
export async function findAnchor(anchor: Anchor, source: FactsSource): Promise<AnchorFinding> {
  const matches: AnchorMatch[] = [];
  const doubts: Doubt[] = [];
  for (const file of await filesOf(anchor, source)) {
    const read = await source.facts(file);
    if (read === 'unreadable') doubts.push({ file, function: anchor.functions.join(', '), line: 1 });
    if (read === undefined || read === 'unreadable') continue;
    for (const facts of read.facts.functions) {
      if (!anchor.functions.includes(facts.name)) continue;
      const found = matchShape(anchor.find, facts, read.text);
      matches.push(...found.map((match) => ({ ...match, file, function: facts.name })));
      if (found.length === 0 && !facts.clean) doubts.push({ file, function: facts.name, line: facts.place.line });
    }
  }
  return { anchor, matches, doubts: matches.length > 0 ? [] : doubts };
}

async function filesOf(anchor: Anchor, source: FactsSource): Promise<readonly string[]> {
  const lists = await Promise.all(
    anchor.files.map(async (glob) => (isPlain(glob) ? [glob] : await source.files(glob))),
  );
  return [...new Set(lists.flat())];
}

const isPlain = (glob: string): boolean => !/[*?]/.test(glob);
