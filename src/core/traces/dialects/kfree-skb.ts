import { isDigit, isHexDigit, isSymbolCharacter, skipWhile } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Dialect, DropReading, Reading } from './dialect.ts';

/**
 * The skb:kfree_skb tracepoint in ftrace and perf: `kfree_skb: skbaddr=... location=tcp_v4_rcv+0x81/0xee0 reason: NO_SOCKET`;
 * trees whose event prints `location=%p` give an address, which ftrace hashes.
 */
export const kfreeSkb: Dialect = {
  id: 'kfree_skb',
  title: 'drops',
  blankEnds: false,
  read: (line) => readLine(line.text),
};

function readLine(text: string): Reading | undefined {
  const event = text.indexOf('kfree_skb: ');
  const location = event < 0 ? -1 : text.indexOf('location=', event);
  return location < 0 ? undefined : { drop: { ...locationAt(text, location + 9), ...reasonAfter(text, location) } };
}

function locationAt(text: string, at: number): DropReading {
  const token = findSymbolToken(text, at);
  if (token !== undefined && token.start === at) return { name: token.name, offset: token.offset };
  const hex = text.startsWith('0x', at) ? at + 2 : at;
  const end = skipWhile(text, hex, isHexDigit, 17);
  return end - hex >= 8 ? { address: text.slice(hex, end).toLowerCase() } : {};
}

function reasonAfter(text: string, at: number): DropReading {
  const label = text.indexOf('reason: ', at);
  if (label < 0) return {};
  const end = skipWhile(text, label + 8, isSymbolCharacter, 80);
  const word = text.slice(label + 8, end);
  if (word === '') return {};
  return isDigit(word.charCodeAt(0)) ? { reasonNumber: Number(word) } : { reason: word };
}
