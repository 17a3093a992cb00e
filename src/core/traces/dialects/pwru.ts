import { isDigit, isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialect.ts';
import { reasonWord } from './event-line.ts';
import { addressAt } from './frame-number.ts';

/**
 * pwru: a row for each function a packet passed, `0xffff9f... 3 <empty>:0 ... tcp_v4_rcv`, with its caller behind it when
 * asked for, `kfree_skb_reason(SKB_DROP_REASON_NO_SOCKET) tcp_v4_rcv` where it was dropped, and below it the stack's bare
 * names. Nothing but names is printed.
 */
export const pwru: Dialect = {
  id: 'pwru',
  title: 'pwru',
  blankEnds: true,
  read: ({ text }, context) => rowOf(text) ?? stackLine(text, context),
};

function rowOf(text: string): Reading | undefined {
  const packet = text.startsWith('0x') ? addressAt(text, 0) : undefined;
  if (packet === undefined) return undefined;
  const cpu = skipBlanks(text, packet.end);
  const cpuEnd = skipWhile(text, cpu, isDigit, 5);
  if (cpu === packet.end || cpuEnd === cpu || skipBlanks(text, cpuEnd) === cpuEnd) return undefined;
  const last = lastWord(text, text.trimEnd().length);
  const before = lastWord(text, text.slice(0, last.start).trimEnd().length);
  const called = isFunction(before.text) ? before : last;
  if (!isFunction(called.text) || called.start <= cpuEnd) return undefined;
  const open = called.text.indexOf('(');
  const name = open < 0 ? called.text : called.text.slice(0, open);
  const caller = called === before ? named(last.text, last.start) : undefined;
  const frame: FrameReading = { ...named(name, called.start), role: 'probed' };
  return {
    section: `pwru ${text.slice(0, packet.end)}`,
    frames: caller === undefined ? [frame] : [frame, caller],
    ...(open < 0
      ? {}
      : {
          drop: {
            ...(caller === undefined ? {} : { name: last.text }),
            ...reasonWord(called.text.slice(open + 1, -1)),
          },
        }),
  };
}

function lastWord(text: string, end: number): { readonly text: string; readonly start: number } {
  const start = Math.max(text.lastIndexOf(' ', end - 1), text.lastIndexOf('\t', end - 1)) + 1;
  return { text: text.slice(start, Math.max(start, end)), start };
}

/** `tcp_v4_rcv` or `kfree_skb_reason(SKB_DROP_REASON_NO_SOCKET)`, not `127.0.0.1:80(tcp)`. */
function isFunction(word: string): boolean {
  const end = skipWhile(word, 0, isSymbolCharacter, 512);
  if (end === 0 || isDigit(word.charCodeAt(0))) return false;
  return end === word.length || (word[end] === '(' && word.indexOf(')') === word.length - 1 && word.includes('REASON'));
}

function stackLine(text: string, context: Context): Reading | undefined {
  const start = skipBlanks(text, 0);
  const name = text.slice(start).trimEnd();
  const isName = skipWhile(name, 0, isSymbolCharacter, 512) === name.length && !isDigit(name.charCodeAt(0));
  return context.continues && isName && name !== '' ? { frames: [named(name, start)] } : undefined;
}

const named = (name: string, start: number): FrameReading => ({
  start,
  end: start + name.length,
  name,
  reliable: true,
  role: 'call',
});
