import { type Definitions, definitionsOf } from './definitions.ts';
import { tokenize } from './tokens.ts';

/**
 * The definitions of a file in those top-level parts that a pattern is found in. A part ends with a closing brace
 * alone at the start of a line, as the kernel's style has it; the macros in front of a definition are in its part.
 */
export function definitionsWhere(text: string, pattern: RegExp): Definitions {
  const ends = [...text.matchAll(/\n\};?\r?\n/g)].map((match) => match.index + match[0].length);
  const bounds = [0, ...ends, text.length];
  const tokens = bounds.slice(1).flatMap((end, index) => {
    const start = bounds[index] ?? 0;
    return pattern.test(text.slice(start, end)) ? tokenize(text, start, end) : [];
  });
  return definitionsOf(tokens);
}
