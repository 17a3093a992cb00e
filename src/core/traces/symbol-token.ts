import { isDigit, isHexDigit, isModuleCharacter, isSymbolCharacter, skipBlanks, skipWhile } from './character.ts';

/** `tcp_v4_rcv+0x99b/0xee0 [module 40hex]` inside a line. Indices count from 0; `end` is exclusive and stands before the module. */
export interface SymbolToken {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** The number after `+`, in the base it was written in. */
  readonly offset: number;
  /** How the offset was written; a bare `+10` is read as decimal. */
  readonly base: 'hex' | 'decimal';
  readonly size?: number;
  readonly module?: string;
  readonly buildId?: string;
  /** Where the text goes on behind the module. */
  readonly tail: number;
}

/** KSYM_NAME_LEN in include/linux/kallsyms.h. */
const longestName = 512;
/** No function is that big (tools/objtool and the kernel's own decoders refuse less). */
const biggestFunction = 16 * 1024 * 1024;

/**
 * The first symbol with an offset at or after `from`. An offset equal to the size is legal: a call that does not
 * return may be a function's last instruction. Looks at every character at most twice.
 */
export function findSymbolToken(text: string, from = 0): SymbolToken | undefined {
  for (let plus = text.indexOf('+', from); plus >= 0; plus = text.indexOf('+', plus + 1)) {
    const token = symbolTokenAt(text, plus, from);
    if (token !== undefined) return token;
  }
  return undefined;
}

/** All symbols with an offset in a line. */
export function symbolTokens(text: string): readonly SymbolToken[] {
  const tokens: SymbolToken[] = [];
  for (let token = findSymbolToken(text); token !== undefined; token = findSymbolToken(text, token.tail))
    tokens.push(token);
  return tokens;
}

function symbolTokenAt(text: string, plus: number, from: number): SymbolToken | undefined {
  const offset = readNumber(text, plus + 1);
  if (offset === undefined || offset.value > biggestFunction) return undefined;
  const start = nameStart(text, plus, from);
  if (start === undefined) return undefined;
  const size = text[offset.end] === '/' ? readNumber(text, offset.end + 1) : undefined;
  if (size !== undefined && (size.value > biggestFunction || offset.value > size.value)) return undefined;
  const end = size?.end ?? offset.end;
  if (isSymbolCharacter(text.charCodeAt(end)) && text[end] !== '.') return undefined;
  const module = readModule(text, end);
  return {
    start,
    end,
    name: text.slice(start, plus),
    offset: offset.value,
    base: offset.base,
    ...(size === undefined ? {} : { size: size.value }),
    ...(module?.name === undefined ? {} : { module: module.name }),
    ...(module?.buildId === undefined ? {} : { buildId: module.buildId }),
    tail: module?.end ?? end,
  };
}

function nameStart(text: string, plus: number, from: number): number | undefined {
  const limit = Math.max(from, plus - longestName - 1);
  let start = plus;
  while (start > limit && isSymbolCharacter(text.charCodeAt(start - 1))) start--;
  const tooLong = plus - start > longestName;
  return start === plus || tooLong || isDigit(text.charCodeAt(start)) ? undefined : start;
}

interface ReadNumber {
  readonly value: number;
  readonly base: 'hex' | 'decimal';
  readonly end: number;
}

/** `0x` and up to 13 hex digits (2^52), or up to 10 decimal digits. */
function readNumber(text: string, at: number): ReadNumber | undefined {
  const hex = text.charCodeAt(at) === 48 && (text.charCodeAt(at + 1) | 32) === 120; /* 0x */
  const start = hex ? at + 2 : at;
  const end = skipWhile(text, start, hex ? isHexDigit : isDigit, 20);
  const digits = end - start;
  if (digits === 0 || digits > (hex ? 13 : 10)) return undefined;
  return { value: Number.parseInt(text.slice(start, end), hex ? 16 : 10), base: hex ? 'hex' : 'decimal', end };
}

interface ModuleSuffix {
  readonly name?: string;
  readonly buildId?: string;
  readonly end: number;
}

/** ` [nf_conntrack]` or ` [nf_conntrack 40hex]`. SystemTap's `[kernel]` and perf's `[kernel.kallsyms]` name no module. */
function readModule(text: string, at: number): ModuleSuffix | undefined {
  const open = skipBlanks(text, at);
  if (text[open] !== '[') return undefined;
  const nameEnd = skipWhile(text, open + 1, isModuleCharacter, 64);
  if (nameEnd === open + 1) return undefined;
  const name = text.slice(open + 1, nameEnd);
  if (text[nameEnd] === ']') return { ...(name === 'kernel' ? {} : { name }), end: nameEnd + 1 };
  const idStart = skipBlanks(text, nameEnd);
  const idEnd = skipWhile(text, idStart, isHexDigit, 64);
  if (idStart === nameEnd || idEnd - idStart < 16 || text[idEnd] !== ']') return undefined;
  return { name, buildId: text.slice(idStart, idEnd).toLowerCase(), end: idEnd + 1 };
}
