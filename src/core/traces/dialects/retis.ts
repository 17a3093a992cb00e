import { skipBlanks } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Context, Dialect, Reading } from './dialect.ts';
import { reasonWord } from './event-line.ts';

/**
 * retis: `3316376152002 (0) [swapper/0] 0 [tp] skb:kfree_skb drop (NO_SOCKET)` and below, indented,
 * `    tcp_v4_rcv+0x81` (hex, no sizes).
 */
export const retis: Dialect = {
  id: 'retis',
  title: 'retis',
  blankEnds: true,
  read: ({ text }, context) => eventOf(text) ?? (context.open ? frameLine(text, context) : undefined),
};

const probeKinds = [' [tp] ', ' [k] ', ' [kr] '] as const;

function eventOf(text: string): Reading | undefined {
  const kind = probeKinds.find((mark) => text.includes(mark));
  if (kind === undefined || text.includes('%')) return undefined;
  const event = text.slice(text.indexOf(kind) + kind.length).trim();
  const title = event.split(' ', 1)[0] ?? '';
  const drop = event.indexOf(' drop (');
  const close = event.indexOf(')', drop);
  // retis puts the subsystem in front: `openvswitch/NO_ACTION`.
  const reason =
    event
      .slice(drop + 7, close)
      .split('/')
      .at(-1) ?? '';
  return title === '' ? undefined : { section: title, ...(drop < 0 || close < 0 ? {} : { drop: reasonWord(reason) }) };
}

function frameLine(text: string, context: Context): Reading | undefined {
  const start = skipBlanks(text, 0);
  const token = start === 0 ? undefined : findSymbolToken(text, start);
  // The packet itself stands indented below the stack.
  if (token?.start !== start || token.base !== 'hex' || skipBlanks(text, token.tail) !== text.length)
    return context.continues && start > 0 ? {} : undefined;
  const { end, name, offset, module } = token;
  const placed = module === undefined ? {} : { module };
  return { frames: [{ start, end, name, offset, ...placed, reliable: true, role: 'call' }] };
}
