import { evaluate } from './constants.ts';
import { type Macro, applyDirective, expand } from './macros.ts';
import { type Token, closing, splitAtCommas } from './tokens.ts';

export interface Enumerator {
  readonly name: string;
  /** Absent when its expression could not be counted. */
  readonly number?: number;
  readonly at: number;
}

export interface Enum {
  readonly name: string;
  readonly at: number;
  readonly members: readonly Enumerator[];
  /** True when an #if inside decides about members: the numbers are those with every half taken. */
  readonly conditional: boolean;
}

/**
 * Reads the enums of a header in order, counting as C does and adding each number to `constants`, as well as those
 * macros that are constants. Lists made by macros (`OVS_DROP_REASONS(ENUM)`) are expanded.
 */
export function readEnums(tokens: readonly Token[], constants: Map<string, number>): readonly Enum[] {
  const enums: Enum[] = [];
  const macros = new Map<string, Macro>();
  for (const token of tokens) if (token.kind === 'directive') addConstant(token, macros, constants);
  macros.clear();
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'directive') applyDirective(macros, token);
    const name = tokens[index + 1];
    const open = tokens[index + 2];
    if (token.kind !== 'word' || token.text !== 'enum' || name?.kind !== 'word' || open?.text !== '{') continue;
    const body = tokens.slice(index + 3, closing(tokens, index + 2));
    enums.push({ name: name.text, at: name.at, ...readMembers(body, new Map(macros), constants) });
  }
  return enums;
}

/** Object-like macros that are numbers: an enum above may count with one that stands further down. */
function addConstant(directive: Token, macros: Map<string, Macro>, constants: Map<string, number>): void {
  applyDirective(macros, directive);
  const name = /^#\s*define\s+([A-Za-z_]\w*)\s/.exec(directive.text)?.[1];
  const macro = name === undefined ? undefined : macros.get(name);
  if (macro === undefined || macro.parameters !== undefined || macro.body.length === 0) return;
  const value = evaluate(macro.body, constants);
  if (value !== undefined) constants.set(macro.name, value);
}

function readMembers(
  body: readonly Token[],
  macros: Map<string, Macro>,
  constants: Map<string, number>,
): { readonly members: readonly Enumerator[]; readonly conditional: boolean } {
  const members: Enumerator[] = [];
  let next: number | undefined = 0;
  for (const part of splitAtCommas(expandInOrder(body, macros))) {
    const name = part[0];
    if (name?.kind !== 'word') continue;
    if (part[1]?.text === '=') next = evaluate(part.slice(2), constants);
    members.push({ name: name.text, at: name.at, ...(next === undefined ? {} : { number: next }) });
    if (next !== undefined) constants.set(name.text, next);
    next = next === undefined ? undefined : next + 1;
  }
  return { members, conditional: body.some((token) => token.kind === 'directive' && /^#\s*if/.test(token.text)) };
}

/** Expands macros as they are at each point: the body may define and undefine its own. */
function expandInOrder(body: readonly Token[], macros: Map<string, Macro>): readonly Token[] {
  const out: Token[] = [];
  let pending: Token[] = [];
  const flush = (): void => {
    out.push(...expand(pending, macros));
    pending = [];
  };
  for (const token of body) {
    if (token.kind === 'directive') {
      flush();
      applyDirective(macros, token);
    } else pending.push(token);
  }
  flush();
  return out;
}
