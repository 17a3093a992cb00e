/** What a file does with a name: of a function or of a field that holds one. Told from tokens, halves of #if included. */
import { oneLine } from '../base/text.ts';
import type { FunctionRange } from '../syntax/normalise/items.ts';
import { closing, splitAtCommas, tokenize } from '../tree/tokens.ts';
import { bodyAt, offsetsOf, type Outline } from './outline.ts';
import type { Definition } from './tree-outlines.ts';
import { around, endsOperand, isMember, keywords, opening, operandStart, type Tokens } from './token-walk.ts';

export interface Use {
  /** Where the name stands, from 0. */
  readonly at: number;
  /** The function in whose body that is; absent outside of functions. */
  readonly inside?: FunctionRange;
  /** The macro in whose definition it stands. */
  readonly macro?: string;
  /** For a field: the object it is of, `skb_dst(skb)`. */
  readonly receiver?: string;
  readonly how: How;
}

export type How =
  /** `name(...)`. */
  | { readonly kind: 'called'; readonly arguments: readonly string[] }
  /** `callee(..., name, ...)`; `at` is where the callee stands. */
  | {
      readonly kind: 'given';
      readonly callee: string;
      readonly argument: number;
      readonly arguments: readonly string[];
      readonly at: number;
    }
  | { readonly kind: 'stored'; readonly target: Target }
  /** `return name;` */
  | { readonly kind: 'returned' };

/** Where a function is kept: `.handler =` of a `struct net_protocol`, `rth->dst.input =`, `fn =`. */
export interface Target {
  /** Absent where only the position in a table tells. */
  readonly field?: string;
  /** The tag of the table's type, where it is told next to it. */
  readonly struct?: string;
  /** The table's own name. */
  readonly table?: string;
  /** The object whose field is set: `rth->dst`. */
  readonly receiver?: string;
  readonly variable?: string;
}

/** @param as whether the name is looked for as a function's (a value of its own) or as a field's */
export function usesOf(outline: Outline, name: string, as: 'function' | 'field'): readonly Use[] {
  const { text } = outline;
  const regions = new Map<number, Region>();
  for (const at of offsetsOf(text, name)) {
    const region = regionAt(outline, at);
    regions.set(region.start, region);
  }
  return [...regions.values()].flatMap((region) => usesIn(text, region, name, as));
}

interface Region {
  readonly start: number;
  readonly end: number;
  readonly inside?: FunctionRange;
}

/** A function's body, or what stands between two functions. */
function regionAt(outline: Outline, at: number): Region {
  const inside = bodyAt(outline, at);
  if (inside !== undefined) return { ...inside.body, inside };
  const { functions, text } = outline;
  const next = functions.findIndex(({ extent }) => extent.end > at);
  const before = next < 0 ? functions.at(-1) : functions[next - 1];
  const behind = next < 0 ? undefined : functions[next];
  // A head is no use of the name in it.
  const end = behind?.extent.start ?? text.length;
  return at < end ? { start: before?.extent.end ?? 0, end } : { start: at, end: at };
}

function usesIn(text: string, region: Region, name: string, as: 'function' | 'field'): readonly Use[] {
  const tokens = tokenize(text, region.start, region.end);
  const found: Use[] = [];
  const inside = region.inside === undefined ? {} : { inside: region.inside };
  for (const token of tokens) {
    if (token.kind !== 'directive' || !token.text.includes(name)) continue;
    const head = /^#\s*define\s+(\w+)(\([^)]*\))?/.exec(token.text);
    if (head?.[1] === undefined) continue;
    const body = tokenize(text, token.at + head[0].length, token.at + token.text.length);
    const spoken = body.filter(({ text: mark }) => mark !== '\\');
    found.push(...usesAmong(text, spoken, name, as, { ...inside, macro: head[1] }));
  }
  const spoken = tokens.filter(({ kind }) => kind !== 'directive');
  const isShadowed = as === 'function' && region.inside !== undefined && isDeclared(text, region.inside, name);
  const uses = usesAmong(text, spoken, name, as, inside);
  return [...found, ...uses.filter(({ how }) => !isShadowed || how.kind === 'called')];
}

