/** A file cut into its functions and macros by one pass over its characters: quick enough for thousands of headers. */
import { closing, type Token, tokenize } from '../../tree/tokens.ts';

/** A function with a body, or a macro that may call something. */
export interface CodeItem {
  readonly kind: 'function' | 'macro' | 'alias';
  /** One, or for a function that a macro defines all names it may get: `SYSCALL_DEFINE(connect)`. */
  readonly names: readonly string[];
  /** Where the head starts. */
  readonly at: number;
  /** Of the body: inside the braces, or what stands behind a macro's name and parameters. */
  readonly start: number;
  readonly end: number;
  /** Whether other files that include this one may hold it inlined. */
  readonly isInline: boolean;
  readonly isStatic: boolean;
  /** The macro that makes the function, and where it stands: DEFINE_IDTENTRY_SYSVEC, SYSCALL_DEFINE3. */
  readonly madeBy?: { readonly name: string; readonly at: number };
  /** Never inlined, not even into its own file. */
  readonly isNoinline: boolean;
}

/** `alias` is a macro without parameters. Code under #if counts in all of its halves. */
export function codeItems(text: string): readonly CodeItem[] {
  const items: CodeItem[] = [];
  const groups: number[] = [];
  let depth = 0;
  let parentheses = 0;
  let head = 0;
  let body = -1;
  let isLineStart = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    switch (code) {
      case lineFeed:
        isLineStart = true;
        continue;
      case blank:
      case tab:
      case carriageReturn:
        continue;
      case slash:
        if (text.charCodeAt(at + 1) === star) at = endOf(text, '*/', at + 2) - 1;
        else if (text.charCodeAt(at + 1) === slash) at = endOf(text, '\n', at) - 2;
        continue;
      case doubleQuote:
      case singleQuote:
        at = endOfString(text, at, code);
        break;
      case hash: {
        if (!isLineStart) break;
        const end = endOfDirective(text, at);
        const word = directiveWord(text, at);
        if (word === 'define') addMacro(items, text, at, end);
        else if (word.startsWith('if')) groups.push(depth);
        else if (word.startsWith('el')) depth = groups.at(-1) ?? depth;
        else if (word === 'endif') groups.pop();
        if (depth === 0 && body < 0 && text.slice(head, at).trim() === '') head = end;
        at = end - 1;
        isLineStart = true;
        continue;
      }
      case openBrace:
        if (depth === 0) body = parentheses === 0 ? at : -1;
        depth++;
        break;
      case closeBrace:
        // A brace in the first column ends what stands at the outermost level, whatever halves of #if left open.
        depth = text.charCodeAt(at - 1) === lineFeed ? 0 : Math.max(0, depth - 1);
        if (depth > 0) break;
        if (body >= 0) addFunction(items, text, head, body, at);
        head = at + 1;
        body = -1;
        parentheses = 0;
        break;
      case openParenthesis:
        if (depth === 0) parentheses++;
        break;
      case closeParenthesis:
        if (depth === 0) parentheses = Math.max(0, parentheses - 1);
        break;
      case semicolon:
        if (depth > 0) break;
        head = at + 1;
        parentheses = 0;
        break;
    }
    isLineStart = false;
  }
  return items;
}

function addFunction(items: CodeItem[], text: string, from: number, open: number, close: number): void {
  const head = tokenize(text, from, open).filter(({ kind }) => kind !== 'directive');
  const found = namedIn(head);
  const [first] = head;
  if (found === undefined || first === undefined) return;
  const words = new Set(head.flatMap(({ kind, text: word }) => (kind === 'word' ? [word] : [])));
  const has = (...wanted: readonly string[]): boolean => wanted.some((word) => words.has(word));
  items.push({
    kind: 'function',
    names: found.names,
    ...(found.madeBy === undefined ? {} : { madeBy: found.madeBy }),
    at: first.at,
    start: open + 1,
    end: close,
    isInline: has('inline', '__always_inline', '__inline', '__inline__'),
    isStatic: has('static', 'INDIRECT_CALLABLE_SCOPE'),
    isNoinline: [...words].some((word) => word.startsWith('noinline')),
  });
}

