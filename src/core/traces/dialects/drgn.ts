import { isSymbolCharacter, skipWhile } from '../character.ts';
import { sourceReferenceAt } from '../source-reference.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Dialect, FrameReading, Reading } from './dialect.ts';
import { addressAt, frameNumber } from './frame-number.ts';

/**
 * drgn's stack traces: `#2  tcp_v4_rcv (net/ipv4/tcp_ipv4.c:2149:3)`, or one frame at length:
 * `#2 at 0xffffffff818acdab (tcp_v4_rcv+0x99b/0xee0) in tcp_v4_rcv at net/ipv4/tcp_ipv4.c:2149:3 (inlined)`.
 */
export const drgn: Dialect = {
  id: 'drgn',
  title: 'stack trace',
  blankEnds: true,
  read: ({ text }) => {
    const number = frameNumber(text);
    if (number === undefined) return undefined;
    const frame = text.startsWith('at 0x', number.end) ? longFrame(text, number.end + 3) : shortFrame(text, number.end);
    const reading: Reading | undefined =
      frame === undefined ? undefined : { frames: [{ ...frame, role: number.number === 0 ? 'pc' : 'call' }] };
    return reading;
  },
};

function shortFrame(text: string, start: number): FrameReading | undefined {
  const end = skipWhile(text, start, isSymbolCharacter, 512);
  if (end === start || !text.startsWith(' (', end)) return undefined;
  const source = sourceReferenceAt(text, end + 2);
  if (source === undefined || text[source.end] !== ')') return undefined;
  const stated = { file: source.file, line: source.line };
  return { start, end, name: text.slice(start, end), stated, reliable: true, role: 'call' };
}

function longFrame(text: string, at: number): FrameReading | undefined {
  const address = addressAt(text, at);
  if (address === undefined) return undefined;
  const named = text.indexOf(' in ', address.end);
  const start = named + 4;
  const end = named < 0 ? -1 : skipWhile(text, start, isSymbolCharacter, 512);
  if (end <= start) return undefined;
  const source = text.startsWith(' at ', end) ? sourceReferenceAt(text, end + 4) : undefined;
  const inlined = text.trimEnd().endsWith('(inlined)');
  const symbol = inlined ? undefined : findSymbolToken(text, address.end);
  return {
    start,
    end,
    name: text.slice(start, end),
    address: address.address,
    ...(symbol === undefined ? {} : { offset: symbol.offset }),
    ...(symbol?.size === undefined ? {} : { size: symbol.size }),
    ...(source === undefined ? {} : { stated: { file: source.file, line: source.line } }),
    reliable: true,
    inlined,
    role: 'call' as const,
  };
}
