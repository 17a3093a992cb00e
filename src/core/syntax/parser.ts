/** C source in, facts out: the only door to the parser. */
import { LineIndex, type Span } from '../base/position.ts';
import type { Conditional, FileFacts } from './facts.ts';
import { type ReadFunction, readFunction } from './function-facts.ts';
import { inExtent } from './in-extent.ts';
import type { Only } from './normalise/items.ts';
import { normalise, type Normalised } from './normalise/normalise.ts';
import type { KnownStretches } from './known-stretches.ts';
import { createScene } from './scene.ts';
import { type Stretch, stretchesOf, type Words } from './stretches.ts';
import { createTreeParser, type ParserBytes, type TreeParser } from './tree-parser.ts';

export interface KernelParser {
  /**
   * The facts of a file's text. Never throws, whatever the text. Functions the grammar could not read whole, and
   * those that ran out of steps or were not reached before `isStopped`, are listed in `unparsed`.
   */
  facts(text: string, options?: FactsOptions): FileFacts;
  /** False once the parser has died of a text; it then calls every function unparsed and has to be started anew. */
  isAlive(): boolean;
  /** Gives the parser's memory back; it can't be used afterwards. */
  delete(): void;
}

export interface FactsOptions {
  /** Only functions with one of these words in the body are read; a stretch of the file without any isn't looked at. */
  readonly words?: Words | undefined;
  /**
   * Which functions to read, by name and the text of the body as written; the others are left out. With `words` those
   * are read besides, as far as one of the words stands in their heads. Default: all.
   */
  readonly only?: Only | undefined;
  /**
   * What else is to be read, now that this much is known; asked again until there is nothing more. With `words` it is
   * asked without a name too, of the text of several functions with their heads.
   */
  readonly further?: ((facts: FileFacts) => Only | undefined) | undefined;
  /**
   * What was read of this file's stretches before; what is read now is added. All functions of a stretch that holds
   * anything wanted are read then, and `isSet` and `isStopped` are not asked.
   */
  readonly known?: KnownStretches | undefined;
  /** Whether a condition of an #if is known to hold: `CONFIG_IPV6`. Undefined where it isn't known. */
  readonly isSet?: (condition: string) => boolean | undefined;
  /** Asked between functions and now and then inside one; true ends the work early. Don't keep facts cut short. */
  readonly isStopped?: () => boolean;
}

/**
 * Starts the parser. Rejects with a sentence where runtime and grammar don't fit together.
 *
 * @param bytes the contents of web-tree-sitter.wasm and tree-sitter-c.wasm
 */
export async function createKernelParser(bytes: ParserBytes): Promise<KernelParser> {
  const parser = await createTreeParser(bytes);
  return {
    facts: (text, options = {}) => {
      const { known } = options;
      return known === undefined ? readFacts(parser, text, options) : readAgain(parser, text, { ...options, known });
    },
    isAlive: () => parser.isAlive(),
    delete: () => parser.delete(),
  };
}

function readFacts(parser: TreeParser, text: string, options: FactsOptions): FileFacts {
  const { isSet, words, further, isStopped = () => false } = options;
  let waiting = words === undefined ? [] : stretchesOf(text, words);
  const within = words === undefined ? undefined : waiting.filter((stretch) => stretch.words.length > 0);
  let facts: FileFacts = { functions: [], conditionals: [], unparsed: [] };
  if (within?.length === 0) return facts;
  waiting = waiting.filter((stretch) => stretch.words.length === 0);
  const lines = new LineIndex(text);
  const parts: Normalised[] = [];
  const read = (normalised: Normalised): void => {
    const scene = createScene(text, lines, normalised, 0);
    const file = { text, lines, scene, parser, isSet, isStopped };
    const found = normalised.functions.filter(({ isSkipped }) => !isSkipped).map((each) => readFunction(file, each));
    facts = withMore(facts, found);
  };
  const begin = (only: Only | undefined, stretches: readonly Span[] | undefined): void => {
    const part = normalise(text, { isSet, lines, only, within: stretches });
    parts.push(part);
    facts = { ...facts, conditionals: inOrder([...facts.conditionals, ...part.conditionals]) };
    read(part);
  };
  begin(
    within === undefined
      ? options.only
      : holdsOneOf(
          within.flatMap((stretch) => stretch.words),
          options.only,
        ),
    within,
  );
  for (let more = further?.(facts); more !== undefined; more = further?.(facts)) {
    const wanted = more;
    for (const part of parts) read(part.further(wanted));
    const fresh = waiting.filter((stretch) => wanted('', text.slice(stretch.start, stretch.end), stretch));
    if (fresh.length === 0) continue;
    waiting = waiting.filter((stretch) => !fresh.includes(stretch));
    begin(wanted, fresh);
  }
  return facts;
}

/** Stretch by stretch, each only where it isn't known. */
function readAgain(
  parser: TreeParser,
  text: string,
  { words, only, further, known }: FactsOptions & { readonly known: KnownStretches },
): FileFacts {
  const lines = new LineIndex(text);
  const whole = stretchesOf(text, words ?? noWords);
  let waiting: readonly Stretch[] = whole;
  let facts: FileFacts = { functions: [], conditionals: [], unparsed: [] };
  const take = (isWanted: (stretch: Stretch) => boolean): void => {
    const found = waiting.filter(isWanted).map((stretch) => known.read(parser, text, stretch, lines));
    waiting = waiting.filter((stretch) => !isWanted(stretch));
    const conditionals = found.flatMap((each) => each.conditionals);
    facts = withMore(
      { ...facts, conditionals: inOrder([...facts.conditionals, ...conditionals]) },
      found.flatMap((each) => each.functions),
    );
  };
  const holds = (stretch: Stretch, wanted: Only): boolean =>
    wanted('', text.slice(stretch.start, stretch.end), stretch);
  take((stretch) => (words === undefined ? only === undefined || holds(stretch, only) : stretch.words.length > 0));
  for (let more = further?.(facts); more !== undefined; more = further?.(facts)) {
    const wanted = more;
    take((stretch) => holds(stretch, wanted));
  }
  known.keep(whole.length + stretchesOfOldTexts);
  return facts;
}

const noWords: Words = { called: () => false, capital: () => false, others: () => [] };
/** Of what was typed a moment ago. */
const stretchesOfOldTexts = 64;

/** @param words where the words stand that make a function wanted, in ascending order */
function holdsOneOf(words: readonly number[], besides: Only = () => false): Only {
  return (name, body, at) => inExtent(words, (word) => word, at).length > 0 || besides(name, body, at);
}

function inOrder(conditionals: readonly Conditional[]): readonly Conditional[] {
  return conditionals.toSorted((a, b) => (a.branches[0]?.line ?? 0) - (b.branches[0]?.line ?? 0));
}

/** In the order of the file. */
function withMore(facts: FileFacts, found: readonly ReadFunction[]): FileFacts {
  if (found.length === 0) return facts;
  const functions = [...facts.functions, ...found.map((each) => each.facts)];
  const unparsed = found.flatMap(({ facts: { name, place }, faultLine }) =>
    faultLine === undefined ? [] : [{ name, line: place.line, faultLine }],
  );
  return {
    functions: functions.sort((a, b) => a.extent.start - b.extent.start),
    conditionals: facts.conditionals,
    unparsed: [...facts.unparsed, ...unparsed].sort((a, b) => a.line - b.line),
  };
}
