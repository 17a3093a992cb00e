/**
 * Pieces of C compared token by token. `((u64)phash * matches) >> 32` and the same over two lines with a comment in
 * between are equal; `matches` is not found in `nr_matches`.
 */

export interface Token {
  readonly text: string;
  /** Into the text that was cut up, counted from 0; `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

/** The tokens of a piece of C. Blanks and comments give none; a string literal is one token, however it ends. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const end = skipBlank(text, at);
    if (end > at) {
      at = end;
      continue;
    }
    const next = tokenEnd(text, at);
    tokens.push({ text: text.slice(at, next), start: at, end: next });
    at = next;
  }
  return tokens;
}

/** Where the fragment stands among the tokens: the index of its first token at every occurrence. */
export function findFragment(tokens: readonly Token[], fragment: readonly Token[]): readonly number[] {
  const found: number[] = [];
  for (let at = 0; fragment.length > 0 && at + fragment.length <= tokens.length; at++) {
    if (fragment.every((token, index) => tokens[at + index]?.text === token.text)) found.push(at);
  }
  return found;
}

/** Whether every fragment occurs in the text. */
export function holdsAll(text: string, fragments: readonly string[]): boolean {
  if (!fragments.every((fragment) => mayHold(text, fragment))) return false;
  const tokens = tokensOf(text);
  return fragments.every((fragment) => findFragment(tokens, tokensOf(fragment)).length > 0);
}

/** False where the fragment's longest token isn't in the text: a quick no, before the text is cut into tokens. */
function mayHold(text: string, fragment: string): boolean {
  const longest = tokensOf(fragment).reduce((best, token) => (token.text.length > best.length ? token.text : best), '');
  return text.includes(longest);
}

/** Whether the text is the fragment and nothing else. */
export function isFragment(text: string, fragment: string): boolean {
  const tokens = tokensOf(text);
  const wanted = tokensOf(fragment);
  return tokens.length === wanted.length && wanted.every((token, index) => tokens[index]?.text === token.text);
}

const threes: ReadonlySet<string> = new Set(['<<=', '>>=', '...']);
const twos: ReadonlySet<string> = new Set(
  ['->', '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||'].concat([
    '+=',
    '-=',
    '*=',
    '/=',
    '%=',
    '&=',
    '|=',
    '^=',
    '##',
  ]),
);

function skipBlank(text: string, at: number): number {
  const char = text.charCodeAt(at);
  if (char <= 32) return at + 1;
  if (text.startsWith('\\\n', at)) return at + 2;
  if (text.startsWith('//', at)) return endAfter(text, '\n', at + 2);
  if (text.startsWith('/*', at)) return endAfter(text, '*/', at + 2);
  return at;
}

function tokenEnd(text: string, at: number): number {
  const char = text.charCodeAt(at);
  if (char === 34 || char === 39) return literalEnd(text, at, char);
  if (isWord(char)) return wordEnd(text, at);
  if (threes.has(text.slice(at, at + 3))) return at + 3;
  return twos.has(text.slice(at, at + 2)) ? at + 2 : at + 1;
}

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && isWord(text.charCodeAt(at))) at++;
  return at;
}

function literalEnd(text: string, start: number, quote: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 92) at++;
    else if (char === quote) return at + 1;
  }
  return text.length;
}

function endAfter(text: string, closing: string, from: number): number {
  const at = text.indexOf(closing, from);
  return at < 0 ? text.length : at + closing.length;
}

/** A letter, a digit, `_`, `$` or anything beyond ASCII. */
function isWord(char: number): boolean {
  return (
    (char >= 97 && char <= 122) ||
    (char >= 65 && char <= 90) ||
    (char >= 48 && char <= 57) ||
    char === 95 ||
    char === 36 ||
    char > 127
  );
}
