import { isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialect.ts';
import { reasonWord } from './event-line.ts';

/**
 * nettrace: `[kfree_skb           ] TCP: ...` for each function a packet passed, `    -> tcp_v4_rcv+0x81` or
 * `    -> [ffffffff818ac491]tcp_v4_rcv+0x81` for stacks, `location:` and `drop reason:` with their value in the next
 * line, and `... reason: NO_SOCKET, tcp_v4_rcv+0x81` when it only watches drops. Offsets are hex, sizes aren't printed.
 */
export const nettrace: Dialect = {
  id: 'nettrace',
  title: 'nettrace',
  blankEnds: false,
  read: ({ text }, context) => arrowLine(text) ?? passedLine(text) ?? dropLine(text) ?? labelLine(text, context),
};

function arrowLine(text: string): Reading | undefined {
  const start = skipBlanks(text, 0);
  if (start === 0 || !text.startsWith('-> ', start)) return undefined;
  const token = findSymbolToken(text, start + 3);
  if (token === undefined) return undefined;
  const address = text.slice(start + 3, token.start).trim();
  const bracketed = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1).toLowerCase() : undefined;
  if (address !== '' && bracketed === undefined) return undefined;
  const frame = symbolAt(text, token.start);
  return frame === undefined
    ? undefined
    : { frames: [bracketed === undefined ? frame : { ...frame, address: bracketed }] };
}

/** `[ip_rcv              ] TCP: 10.0.0.1:22 -> ...`: the packet came by a function's entry. */
function passedLine(text: string): Reading | undefined {
  const open = skipBlanks(text, 0);
  if (text[open] !== '[') return undefined;
  const end = skipWhile(text, open + 1, isSymbolCharacter, 64);
  const close = skipBlanks(text, end);
  if (end === open + 1 || close - end < 1 || text[close] !== ']' || !hasProtocol(text, close + 2)) return undefined;
  const name = text.slice(open + 1, end);
  return { frames: [{ start: open + 1, end, name, reliable: true, role: 'probed' }] };
}

/** `TCP: `, `UDP: `, `ICMP: `, `ARP: `. */
function hasProtocol(text: string, at: number): boolean {
  const end = skipWhile(text, at, (code) => code >= 65 && code <= 90, 8);
  return end > at + 1 && text.startsWith(': ', end);
}

/** `TCP: 10.0.0.1:22 -> 10.0.0.2:80 seq:1, flags:S, reason: NO_SOCKET, tcp_v4_rcv+0x81`. */
function dropLine(text: string): Reading | undefined {
  const label = text.indexOf(', reason: ');
  if (label < 0 || !hasProtocol(text, skipBlanks(text, 0))) return undefined;
  const end = skipWhile(text, label + 10, isSymbolCharacter, 80);
  const reason = reasonWord(text.slice(label + 10, end));
  const frame = text.startsWith(', ', end) ? symbolAt(text, end + 2) : undefined;
  return { drop: { ...placeOf(frame), ...reason }, ...(frame === undefined ? {} : { frames: [frame] }) };
}

function labelLine(text: string, context: Context): Reading | undefined {
  const line = text.trim();
  if (line === 'Call Stack:' && context.open) return { section: 'Call Stack' };
  if (line === 'location:') return { section: 'location', drop: {} };
  if (line === 'drop reason:') return { section: 'drop reason' };
  if (!context.continues) return undefined;
  if (context.title === 'location') {
    const frame = symbolAt(text, skipBlanks(text, 0));
    return frame === undefined ? undefined : { amendsDrop: placeOf(frame), frames: [frame] };
  }
  return context.title === 'drop reason' ? { amendsDrop: reasonWord(line), ends: true } : undefined;
}

function symbolAt(text: string, at: number): FrameReading | undefined {
  const token = findSymbolToken(text, at);
  if (token?.start !== at || token.base !== 'hex') return undefined;
  const { end, name, offset, module } = token;
  return { start: at, end, name, offset, ...(module === undefined ? {} : { module }), reliable: true, role: 'call' };
}

const placeOf = (frame: FrameReading | undefined): Reading['drop'] & object => ({
  ...(frame?.name === undefined ? {} : { name: frame.name }),
  ...(frame?.offset === undefined ? {} : { offset: frame.offset }),
});
