/**
 * What stands before a function's body. The parser needs a type, a name and parameters; the kernel puts annotations
 * between them that nobody can list, so what is not needed is found by its position and blanked.
 */
import type { Code } from './code.ts';
import { normaliseMacroHead } from './macro-heads.ts';
import { normaliseParameters } from './parameters.ts';
import { cleanTypes, eraseAttribute, isTypeof } from './types.ts';
import { isIntegerSize } from './words.ts';

export interface Head {
  readonly name: string;
  /** The token that is the name. */
  readonly nameToken: number;
  /** The macro that defines the function: SYSCALL_DEFINE3, BPF_CALL_2. */
  readonly definedBy?: string;
}

/** `first`: the head's first token; `brace`: the `{` of the body. */
export function normaliseHead(code: Code, first: number, brace: number): Head {
  for (let token = first; token < brace; token++) {
    if (code.isAttribute(token)) token = eraseAttribute(code, token);
    else if (code.text(token) === '{' && code.isOpener(token)) code.erase(token, code.partner(token)); // enum x { A } f()
  }
  const name = findName(code, first, brace);
  if (name < 0) return unusualHead(code, first, brace);
  const open = parametersOf(code, name, brace);
  const close = code.partner(open);
  const before = typeTokens(code, first, name);
  const head = before.length === 0 ? normaliseMacroHead(code, name, open) : ordinaryHead(code, before, name, open);
  code.erase(close + 1, brace - 1);
  return head;
}

/** The name before the first parenthesis, or -1: `void (*signal(int x))(int)` has none there. */
function findName(code: Code, first: number, brace: number): number {
  let previous = -1;
  for (let token = first; token < brace; token++) {
    if (code.isErased(token)) continue;
    if (isTypeof(code, token)) token = code.partner(token + 1);
    else if (code.text(token) === '(') {
      return code.isPlain(previous) && code.isOpener(token) && code.partner(token) < brace ? previous : -1;
    }
    previous = token;
  }
  return -1;
}

/** The first parenthesis after the name; of `IPSET_TOKEN(HTYPE, _create)(struct net *net)` the second. */
function parametersOf(code: Code, name: number, brace: number): number {
  let open = name + 1;
  while (code.isErased(open)) open++;
  const next = code.partner(open) + 1;
  if (next >= brace || !code.isParenthesis(next)) return open;
  code.erase(open, code.partner(open));
  return next;
}

/** What is left before the name besides `static`, `inline` and the like. */
function typeTokens(code: Code, first: number, name: number): readonly number[] {
  const tokens: number[] = [];
  for (let token = first; token < name; token++) {
    if (!code.isErased(token) && code.wordClass(token) !== 'storage') tokens.push(token);
  }
  const isAnnotatedMacro = tokens.length === 1 && code.isPlain(tokens[0] ?? -1) && definesByMacro(code, name);
  if (!isAnnotatedMacro) return tokens;
  code.erase(tokens[0] ?? -1);
  return [];
}

function definesByMacro(code: Code, name: number): boolean {
  return /^(COMPAT_)?SYSCALL_DEFINE|^BPF_CALL_/.test(code.text(name));
}

function ordinaryHead(code: Code, before: readonly number[], name: number, open: number): Head {
  eraseUnknownWords(code, before);
  cleanTypes(code, before[0] ?? name, name);
  normaliseParameters(code, open);
  return { name: code.text(name), nameToken: name };
}

/** Before the name stays one type: a struct or a keyword if there is one, else the last name before a `*`. */
function eraseUnknownWords(code: Code, before: readonly number[]): void {
  const tagAt = before.findIndex((token) => code.wordClass(token) === 'tag');
  const tagName = tagAt < 0 ? undefined : before[tagAt + 1];
  const hasType = tagAt >= 0 || before.some((token) => isTypeKeyword(code, token));
  const names = before.filter((token) => code.isPlain(token) && token !== tagName);
  const star = before.find((token) => code.text(token) === '*') ?? Infinity;
  const type = hasType ? undefined : names.filter((token) => token < star).at(-1);
  for (const token of names) if (token !== type) code.erase(token);
}

function isTypeKeyword(code: Code, token: number): boolean {
  const wordClass = code.wordClass(token);
  return wordClass === 'type' || (wordClass === 'qualifier' && isIntegerSize(code.text(token)));
}

/** A head in which the name does not come first: it is left as it is. */
function unusualHead(code: Code, first: number, brace: number): Head {
  for (let token = first; token < brace; token++) {
    if (code.isPlain(token) && code.text(token + 1) === '(') return { name: code.text(token), nameToken: token };
  }
  return { name: '', nameToken: first };
}
