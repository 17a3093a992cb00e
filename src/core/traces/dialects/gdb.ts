import { isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import { sourceReferenceAt } from '../source-reference.ts';
import type { Context, Dialect, Reading } from './dialect.ts';
import { addressAt, frameNumber } from './frame-number.ts';

/**
 * gdb's bt: `#1  0xffffffff818acdab in tcp_v4_rcv (skb=0x0) at net/ipv4/tcp_ipv4.c:2149`. The line is already that of
 * the call. Without an address the frame is the innermost one, or inlined.
 */
export const gdb: Dialect = {
  id: 'gdb',
  title: 'backtrace',
  blankEnds: true,
  read: ({ text }, context) => frameLine(text) ?? wrappedLine(text, context),
};

function frameLine(text: string): Reading | undefined {
  const number = frameNumber(text);
  if (number === undefined) return undefined;
  const address = text.startsWith('0x', number.end) ? addressAt(text, number.end) : undefined;
  if (address !== undefined && !text.startsWith(' in ', address.end)) return undefined;
  const start = address === undefined ? number.end : address.end + 4;
  const end = skipWhile(text, start, isSymbolCharacter, 512);
  // The arguments may go on in the next line.
  if (end === start || !text.startsWith(' (', end) || sourceReferenceAt(text, end + 2) !== undefined) return undefined;
  const stated = sourceBehind(text, end);
  return {
    ...(number.number === 0 ? { section: 'backtrace' } : {}),
    frames: [
      {
        start,
        end,
        name: text.slice(start, end),
        ...(address === undefined ? {} : { address: address.address }),
        ...(stated === undefined ? {} : { stated }),
        reliable: true,
        inlined: address === undefined && number.number > 0,
        role: number.number === 0 ? 'pc' : 'call',
      },
    ],
  };
}

/** `    at net/ipv4/tcp_ipv4.c:2149` below a frame whose arguments were long. */
function wrappedLine(text: string, context: Context): Reading | undefined {
  if (!context.continues || skipBlanks(text, 0) === 0) return undefined;
  const stated = sourceBehind(` ${text.trimStart()}`, 0);
  return stated === undefined ? undefined : { amends: { stated } };
}

function sourceBehind(text: string, from: number): { readonly file: string; readonly line: number } | undefined {
  const at = text.lastIndexOf(' at ');
  const source = at < from ? undefined : sourceReferenceAt(text, at + 4);
  return source?.end === text.trimEnd().length ? { file: source.file, line: source.line } : undefined;
}
