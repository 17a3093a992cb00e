/** A file's outermost level: a sequence of items, each a function, a declaration, or a macro on its own. */
import { offset, type Offset, type Span } from '../../base/position.ts';
import { normaliseMembers } from './aggregates.ts';
import { normaliseStatements } from './bodies.ts';
import type { Code } from './code.ts';
import { normaliseDeclaration } from './declarations.ts';
import type { Findings } from './findings.ts';
import { normaliseHead } from './heads.ts';
import { Kind } from './tokens.ts';

/** A function with a body. */
export interface FunctionRange {
  /** From the head's first token to the closing brace. */
  readonly extent: Span;
  /** From the head's first token to its last one. */
  readonly head: Span;
  /** The braces and what is between them. */
  readonly body: Span;
  /** For a function that a macro defines what the macro is told: `bind` of SYSCALL_DEFINE3(bind, ...). */
  readonly name: string;
  readonly nameAt: Offset;
  /** The macro that defines it: SYSCALL_DEFINE3, BPF_CALL_2. */
  readonly definedBy?: string;
  readonly isStatic: boolean;
  readonly isInline: boolean;
  /** Set where the body was not asked for, and so was not normalised. */
  readonly isSkipped?: true;
}

export interface Items {
  readonly functions: readonly FunctionRange[];
  /** Declarations with an initialiser, e.g. tables of operations. */
  readonly tables: readonly Span[];
  /** Normalises the bodies that were skipped and are wanted after all; these functions, in file order. */
  readonly further: (only: Only) => readonly FunctionRange[];
}

/** Whether a function's body is wanted, by its name, its text as written, and where that stands. */
export type Only = (name: string, body: string, at: Span) => boolean;

/** What is known of the item that is being read. */
interface Item {
  first: number;
  /** The first parenthesis before any `=`, or -1. */
  parenthesis: number;
  /** Whether `name(...)` was seen. */
  hasParameters: boolean;
  hasInitialiser: boolean;
  /** Whether `struct`, `union` or `enum` was seen outside parentheses. */
  hasTag: boolean;
}

interface File {
  readonly code: Code;
  readonly findings: Findings;
  readonly only: Only | undefined;
  readonly skipped: Skipped[];
  readonly functions: FunctionRange[];
  readonly tables: Span[];
  item: Item;
}

interface Skipped {
  readonly found: FunctionRange;
  /** The body's first token, and its closing brace. */
  readonly first: number;
  readonly close: number;
}

/** @param only which bodies are wanted, by name and text; absent: all */
export function normaliseItems(code: Code, findings: Findings, only?: Only): Items {
  const file: File = { code, findings, only, skipped: [], functions: [], tables: [], item: newItem(0) };
  for (let token = 0; token < code.count;) token = takeToken(file, token);
  return { functions: file.functions, tables: file.tables, further: (wanted) => takeFurther(file, wanted) };
}

function takeFurther({ code, findings, skipped }: File, only: Only): readonly FunctionRange[] {
  const isWanted = ({ found: { name, body } }: Skipped): boolean =>
    only(name, code.source.slice(body.start, body.end), body);
  const wanted = skipped.filter(isWanted);
  for (const each of wanted) {
    normaliseStatements(code, each.first, each.close, findings);
    skipped.splice(skipped.indexOf(each), 1);
  }
  return wanted.map(({ found }) => found);
}

function newItem(first: number): Item {
  return { first, parenthesis: -1, hasParameters: false, hasInitialiser: false, hasTag: false };
}

/** The next item starts at `first`. */
function startItem(file: File, first: number): number {
  file.item = newItem(first);
  return first;
}

/** Takes one token, or a whole bracket pair, into the current item. Returns the token to go on with. */
function takeToken(file: File, token: number): number {
  const { code, item } = file;
  switch (code.text(token)) {
    case ';':
      return takeSemicolon(file, token);
    case '{':
      return takeBlock(file, token);
    case '}':
      code.erase(token); // closes nothing
      return startItem(file, token + 1);
    case '(':
      return takeParentheses(file, token);
    case '[':
      return code.lastOf(token) + 1;
    case '=':
      item.hasInitialiser = true;
      return token + 1;
    default:
      return takeWord(file, token);
  }
}

function takeWord(file: File, token: number): number {
  const { code, item } = file;
  if (code.wordClass(token) === 'tag') item.hasTag = true;
  if (isBehindMacros(file, token)) {
    code.erase(item.first, token - 1);
    return startItem(file, token) + 1;
  }
  const isLoneMacro = token === item.first && code.isPlain(token) && code.wordClass(token + 1) === 'storage';
  if (!isLoneMacro || code.onSameLine(token, token + 1)) return token + 1;
  code.erase(token);
  return startItem(file, token + 1);
}

