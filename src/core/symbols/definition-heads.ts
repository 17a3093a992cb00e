import { isBlank, isDigit, isLetter, skipBlanks, skipWhile } from '../traces/character.ts';

/** A function's head: the line (from 1) its name stands on. */
export interface DefinitionHead {
  readonly name: string;
  readonly line: number;
}

/**
 * The heads of function definitions in a file whose names are wanted, found by the kernel's layout: a definition's name
 * stands on a line that starts in column 1, and a `{` follows its parameters before any `;`. System calls answer to
 * `SYSCALL_DEFINE(connect)`, and macros that take the name (`DEFINE_IDTENTRY(name)`, `SYM_CODE_START(name)`) to that name.
 * One pass; no parse, so code under `#if` counts in both halves.
 */
export function definitionHeads(text: string, wanted: ReadonlySet<string>): readonly DefinitionHead[] {
  const heads: DefinitionHead[] = [];
  let line = 1;
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    if (isNameStart(text.charCodeAt(start))) {
      const name = headIn(text, start, end, wanted);
      if (name !== undefined) heads.push({ name, line });
    }
    start = end + 1;
  }
  return heads;
}

/** Attributes with arguments may stand before the name: `__printf(1, 2) int printk(...)`. */
const mostParentheses = 6;

function headIn(text: string, start: number, end: number, wanted: ReadonlySet<string>): string | undefined {
  let open = text.indexOf('(', start);
  for (let count = 0; count < mostParentheses && open >= 0 && open < end; count++) {
    const nameEnd = backOverBlanks(text, open, start);
    const nameStart = backOverName(text, nameEnd, start);
    const name = definedName(text, text.slice(nameStart, nameEnd), open);
    if (wanted.has(name.name) && (name.always || bodyFollows(text, open))) return name.name;
    open = text.indexOf('(', open + 1);
  }
  return undefined;
}

/** What `word(...)` defines: itself, or for a defining macro its first argument. Assembly macros need no brace. */
function definedName(text: string, word: string, open: number): { readonly name: string; readonly always: boolean } {
  const syscall = word.includes('SYSCALL_DEFINE');
  const assembly = word.startsWith('SYM_') && (word.includes('START') || word === 'SYM_INNER_LABEL');
  if (!syscall && !assembly && !word.startsWith('DEFINE_') && !word.startsWith('BPF_CALL_'))
    return { name: word, always: false };
  const start = skipBlanks(text, open + 1);
  const argument = text.slice(start, skipWhile(text, start, isNameCharacter, 200));
  return { name: syscall ? `SYSCALL_DEFINE(${argument})` : argument, always: assembly };
}

/** Parameter lists longer than this aren't. */
const longestParameters = 4096;

function bodyFollows(text: string, open: number): boolean {
  let depth = 0;
  const limit = Math.min(text.length, open + longestParameters);
  for (let at = open; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === 40 /* ( */) depth++;
    else if (code === 41 /* ) */) depth--;
    else if (depth === 0 && code === 123 /* { */) return true;
    else if (depth === 0 && (code === 59 /* ; */ || code === 61 /* = */ || code === 44) /* , */) return false;
  }
  return false;
}

function backOverBlanks(text: string, at: number, start: number): number {
  let end = at;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

function backOverName(text: string, at: number, start: number): number {
  let from = at;
  while (from > start && isNameCharacter(text.charCodeAt(from - 1))) from--;
  return from;
}

const isNameStart = (code: number): boolean => isLetter(code) || code === 95; /* _ */
const isNameCharacter = (code: number): boolean => isNameStart(code) || isDigit(code);
