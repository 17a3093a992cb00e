/** C source in, facts out: the only door to the parser. */
import { LineIndex } from '../base/position.ts';
import type { FileFacts, FunctionFacts, UnparsedFunction } from './facts.ts';
import { readFunction } from './function-facts.ts';
import { normalise } from './normalise/normalise.ts';
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
  readonly only?: (name: string, body: string) => boolean;
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
      const { isSet, only, isStopped = () => false } = options;
      const normalised = normalise(text, { isSet, only });
      const lines = new LineIndex(text);
      const file = { text, lines, scene: createScene(text, lines, normalised, 0), parser, isSet, isStopped };
      const functions: FunctionFacts[] = [];
      const unparsed: UnparsedFunction[] = [];
      for (const found of normalised.functions) {
        if (found.isSkipped) continue;
        const { facts, faultLine } = readFunction(file, found);
        functions.push(facts);
        if (faultLine !== undefined) unparsed.push({ name: facts.name, line: facts.place.line, faultLine });
      }
      const leftOut = normalised.functions.length - functions.length;
      return { functions, conditionals: normalised.conditionals, unparsed, ...(leftOut === 0 ? {} : { leftOut }) };
    },
    isAlive: () => parser.isAlive(),
    delete: () => parser.delete(),
  };
}
