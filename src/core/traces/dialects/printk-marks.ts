import type { FrameRole } from '../../model.ts';
import { isBlank, isHexDigit, isLetter, skipBlanks, skipWhile } from '../character.ts';

/** What the text left of a symbol says of it. Role `user` marks a user-space address, which is none of the kernel's. */
export interface LeftMark {
  readonly role: FrameRole | 'user';
  readonly reliable: boolean;
  /** Lower-case hex without 0x. */
  readonly address?: string;
}

/** Reads the text between the line's start (or the symbol before) and a symbol. */
export function leftMark(left: string): LeftMark {
  const trimmed = left.trimEnd();
  const unsure = trimmed.endsWith('?');
  const bare = (unsure ? trimmed.slice(0, -1) : trimmed).trim();
  const column = addressColumn(bare);
  const words = bare.slice(0, column.start).trim();
  return {
    role: roleOf(words),
    // s390 puts what it is not sure of in parentheses (arch/s390/kernel/dumpstack.c).
    reliable: !unsure && words !== '(',
    ...(column.address === undefined ? {} : { address: column.address }),
  };
}

function roleOf(words: string): FrameRole | 'user' {
  if (words === '' || words === '(' || isStackMarker(words) || isCaller(words)) return 'call';
  if (words.startsWith('--- interrupt: ')) return 'interrupted';
  if (words.startsWith('WARNING: ') || words.endsWith(' rIP:')) return 'pc';
  const register = registerBefore(words);
  if (register === undefined) return 'reference';
  if (linkRegisters.has(register)) return 'link';
  if (!programCounters.has(register)) return 'reference';
  return userSegments.some((segment) => words.includes(segment)) ? 'user' : 'pc';
}

/** x86's `<IRQ>`, `<TASK>`, `</IRQ>`, `<EOI>` in front of the frame, as old kernels print them. */
const isStackMarker = (words: string): boolean => words.startsWith('<') && words.endsWith('>') && words.length < 24;

/**
 * What stands before the caller in a pair: arm's `(callee) from [<address>] (` and `callee from ` (arch/arm/kernel/traps.c,
 * dump_backtrace_entry), sparc's `Caller[address]: `, a vendor's `[SP+ 48]`.
 */
const isCaller = (words: string): boolean =>
  words.endsWith(') from') || isPlainFrom(words) || words === 'Caller' || words.startsWith('[SP+');

/** `tcp_v4_rcv from`: one word and `from`. */
const isPlainFrom = (words: string): boolean => words.endsWith(' from') && !words.slice(0, -5).includes(' ');

/** The register's name at the head of a line: `RIP: 0010:`, `EIP is at`, `pc : `, `epc   : `, `NIP [..]`, `TPC: <`, `Krnl PSW : ..`. */
function registerBefore(words: string): string | undefined {
  const line = words.startsWith('Krnl ') ? words.slice(5) : words;
  const end = skipWhile(line, 0, isLetterOrDigit, 4);
  if (end === 0) return undefined;
  const name = line.slice(0, end).toUpperCase();
  const after = skipBlanks(line, end);
  const marked = after === line.length || line[after] === ':' || line[after] === '=' || line.startsWith('is at', after);
  return marked ? name : undefined;
}

const isLetterOrDigit = (code: number): boolean => isLetter(code) || (code >= 48 && code <= 57);

/** x86, arm, mips and riscv, powerpc, loongarch, sparc, s390. */
const programCounters: ReadonlySet<string> = new Set(['RIP', 'EIP', 'IP', 'PC', 'EPC', 'NIP', 'ERA', 'TPC', 'PSW']);
const linkRegisters: ReadonlySet<string> = new Set(['LR', 'RA', 'RPC', 'I7']);
/** __USER_CS, __USER32_CS and the 32-bit kernel's __USER_CS. */
const userSegments = [' 0033:', ' 0023:', ' 0073:'] as const;

interface AddressColumn {
  /** Where the words before the addresses end. */
  readonly start: number;
  readonly address?: string;
}

/**
 * The addresses right before a symbol: `[<ffffffff81000000>]`, several of them (powerpc prints the stack pointer first),
 * mips' and loongarch's bare digits, sparc's `<`. The last one is the symbol's own; `[<0>]` is only a sign.
 */
function addressColumn(text: string): AddressColumn {
  let start = text.length;
  let address: string | undefined;
  for (let round = 0; round < 4; round++) {
    const end = skipBack(text, start, isOpening);
    const found = addressBefore(text, end);
    if (found === undefined) break;
    address ??= found.address;
    start = found.start;
  }
  const words = skipBack(text, start, isOpening);
  // s390's doubt stands before the address: `([<address>] symbol)`.
  const doubt = address !== undefined && text[words] === '(' ? words + 1 : words;
  return { start: doubt, ...(address === undefined || address === '' ? {} : { address }) };
}

const isOpening = (code: number): boolean => isBlank(code) || code === 40 /* ( */ || code === 60; /* < */

function skipBack(text: string, at: number, inClass: (code: number) => boolean): number {
  let index = at;
  while (index > 0 && inClass(text.charCodeAt(index - 1))) index--;
  return index;
}

function addressBefore(text: string, end: number): { readonly start: number; readonly address: string } | undefined {
  const bracketed = text[end - 1] === ']' || text.endsWith(']:', end);
  const close = bracketed ? text.lastIndexOf(']', end - 1) : end;
  const inner = bracketed && text[close - 1] === '>' ? close - 1 : close;
  const digits = skipBack(text, inner, isHexDigit);
  if (inner - digits > 16 || inner === digits) return undefined;
  const address = text.slice(digits, inner).toLowerCase();
  if (!bracketed) {
    const start = text.startsWith('0x', digits - 2) ? digits - 2 : digits;
    return inner - digits >= 8 && isBlank(text.charCodeAt(start - 1)) ? { start, address } : undefined;
  }
  const open = text[digits - 1] === '<' ? digits - 1 : digits;
  if (text[open - 1] !== '[') return undefined;
  return { start: open - 1, address: inner - digits > 1 ? address : '' };
}
