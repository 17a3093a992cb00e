import type { FrameRole } from '../../model.ts';
import { isHexDigit, skipWhile } from '../character.ts';

/** What the text left of a symbol says of it. Role `user` marks a user-space address, which is none of the kernel's. */
export interface LeftMark {
  readonly role: FrameRole | 'user';
  readonly reliable: boolean;
  readonly address?: string;
}

/** Reads the text between the line's start (or the symbol before) and a symbol. */
export function leftMark(left: string): LeftMark {
  const unsure = left.trimEnd().endsWith('?');
  const bare = (unsure ? left.trimEnd().slice(0, -1) : left).trim();
  const address = addressIn(bare);
  const words = address === undefined ? bare : bare.slice(0, bare.indexOf('[<')).trim();
  return { role: roleOf(words), reliable: !unsure, ...(address === undefined ? {} : { address }) };
}

function roleOf(words: string): FrameRole | 'user' {
  if (words === '' || isStackMarker(words)) return 'call';
  const pc = programCounters.find((mark) => words.startsWith(mark));
  if (pc !== undefined) return userSegments.some((segment) => words.includes(segment)) ? 'user' : 'pc';
  if (words.startsWith('WARNING: ')) return 'pc';
  return linkRegisters.some((mark) => words.startsWith(mark)) ? 'link' : 'reference';
}

/** x86's `<IRQ>`, `<TASK>`, `</IRQ>`, `<EOI>` in front of the frame, as old kernels print them. */
const isStackMarker = (words: string): boolean => words.startsWith('<') && words.endsWith('>') && words.length < 24;

const programCounters = ['RIP', 'EIP', 'IP:', 'pc :', 'PC is at', 'epc :', 'NIP '] as const;
const linkRegisters = ['lr :', 'LR is at', 'LR ', 'ra :'] as const;
/** __USER_CS, __USER32_CS and the 32-bit kernel's __USER_CS. */
const userSegments = [' 0033:', ' 0023:', ' 0073:'] as const;

/** The last `[<ffffffff81000000>]`. Newer kernels print a hash there, or nothing (`[<0>]`). */
function addressIn(left: string): string | undefined {
  const open = left.lastIndexOf('[<');
  if (open < 0) return undefined;
  const end = skipWhile(left, open + 2, isHexDigit, 17);
  return left.startsWith('>]', end) && end > open + 3 ? left.slice(open + 2, end).toLowerCase() : undefined;
}