/** `SETFLAG(Young, young) TESTFLAG(Young, young)`, then `static` on the next line: nothing that has begun goes on so. */
function isBehindMacros({ code, item }: File, token: number): boolean {
  if (item.parenthesis < 0 || item.hasInitialiser || code.wordClass(token) !== 'storage') return false;
  return code.text(token) !== 'register' && !code.onSameLine(token - 1, token);
}

function takeSemicolon(file: File, token: number): number {
  const { code, item } = file;
  if (isOldStyleHead(file, token)) return token + 1;
  if (normaliseDeclaration(code, item.first, token, file.findings)) {
    file.tables.push(span(code.start(item.first), code.end(token)));
  }
  return startItem(file, token + 1);
}

/** `int f(a, b) int a; char b; {`: what ends here declares a parameter, and the head goes on. */
function isOldStyleHead({ code, item }: File, semicolon: number): boolean {
  const open = item.parenthesis;
  const close = code.partner(open);
  if (open <= item.first || !code.isPlain(open - 1) || close <= open + 1 || close + 2 >= semicolon) return false;
  if (!code.isWord(close + 1) || code.isAttribute(close + 1)) return false;
  for (let token = open + 1; token < close; token++) {
    const isName = (token - open) % 2 === 1;
    if (isName ? !code.isPlain(token) : code.text(token) !== ',') return false;
  }
  return true;
}

function takeParentheses(file: File, open: number): number {
  const { code, item } = file;
  if (!code.isOpener(open)) return open + 1;
  if (item.parenthesis < 0 && !item.hasInitialiser) item.parenthesis = open;
  const close = code.partner(open);
  if (code.isPlain(open - 1) && open > item.first) {
    item.hasParameters = true;
    if (isMacroAlone(file, open)) {
      code.erase(item.first, close);
      return startItem(file, close + 1);
    }
  }
  return close + 1;
}

/**
 * `MODULE_LICENSE("GPL")` without a semicolon: something else follows on the next line. A macro without parentheses may
 * stand on the line before, as BTF_ID_UNUSED does.
 */
function isMacroAlone({ code, item }: File, open: number): boolean {
  const close = code.partner(open);
  let first = item.first;
  while (code.wordClass(first) === 'storage') first++;
  if (first === item.first && first === open - 2 && isLoneConstant(code, first)) first++;
  if (first !== open - 1) return false;
  if (close + 1 >= code.count) return true;
  return code.isWord(close + 1) && !code.isAttribute(close + 1) && !code.onSameLine(close, close + 1);
}

function isLoneConstant(code: Code, token: number): boolean {
  return code.isPlain(token) && /^[A-Z0-9_]+$/.test(code.text(token)) && !code.onSameLine(token, token + 1);
}

function takeBlock(file: File, open: number): number {
  const { code, item } = file;
  const isLinkage = code.wordClass(item.first) === 'storage' && code.kind(item.first + 1) === Kind.string;
  if (item.first === open || isLinkage) return openTransparentBlock(file, open);
  const close = code.isOpener(open) ? code.partner(open) : code.count;
  const next = Math.min(close + 1, code.count);
  if (item.hasInitialiser) return next;
  if (item.hasTag && !item.hasParameters) {
    normaliseMembers(code, open);
    return next;
  }
  takeFunction(file, open, close);
  return startItem(file, next);
}

/** `extern "C" {`, or a brace that belongs to nothing: what is inside counts as outside. */
function openTransparentBlock(file: File, open: number): number {
  file.code.erase(file.item.first, open);
  if (file.code.isOpener(open)) file.code.erase(file.code.partner(open));
  return startItem(file, open + 1);
}

function takeFunction(file: File, open: number, close: number): void {
  const { code, item, findings, only } = file;
  const { first } = item;
  const body = span(code.start(open), code.end(close));
  const storage = storageOf(code, first, open);
  const { name, nameToken, ...rest } = normaliseHead(code, first, open);
  const isSkipped = only !== undefined && !only(name, code.source.slice(body.start, body.end), body);
  if (!isSkipped) normaliseStatements(code, open + 1, close, findings);
  const found: FunctionRange = {
    extent: span(code.start(first), code.end(close)),
    head: span(code.start(first), code.end(open - 1)),
    body,
    name,
    nameAt: offset(code.start(nameToken)),
    ...rest,
    ...storage,
  };
  file.functions.push(isSkipped ? { ...found, isSkipped } : found);
  if (isSkipped) file.skipped.push({ found, first: open + 1, close });
}

function span(start: number, end: number): Span {
  return { start: offset(start), end: offset(end) };
}

function storageOf(code: Code, first: number, open: number): { isStatic: boolean; isInline: boolean } {
  let isStatic = false;
  let isInline = false;
  for (let token = first; token < open; token = code.lastOf(token) + 1) {
    if (code.text(token) === 'static') isStatic = true;
    else if (/^(__inline|__inline__|inline|__always_inline|nokprobe_inline)$/.test(code.text(token))) isInline = true;
  }
  return { isStatic, isInline };
}
