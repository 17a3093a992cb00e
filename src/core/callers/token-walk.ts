/** Going about in tokens: from a name to the expression it belongs to, and to what that expression is given to. */
import { closing, splitAtCommas, type Token } from '../tree/tokens.ts';

export type Tokens = readonly Token[];

export const isMember = (tokens: Tokens, at: number): boolean => {
  const before = tokens[at]?.text;
  return tokens[at]?.kind === 'punctuation' && (before === '->' || before === '.');
};

/** The bracket that opens the one at `close`; -1 where none does. */
export function opening(tokens: Tokens, close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    const token = tokens[at];
    if (token?.kind !== 'punctuation') continue;
    if (token.text === ')' || token.text === ']' || token.text === '}') depth++;
    else if (token.text === '(' || token.text === '[' || token.text === '{') depth--;
    if (depth === 0) return at;
  }
  return -1;
}

/** Where the operand starts that ends at `end`: of `a[i].b->c` at c the a, of `f(x)->c` the f. */
export function operandStart(tokens: Tokens, end: number): number {
  let at = end;
  for (;;) {
    while (tokens[at]?.text === ']' || tokens[at]?.text === ')') {
      const open = opening(tokens, at);
      if (open <= 0) return Math.max(open, 0);
      const isName =
        tokens[open - 1]?.kind === 'word' || tokens[open - 1]?.text === ']' || tokens[open - 1]?.text === ')';
      if (!isName || keywords.has(tokens[open - 1]?.text ?? '')) return open;
      at = open - 1;
    }
    if (!isMember(tokens, at - 1) || at < 2 || !endsOperand(tokens[at - 2])) return at;
    at -= 2;
  }
}

export function endsOperand(token: Token | undefined): boolean {
  if (token?.kind === 'word') return !keywords.has(token.text);
  return token?.kind === 'punctuation' && (token.text === ')' || token.text === ']');
}

/** A call as it stands around an operand, or behind it. */
export interface CallAt {
  readonly callee: string;
  /** Whether it is a field's function that is called. */
  readonly isField: boolean;
  /** Index of the callee's token. */
  readonly at: number;
  /** The operand's position among the arguments, from 0. */
  readonly argument: number;
  readonly arguments: readonly Tokens[];
}

/** What opens around an operand that starts at `start`: a call it is an argument of, or the bracket of a table. */
export type Around =
  | { readonly kind: 'call'; readonly call: CallAt }
  | { readonly kind: 'braces'; readonly open: number }
  | { readonly kind: 'none' };

export function around(tokens: Tokens, start: number): Around {
  let argument = 0;
  for (let at = start - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token?.kind === 'word' || token === undefined) continue;
    if (token.kind !== 'punctuation') continue;
    if (token.text === ')' || token.text === ']' || token.text === '}') at = opening(tokens, at);
    else if (token.text === ',') argument++;
    else if (token.text === '{') return { kind: 'braces', open: at };
    else if (token.text === ';') return { kind: 'none' };
    else if (token.text === '(') {
      const before = tokens[at - 1];
      if (before?.kind === 'word' && !keywords.has(before.text)) {
        const given = splitAtCommas(tokens.slice(at + 1, closing(tokens, at)));
        const isField = isMember(tokens, at - 2) && endsOperand(tokens[at - 3]);
        return { kind: 'call', call: { callee: before.text, isField, at: at - 1, argument, arguments: given } };
      }
      argument = 0;
    }
  }
  return { kind: 'none' };
}

export const keywords: ReadonlySet<string> = new Set(
  'if while for switch return sizeof typeof __typeof__ do else case goto struct union enum'.split(' '),
);
