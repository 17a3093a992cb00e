/**
 * For every bracket the index of its partner, for every other token and every bracket without one -1. A closing
 * brace ends whatever is still open inside it; a closing parenthesis never reaches out of its braces, so that one
 * missing parenthesis can't spoil more than its block.
 */
export function matchBrackets(texts: readonly string[]): Int32Array {
  const partners = new Int32Array(texts.length).fill(-1);
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

  for (let token = 0; token < texts.length; token++) {
    switch (texts[token]) {
      case '(':
        parentheses.push(token);
        break;
      case '[':
        brackets.push(token);
        break;
      case '{':
        braces.push(token);
        break;
      case ')':
        close(parentheses, token);
        break;
      case ']':
        close(brackets, token);
        break;
      case '}':
        close(braces, token);
        break;
      default: // not a bracket
    }
  }
  return partners;
}

/** Forgets all openers from `opener` on: they are closed by its partner, or have none. */
function popDownTo(openers: number[], opener: number): void {
  while ((openers.at(-1) ?? -1) >= opener) openers.pop();
}