function usesAmong(
  text: string,
  tokens: Tokens,
  name: string,
  as: 'function' | 'field',
  where: Pick<Use, 'inside' | 'macro'>,
): readonly Use[] {
  const found: Use[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== 'word' || token.text !== name) return;
    const isField = isMember(tokens, index - 1) && endsOperand(tokens[index - 2]);
    if (isField !== (as === 'field')) return;
    const start = isField ? operandStart(tokens, index) : index;
    const how = howUsed(text, tokens, { start, end: index }, where);
    if (how === undefined) return;
    const receiver = isField ? { receiver: quoted(text, tokens.slice(start, index - 1)) } : {};
    found.push({ at: token.at, ...where, ...receiver, how });
  });
  return found;
}

interface Operand {
  readonly start: number;
  readonly end: number;
}

function howUsed(
  text: string,
  tokens: Tokens,
  operand: Operand,
  where: Pick<Use, 'inside' | 'macro'>,
): How | undefined {
  const { start, end } = throughSigns(tokens, operand);
  const next = tokens[end + 1];
  if (next?.text === '(' && next.kind === 'punctuation') {
    if (where.inside === undefined && where.macro === undefined) return undefined;
    if (operand.start === operand.end && isDeclaration(tokens, start)) return undefined;
    const given = splitAtCommas(tokens.slice(end + 2, closing(tokens, end + 1)));
    return { kind: 'called', arguments: given.map((each) => quoted(text, each)) };
  }
  if (tokens[start - 1]?.text === 'return' && next?.text === ';') return { kind: 'returned' };
  const before = decidingBefore(tokens, start);
  if (before < 0) return undefined;
  if (tokens[before]?.text === '=') return { kind: 'stored', target: targetOf(text, tokens, before) };
  if (!endsValue.has(next?.text ?? '')) return undefined;
  const found = around(tokens, start);
  if (found.kind === 'call') {
    const { callee, argument, arguments: given, at } = found.call;
    const texts = given.map((each) => quoted(text, each));
    return { kind: 'given', callee, argument, arguments: texts, at: tokens[at]?.at ?? 0 };
  }
  if (found.kind === 'braces' && isTable(tokens, found.open))
    return { kind: 'stored', target: tableOf(tokens, found.open) };
  return undefined;
}

const endsValue: ReadonlySet<string> = new Set([',', ')', '}', ':', '?']);

/** `&name`, `(*name)`, `READ_ONCE(name)`. */
function throughSigns(tokens: Tokens, { start, end }: Operand): Operand {
  const isAlone = tokens[start - 1]?.text === '(' && tokens[end + 1]?.text === ')';
  if (isAlone && readers.test(tokens[start - 2]?.text ?? '')) return { start: start - 2, end: end + 1 };
  if (tokens[start - 1]?.text === '&' && !endsOperand(tokens[start - 2])) return { start: start - 1, end };
  if (tokens[start - 1]?.text === '*' && tokens[start - 2]?.text === '(' && tokens[end + 1]?.text === ')')
    return { start: start - 2, end: end + 1 };
  return { start, end };
}

/** What reads a pointer and gives it as it is (include/asm-generic/rwonce.h, include/linux/rcupdate.h). */
const readers = /^(?:READ_ONCE|rcu_dereference\w*|rcu_access_pointer|smp_load_acquire)$/;

/** The token that decides what becomes of a value: what stands before it, or before `condition ?`. */
function decidingBefore(tokens: Tokens, start: number): number {
  let at = start - 1;
  if (tokens[at]?.text === ')' && !endsOperand(tokens[opening(tokens, at) - 1])) at = opening(tokens, at) - 1;
  const mark = tokens[at]?.text ?? '';
  if (mark !== '?' && mark !== ':') return ['=', ',', '(', '{', '?', ':'].includes(mark) ? at : -1;
  for (; at >= 0; at--) {
    const text = tokens[at]?.text ?? '';
    if (text === ')' || text === ']') at = opening(tokens, at);
    else if (text === '=' || text === ',' || text === '(' || text === '{') return at;
    else if (text === ';' || text === '}') return -1;
  }
  return -1;
}

