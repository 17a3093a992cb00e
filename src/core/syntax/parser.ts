/** C source in, facts out: the only door to the parser. */
import { LineIndex } from '../base/position.ts';
import type { FileFacts } from './facts.ts';
import { type ReadFunction, readFunction } from './function-facts.ts';
import type { Only } from './normalise/items.ts';
import { normalise, type Normalised } from './normalise/normalise.ts';
import { createScene } from './scene.ts';
import { createTreeParser, type ParserBytes } from './tree-parser.ts';

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
  /** Which functions to read, by name and the text of the body as written. The others are left out. Default: all. */
  readonly only?: Only;
  /** What else is to be read, now that this much is known; asked again until there is nothing more. */
  readonly further?: (facts: FileFacts) => Only | undefined;
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
      const { isSet, only, further, isStopped = () => false } = options;
      const whole = normalise(text, { isSet, only });
      const lines = new LineIndex(text);
      let facts: FileFacts = { functions: [], conditionals: whole.conditionals, unparsed: [] };
      const read = (normalised: Normalised): void => {
        const scene = createScene(text, lines, normalised, 0);
        const file = { text, lines, scene, parser, isSet, isStopped };
        const found = normalised.functions
          .filter(({ isSkipped }) => !isSkipped)
          .map((each) => readFunction(file, each));
        facts = withMore(facts, found, whole.functions.length);
      };
      read(whole);
      for (let more = further?.(facts); more !== undefined; more = further?.(facts)) read(whole.further(more));
      return facts;
    },
    isAlive: () => parser.isAlive(),
    delete: () => parser.delete(),
  };
}

/** In the order of the file. @param count how many functions the file has */
function withMore(facts: FileFacts, found: readonly ReadFunction[], count: number): FileFacts {
  const functions = [...facts.functions, ...found.map((each) => each.facts)];
  const unparsed = found.flatMap(({ facts: { name, place }, faultLine }) =>
    faultLine === undefined ? [] : [{ name, line: place.line, faultLine }],
  );
  const leftOut = count - functions.length;
  return {
    functions: functions.sort((a, b) => a.extent.start - b.extent.start),
    conditionals: facts.conditionals,
    unparsed: [...facts.unparsed, ...unparsed].sort((a, b) => a.line - b.line),
    ...(leftOut === 0 ? {} : { leftOut }),
  };
}
