import { isBlank, isHexDigit, skipBlanks, skipWhile } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import { roleBelow } from './interrupted.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialect.ts';

/**
 * SystemTap's print_backtrace() (runtime/sym.c, _stp_print_addr):
 * ` 0xffffffff818acdab : tcp_v4_rcv+0x99b/0xee0 [kernel]`, with ` (inexact)` where it only found the word on the stack.
 * The first address is where the probe hit; all below are return addresses.
 */
export const stap: Dialect = {
  id: 'stap',
  title: 'print_backtrace()',
  blankEnds: true,
  read: (line, context) => readLine(line.text, context),
};

function readLine(text: string, context: Context): Reading | undefined {
  const returns = returnMark(text);
  const address = addressAt(text, skipBlanks(text, returns?.end ?? 0));
  if (address === undefined) return undefined;
  const colon = skipBlanks(text, address.end);
  if (text[colon] !== ':' || colon === address.end || !isBlank(text.charCodeAt(colon + 1))) return undefined;
  const token = findSymbolToken(text, colon + 1);
  if (token === undefined || token.base !== 'hex' || skipBlanks(text, colon + 1) !== token.start) return undefined;
  const first = context.depth === 0;
  const frame: FrameReading = {
    start: token.start,
    end: token.end,
    name: token.name,
    offset: token.offset,
    ...(token.size === undefined ? {} : { size: token.size }),
    ...(token.module === undefined ? {} : { module: token.module }),
    address: address.digits,
    reliable: !text.includes('(inexact)', token.tail),
    role: returns?.role ?? (first ? 'probed' : roleBelow(context.previous)),
  };
  return { frames: [frame] };
}

/** A return probe prints where it came from (its address is exact) and where it goes to (a return address). */
function returnMark(text: string): { readonly end: number; readonly role: 'probed' | 'call' } | undefined {
  const start = skipBlanks(text, 0);
  if (text.startsWith('Returning from:', start)) return { end: start + 15, role: 'probed' };
  if (text.startsWith('Returning to  :', start)) return { end: start + 15, role: 'call' };
  return undefined;
}

function addressAt(text: string, at: number): { readonly digits: string; readonly end: number } | undefined {
  if (text[at] !== '0' || text[at + 1] !== 'x') return undefined;
  const end = skipWhile(text, at + 2, isHexDigit, 17);
  return end === at + 2 || end > at + 18 ? undefined : { digits: text.slice(at + 2, end).toLowerCase(), end };
}
