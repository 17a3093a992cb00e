import { type Macro, applyDirective } from './macros.ts';
import { type Token, closing } from './tokens.ts';

/** What stands at the top level of a file, as far as tables need it. */
export interface Definitions {
  readonly initialisers: readonly Initialiser[];
  readonly functions: readonly FunctionText[];
}

/** `static struct ctl_table ipv4_table[] = { ... }`. */
export interface Initialiser {
  readonly name: string;
  /** Where the name stands. */
  readonly at: number;
  /** From the start of the declaration to the `=`: `static`, `struct`, `ctl_table`, ... */
  readonly head: readonly Token[];
  /** Between the braces. */
  readonly body: readonly Token[];
  /** The macros that were defined before it. */
  readonly macros: ReadonlyMap<string, Macro>;
}

export interface FunctionText {
  readonly name: string;
  readonly at: number;
  readonly parameters: readonly string[];
  /** Between the braces, directives included. */
  readonly body: readonly Token[];
  /** The macros that were defined before it. */
  readonly macros: ReadonlyMap<string, Macro>;
}

/** Reads tokens of a file (or of some of its top-level parts, in order). What is neither kind is passed over. */
export function definitionsOf(tokens: readonly Token[]): Definitions {
  const initialisers: Initialiser[] = [];
  const functions: FunctionText[] = [];
  let macros: ReadonlyMap<string, Macro> = new Map();
  let start = 0;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token?.kind === 'directive') {
      macros = withDirective(macros, token);
      if (index === start) start = index + 1;
    } else if (token?.kind === 'punctuation' && token.text === '{') {
      const close = closing(tokens, index);
      const head = tokens.slice(start, index).filter((part) => part.kind !== 'directive');
      const body = tokens.slice(index + 1, close);
      const found = readHead(head);
      if (found?.kind === 'initialiser') initialisers.push({ ...found, head, body, macros });
      if (found?.kind === 'function') functions.push({ ...found, body, macros });
      for (const inner of body) macros = withDirective(macros, inner);
      index = close;
      start = close + 1;
    } else if (token?.kind === 'punctuation' && token.text === ';') start = index + 1;
  }
  return { initialisers, functions };
}

/** Copied only where it changes, so that definitions share one set of macros. */
function withDirective(macros: ReadonlyMap<string, Macro>, token: Token): ReadonlyMap<string, Macro> {
  if (token.kind !== 'directive' || !/^#\s*(define|undef)/.test(token.text)) return macros;
  const changed = new Map(macros);
  applyDirective(changed, token);
  return changed;
}

type Head =
  | { readonly kind: 'initialiser'; readonly name: string; readonly at: number }
  | { readonly kind: 'function'; readonly name: string; readonly at: number; readonly parameters: readonly string[] };

function readHead(head: readonly Token[]): Head | undefined {
  const last = head.at(-1);
  if (last?.text === '=') {
    const bracket = head.findIndex((token) => token.text === '[');
    const name = bracket > 0 ? head[bracket - 1] : nameBeforeAttributes(head.slice(0, -1));
    return name === undefined ? undefined : { kind: 'initialiser', name: name.text, at: name.at };
  }
  const open = head.findIndex((token, index) => token.text === '(' && head[index - 1]?.kind === 'word');
  const name = head[open - 1];
  if (last?.text !== ')' || name === undefined) return undefined;
  return {
    kind: 'function',
    name: name.text,
    at: name.at,
    parameters: parameterNames(head.slice(open + 1, closing(head, open))),
  };
}

/** `neigh_sysctl_template __read_mostly`, `struct foo bar`: the last word that is not an attribute. */
function nameBeforeAttributes(head: readonly Token[]): Token | undefined {
  return head.findLast((token) => token.kind === 'word' && !token.text.startsWith('__'));
}

function parameterNames(tokens: readonly Token[]): readonly string[] {
  const names: string[] = [];
  let name = '';
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(' || token.text === '[') depth += 1;
    else if (token.text === ')' || token.text === ']') depth -= 1;
    else if (token.text === ',' && depth === 0) {
      names.push(name);
      name = '';
    } else if (token.kind === 'word' && depth === 0) name = token.text;
  }
  return [...names, name];
}
