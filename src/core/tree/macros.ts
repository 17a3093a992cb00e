import { type Token, closing, splitAtCommas, tokenize } from './tokens.ts';

/** A `#define`; `parameters` is absent for an object-like one. */
export interface Macro {
  readonly name: string;
  readonly parameters?: readonly string[];
  readonly body: readonly Token[];
}

const defineHead = /^#\s*define\s+([A-Za-z_]\w*)(\(([^)]*)\))?/;
const undefHead = /^#\s*undef\s+([A-Za-z_]\w*)/;

/** Reads a directive token into a set of macros: defines add, undefs remove, everything else leaves it as it is. */
export function applyDirective(macros: Map<string, Macro>, directive: Token): void {
  const macro = parseDefine(directive.text, directive.at);
  if (macro !== undefined) macros.set(macro.name, macro);
  const gone = undefHead.exec(directive.text)?.[1];
  if (gone !== undefined) macros.delete(gone);
}

/** The macros that are defined anywhere in a file, also inside functions. */
export function macrosOf(tokens: readonly Token[]): ReadonlyMap<string, Macro> {
  const macros = new Map<string, Macro>();
  for (const token of tokens) {
    if (token.kind !== 'directive') continue;
    const macro = parseDefine(token.text, token.at);
    if (macro !== undefined) macros.set(macro.name, macro);
  }
  return macros;
}

function parseDefine(text: string, at: number): Macro | undefined {
  const head = defineHead.exec(text);
  if (head?.[1] === undefined) return undefined;
  const body = tokenize(text.slice(head[0].length).replaceAll('\\\n', '  ').replaceAll('\\\r\n', '   '));
  const placed = body.map((token) => ({ ...token, at: at + head[0].length + token.at }));
  if (head[2] === undefined) return { name: head[1], body: placed };
  const parameters = (head[3] ?? '').split(',').map((name) => name.trim());
  return { name: head[1], parameters: parameters.filter((name) => name !== ''), body: placed };
}

/**
 * Expands what can be expanded, as the preprocessor would: arguments are put in, `##` joins, and the result is looked
 * at again. Tokens out of a macro carry the place of the outermost call. A macro is not expanded inside itself.
 */
export function expand(
  tokens: readonly Token[],
  macros: ReadonlyMap<string, Macro>,
  active: ReadonlySet<string> = new Set(),
): readonly Token[] {
  if (!tokens.some((token) => token.kind === 'word' && macros.has(token.text))) return tokens;
  const out: Token[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    const macro = token.kind === 'word' && !active.has(token.text) ? macros.get(token.text) : undefined;
    if (macro === undefined) {
      out.push(token);
      continue;
    }
    const call = callAt(tokens, index, macro);
    if (call === undefined) {
      out.push(token);
      continue;
    }
    const body = substitute(macro, call.arguments).map((part) => ({ ...part, at: token.at }));
    out.push(...expand(body, macros, new Set([...active, macro.name])));
    index = call.last;
  }
  return out;
}

function callAt(
  tokens: readonly Token[],
  index: number,
  macro: Macro,
): { readonly arguments: readonly (readonly Token[])[]; readonly last: number } | undefined {
  if (macro.parameters === undefined) return { arguments: [], last: index };
  if (tokens[index + 1]?.text !== '(' || tokens[index + 1]?.kind !== 'punctuation') return undefined;
  const close = closing(tokens, index + 1);
  return { arguments: splitAtCommas(tokens.slice(index + 2, close)), last: close };
}

function substitute(macro: Macro, values: readonly (readonly Token[])[]): readonly Token[] {
  const out: Token[] = [];
  let join = false;
  for (const token of macro.body) {
    if (token.kind === 'punctuation' && token.text === '##') {
      join = true;
      continue;
    }
    const position = token.kind === 'word' ? (macro.parameters?.indexOf(token.text) ?? -1) : -1;
    const parts = position < 0 ? [token] : (values[position] ?? []);
    const first = parts[0];
    const last = out.at(-1);
    if (join && first !== undefined && last !== undefined) {
      out[out.length - 1] = { ...last, kind: 'word', text: last.text + first.text };
      out.push(...parts.slice(1));
    } else out.push(...parts);
    join = false;
  }
  return out;
}
