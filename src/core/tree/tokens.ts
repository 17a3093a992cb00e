/**
 * A small C tokenizer for tables and enums: enough to read initialisers, macro bodies and plain statements.
 * Comments are dropped, a preprocessor line with its continuations is one token, and nothing is ever an error.
 */

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'punctuation' | 'directive';
  /** As written; a string without its quotes, a directive with its continuation lines. */
  readonly text: string;
  /** Where it starts in the text, counted from 0. */
  readonly at: number;
}

const wordAt = /[A-Za-z_]\w*/y;
const numberAt = /\d[\w.]*/y;
const pairs: ReadonlySet<string> = new Set([
  '->',
  '##',
  '<<',
  '>>',
  '++',
  '--',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '+=',
]);

/** All tokens from `start` to `end`. */
export function tokenize(text: string, start = 0, end: number = text.length): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = start; at < end;) {
    const next = tokenAt(text, at, end);
    if (next.token !== undefined) tokens.push(next.token);
    at = next.after;
  }
  return tokens;
}

interface Step {
  readonly token?: Token;
  readonly after: number;
}

function tokenAt(text: string, at: number, end: number): Step {
  const code = text.charCodeAt(at);
  if (code <= 32) return { after: at + 1 };
  if (code === 47 && text[at + 1] === '*') return { after: endOf(text, '*/', at + 2, end) };
  if (code === 47 && text[at + 1] === '/') return { after: endOf(text, '\n', at + 2, end) };
  if (code === 35 && text[at + 1] !== '#' && startsLine(text, at)) return directiveAt(text, at, end);
  if (code === 34 || code === 39) return stringAt(text, at, end);
  if (code >= 48 && code <= 57) return matched('number', numberAt, text, at);
  if (code === 95 || (code >= 65 && code <= 90) || (code >= 97 && code <= 122))
    return matched('word', wordAt, text, at);
  const pair = text.slice(at, at + 2);
  const punctuation = pairs.has(pair) ? pair : pair.slice(0, 1);
  return { token: { kind: 'punctuation', text: punctuation, at }, after: at + punctuation.length };
}

function matched(kind: 'word' | 'number', pattern: RegExp, text: string, at: number): Step {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0] ?? text.slice(at, at + 1);
  return { token: { kind, text: found, at }, after: at + found.length };
}

function endOf(text: string, mark: string, from: number, end: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? end : found + mark.length;
}

function startsLine(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (text[before] === ' ' || text[before] === '\t')) before -= 1;
  return before < 0 || text[before] === '\n';
}

function directiveAt(text: string, at: number, end: number): Step {
  let after = endOf(text, '\n', at, end);
  while (after < end && /\\\r?\n$/.test(text.slice(after - 3, after))) after = endOf(text, '\n', after, end);
  return { token: { kind: 'directive', text: text.slice(at, after), at }, after };
}

/** A string or a character constant: the quote at `at` ends it, unless the line does. */
function stringAt(text: string, at: number, end: number): Step {
  const quote = text[at];
  let after = at + 1;
  while (after < end && text[after] !== quote && text[after] !== '\n') after += text[after] === '\\' ? 2 : 1;
  const kind = quote === '"' ? 'string' : 'number';
  return { token: { kind, text: text.slice(at + 1, after), at }, after: after + 1 };
}

/** The index of the bracket that closes the one at `open`; the number of tokens when none does. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token?.kind !== 'punctuation') continue;
    if (token.text === '(' || token.text === '{' || token.text === '[') depth += 1;
    else if (token.text === ')' || token.text === '}' || token.text === ']') depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}

/** Splits at commas that stand outside brackets. Empty parts between commas are kept, an empty end is not. */
export function splitAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const mark = token.kind === 'punctuation' ? token.text : '';
    if (mark === '(' || mark === '{' || mark === '[') depth += 1;
    else if (mark === ')' || mark === '}' || mark === ']') depth -= 1;
    if (mark === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return (parts.at(-1) ?? []).length === 0 ? parts.slice(0, -1) : parts;
}

/** Tokens as text, a blank only between words: `&net->ipv4.sysctl_tcp_syncookies`. */
export function textOf(tokens: readonly Token[]): string {
  let text = '';
  let previous: Token | undefined;
  for (const token of tokens) {
    if (previous !== undefined && isWordLike(previous) && isWordLike(token)) text += ' ';
    text += token.kind === 'string' ? `"${token.text}"` : token.text;
    previous = token;
  }
  return text;
}

function isWordLike(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'number';
}
