/** A file cut into its functions, without parsing any: what stands where, for whoever asks of a single name. */
import { LineIndex } from '../base/position.ts';
import type { FunctionRange } from '../syntax/normalise/items.ts';
import { normalise } from '../syntax/normalise/normalise.ts';

export interface Outline {
  readonly file: string;
  readonly text: string;
  readonly lines: LineIndex;
  /** Every function with a body, in file order. */
  readonly functions: readonly FunctionRange[];
}

export function outlineOf(file: string, text: string): Outline {
  const { functions } = normalise(text, { only: () => false });
  return { file, text, lines: new LineIndex(text), functions };
}

/** The function in whose body an offset lies. */
export function bodyAt({ functions }: Outline, at: number): FunctionRange | undefined {
  let low = 0;
  let high = functions.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = functions[middle];
    if (found === undefined) return undefined;
    if (at < found.extent.start) high = middle - 1;
    else if (at >= found.extent.end) low = middle + 1;
    else return found.body.start <= at ? found : undefined;
  }
  return undefined;
}

/** Where a whole word stands, comments and strings included. */
export function offsetsOf(text: string, word: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
    if (!isWordCharacter(text[at - 1]) && !isWordCharacter(text[at + word.length])) found.push(at);
  return found;
}

const isWordCharacter = (character: string | undefined): boolean => character !== undefined && /\w/.test(character);