type Named = Pick<CodeItem, 'names' | 'madeBy'>;

/** The names of a head's function; undefined for a table, a struct, an enum. */
function namedIn(head: readonly Token[]): Named | undefined {
  for (let at = 0; at < head.length; at++) {
    const token = head[at];
    if (token?.text === '=' && token.kind === 'punctuation') return undefined;
    if (token?.text !== '(' || token.kind !== 'punctuation') continue;
    const close = closing(head, at);
    const before = head[at - 1];
    if (before?.kind === 'word' && !attributes.test(before.text)) {
      const isTable = head.slice(close).some(({ kind, text }) => kind === 'punctuation' && text === '=');
      return isTable ? undefined : namesOf(before, head.slice(at + 1, close));
    }
    at = close;
  }
  return undefined;
}

/** Words with parentheses that stand before a function's name (include/linux/compiler_attributes.h). */
const attributes =
  /^(?:__printf|__scanf|__attribute__|__section|__aligned|__alloc_size|__realloc_size|__malloc|__diag\w*|SEC|_Alignas|typeof|__typeof__|int|void|char|bool|long)$/;

function namesOf({ text: word, at }: Token, given: readonly Token[]): Named {
  if (word !== word.toUpperCase()) return { names: [word] };
  const madeBy = { name: word, at };
  const name = given[0]?.text ?? '';
  if (word.includes('SYSCALL_DEFINE')) return { names: [`SYSCALL_DEFINE(${name})`], madeBy };
  if (word.startsWith('BPF_CALL_')) return { names: [name, `____${name}`], madeBy };
  const alone = given.filter(
    ({ kind }, index) => kind === 'word' && isComma(given[index - 1]) && isComma(given[index + 1]),
  );
  return { names: [word, ...alone.map(({ text }) => text)], madeBy };
}

const isComma = (token: Token | undefined): boolean => token === undefined || token.text === ',';

function addMacro(items: CodeItem[], text: string, at: number, end: number): void {
  const head = /^#[ \t]*define[ \t]+(\w+)(\()?/.exec(text.slice(at, Math.min(end, at + 200)));
  const name = head?.[1];
  if (head === null || name === undefined) return;
  const from = at + head[0].length;
  const kind = head[2] === undefined ? 'alias' : 'macro';
  const close = kind === 'alias' ? from : text.indexOf(')', from) + 1;
  if (close > end || (kind === 'macro' && close === 0) || !maySpeak(text, close, end)) return;
  items.push({ kind, names: [name], at, start: close, end, isInline: true, isStatic: true, isNoinline: false });
}

/** Whether a macro's text holds a word of small letters: all others are numbers, flags and bits. */
function maySpeak(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < 97 || code > 122) continue;
    const before = text.charCodeAt(at - 1);
    const isInNumber = before >= 48 && before <= 57;
    if (!isInNumber) return true;
  }
  return false;
}

function directiveWord(text: string, hashAt: number): string {
  let at = hashAt + 1;
  while (text.charCodeAt(at) === blank || text.charCodeAt(at) === tab) at++;
  return text.startsWith('define', at) ? 'define' : text.slice(at, at + 5);
}

function endOfDirective(text: string, from: number): number {
  let end = text.indexOf('\n', from);
  while (end > 0 && text.charCodeAt(end - 1 - Number(text.charCodeAt(end - 1) === carriageReturn)) === backslash)
    end = text.indexOf('\n', end + 1);
  return end < 0 ? text.length : end + 1;
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length + 1 : found + mark.length;
}

/** Where the closing quote is; a string ends with its line at the latest. */
function endOfString(text: string, open: number, quote: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === lineFeed) return at - 1;
    if (code === backslash) at++;
  }
  return text.length;
}

const lineFeed = 10;
const carriageReturn = 13;
const tab = 9;
const blank = 32;
const doubleQuote = 34;
const hash = 35;
const singleQuote = 39;
const openParenthesis = 40;
const closeParenthesis = 41;
const star = 42;
const slash = 47;
const semicolon = 59;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