/** What stands left of the `=` at an index. */
function targetOf(text: string, tokens: Tokens, equals: number): Target {
  let last = equals - 1;
  while (tokens[last]?.text === ']') last = opening(tokens, last) - 1;
  const name = tokens[last];
  const isDesignator = isMember(tokens, last - 1) && !endsOperand(tokens[last - 2]);
  if (isDesignator || name?.text === '{' || name?.text === ',') {
    const { open } = bracesAround(tokens, isDesignator ? last - 1 : last);
    const table = open === undefined ? {} : tableOf(tokens, open);
    return isDesignator && name !== undefined ? { ...table, field: name.text } : table;
  }
  if (isMember(tokens, last - 1) && name !== undefined) {
    const start = operandStart(tokens, last);
    return { field: name.text, receiver: quoted(text, tokens.slice(start, last - 1)) };
  }
  return name?.kind === 'word' ? { variable: name.text } : {};
}

function bracesAround(tokens: Tokens, at: number): { readonly open?: number } {
  const found = around(tokens, at + 1);
  return found.kind === 'braces' ? { open: found.open } : {};
}

function isTable(tokens: Tokens, open: number): boolean {
  return ['=', '{', ',', ')'].includes(tokens[open - 1]?.text ?? '');
}

/** The table whose braces open at an index: its type where an element's is the whole table's. */
function tableOf(tokens: Tokens, open: number): Target {
  const before = tokens[open - 1]?.text;
  if (before === ')') {
    const cast = tokens.slice(opening(tokens, open - 1), open);
    return structIn(cast);
  }
  if (before === '{' || before === ',') {
    const outer = before === '{' ? open - 1 : bracesAround(tokens, open - 1).open;
    return outer === undefined ? {} : tableOf(tokens, outer);
  }
  if (before !== '=') return {};
  let first = open - 1;
  while (first > 0 && ![';', '}', '{', ',', ')'].includes(tokens[first - 1]?.text ?? '')) first--;
  const head = tokens.slice(first, open - 1);
  if (head[0]?.text === '[') {
    const outer = bracesAround(tokens, first - 1).open;
    return outer === undefined ? {} : tableOf(tokens, outer);
  }
  const bracket = head.findIndex(({ text: mark }) => mark === '[');
  const names = (bracket < 0 ? head : head.slice(0, bracket)).filter(
    ({ kind, text: word }) => kind === 'word' && !word.startsWith('__'),
  );
  return { ...structIn(head), ...(names.length === 0 ? {} : { table: names.at(-1)?.text ?? '' }) };
}

function structIn(tokens: Tokens): Target {
  const at = tokens.findIndex(({ text: word }) => word === 'struct' || word === 'union');
  const tag = tokens[at + 1];
  return at < 0 || tag === undefined ? {} : { struct: tag.text };
}

/** `extern int name(void)`: a word before it that is no keyword of a statement. */
function isDeclaration(tokens: Tokens, at: number): boolean {
  const before = tokens[at - 1];
  return before?.kind === 'word' && !keywords.has(before.text);
}

/** Whether a parameter or variable of the function hides the name. */
function isDeclared(text: string, { extent }: FunctionRange, name: string): boolean {
  const tokens = tokenize(text, extent.start, extent.end);
  return tokens.some((token, index) => {
    if (token.text !== name || token.kind !== 'word') return false;
    const [before, next] = [tokens[index - 1], tokens[index + 1]];
    if (![';', '=', ',', ')', '['].includes(next?.text ?? '')) return false;
    if (before?.text === '*') return tokens[index - 2]?.kind === 'word' && !keywords.has(tokens[index - 2]?.text ?? '');
    return before?.kind === 'word' && !keywords.has(before.text);
  });
}

function quoted(text: string, tokens: Tokens): string {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined) return '';
  const quotes = last.kind === 'string' ? 2 : 0;
  return oneLine(text.slice(first.at, last.at + last.text.length + quotes).replace(/\/\*.*?\*\//gs, ''));
}

/** What a function's or a macro's body does with one of its parameters. */
export function usesOfParameter({ body, outline, range }: Definition, name: string): readonly How[] {
  const spoken = body.filter(({ kind }) => kind !== 'directive');
  const where = range === undefined ? { macro: name } : { inside: range };
  return usesAmong(outline.text, spoken, name, 'function', where).map(({ how }) => how);
}
