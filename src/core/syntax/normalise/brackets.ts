import { Kind, type Tokens } from './tokens.ts';

/**
 * For every bracket the index of its partner, for every other token and every bracket without one -1. A closing
 * brace ends whatever is still open inside it; a closing parenthesis never reaches out of its braces, so that one
 * missing parenthesis can't spoil more than its block.
 *
 * @param kept the tokens that count, as indices into `tokens`; the result is told in terms of this list
 */
export function matchBrackets(source: string, tokens: Tokens, kept: Int32Array): Int32Array {
  const partners = new Int32Array(kept.length).fill(-1);
  const parentheses: number[] = [];
  const brackets: number[] = [];
  const braces: number[] = [];

  const close = (openers: number[], closer: number): void => {
    const opener = openers.at(-1) ?? -1;
    const innermostBrace = braces.at(-1) ?? -1;
    if (opener < 0 || opener < innermostBrace) return;
    for (const open of [parentheses, brackets, braces]) popDownTo(open, opener);
    partners[opener] = closer;
    partners[closer] = opener;
  };

  for (let token = 0; token < kept.length; token++) {
    const at = kept[token] ?? -1;
    if (tokens.kinds[at] !== Kind.mark) continue;
    switch (source.charCodeAt(tokens.starts[at] ?? -1)) {
      case openParenthesis:
        parentheses.push(token);
        break;
      case openBracket:
        brackets.push(token);
        break;
      case openBrace:
        braces.push(token);
        break;
      case closeParenthesis:
        close(parentheses, token);
        break;
      case closeBracket:
        close(brackets, token);
        break;
      case closeBrace:
        close(braces, token);
        break;
      default: // not a bracket
    }
  }
  return partners;
}

const openParenthesis = 40;
const closeParenthesis = 41;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** Forgets all openers from `opener` on: they are closed by its partner, or have none. */
function popDownTo(openers: number[], opener: number): void {
  while ((openers.at(-1) ?? -1) >= opener) openers.pop();
}
