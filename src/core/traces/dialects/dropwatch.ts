import { isDigit, isHexDigit, isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Dialect, FrameReading, Reading } from './dialect.ts';
import { reasonWord } from './event-line.ts';
import { addressAt } from './frame-number.ts';
import { symbolOf } from './symbol-of.ts';

/**
 * dropwatch: packet mode's `drop at: tcp_v4_rcv+0x81/0xee0 (0xffffffff818ac491)` with `drop reason: NO_SOCKET` further
 * down, and the summary's `3 drops at tcp_v4_rcv+81 (0xffffffff818ac491) [software]`, whose offset is hex without 0x.
 */
export const dropwatch: Dialect = {
  id: 'dropwatch',
  title: 'drops',
  blankEnds: false,
  read: ({ text }, context) =>
    packetLine(text) ?? summaryLine(text) ?? (context.continues ? fieldLine(text) : undefined),
};

function packetLine(text: string): Reading | undefined {
  const start = skipBlanks(text, 0);
  if (!text.startsWith('drop at: ', start)) return undefined;
  const at = start + 9;
  const token = findSymbolToken(text, at);
  const open = text.indexOf('(0x', at);
  const address = open < 0 ? undefined : addressAt(text, open + 1)?.address;
  if (token?.start !== at) return { drop: address === undefined ? {} : { address } };
  const { name, offset } = token;
  const frame: FrameReading = {
    ...symbolOf(token),
    ...(address === undefined ? {} : { address }),
    reliable: true,
    role: 'call',
  };
  return { drop: { name, offset }, frames: [frame] };
}

/** What packet mode prints below the place, one `name: value` a line; a blank line ends the packet. */
function fieldLine(text: string): Reading | undefined {
  const label = 'drop reason: ';
  if (text.startsWith(label)) return { amendsDrop: reasonWord(text.slice(label.length).trim().split(' ', 1)[0] ?? '') };
  return text.includes(': ') ? {} : undefined;
}

function summaryLine(text: string): Reading | undefined {
  const start = skipBlanks(text, 0);
  const digits = skipWhile(text, start, isDigit, 12);
  if (digits === start || !text.startsWith(' drops at ', digits)) return undefined;
  const at = digits + 10;
  const plus = skipWhile(text, at, isSymbolCharacter, 512);
  const end = skipWhile(text, plus + 1, isHexDigit, 9);
  const address = addressAt(text, text.indexOf('(0x', end) + 1)?.address;
  const place = address === undefined ? {} : { address };
  if (text[plus] !== '+' || end === plus + 1) return { drop: place };
  const name = text.slice(at, plus);
  const offset = Number.parseInt(text.slice(plus + 1, end), 16);
  // A module's address is counted from the last symbol of the kernel itself, which says nothing.
  if (offset > biggestOffset) return { drop: place };
  return {
    drop: { name, offset, ...place },
    frames: [{ start: at, end, name, offset, ...place, reliable: true, role: 'call' }],
  };
}

/** No function of the kernel is bigger than 1 MB. */
const biggestOffset = 0x100000;
