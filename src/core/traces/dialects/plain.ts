import { isHexDigit, skipBlanks, skipWhile } from '../character.ts';
import { symbolTokens, type SymbolToken } from '../symbol-token.ts';
import type { Dialect, FrameReading, Reading } from './dialect.ts';
import { roleBelow } from './interrupted.ts';
import { symbolOf } from './symbol-of.ts';

/**
 * Lines with no mark of any tool: `tcp_v4_rcv+0x99b/0xee0 [mod]` anywhere, and `tcp_v4_rcv+0x99b` when nothing but an
 * address stands beside it. Offsets are hex with 0x. In the middle of a sentence a symbol is only mentioned.
 */
export const plain: Dialect = {
  id: 'plain',
  title: 'stack',
  blankEnds: true,
  read: (line, context) => {
    const frames: FrameReading[] = [];
    for (const token of symbolTokens(line.text)) {
      // printk always prints a size: without one the line was cut off.
      if (token.size === undefined && line.clock !== undefined) continue;
      const frame = frameOf(line.text, token, context.previous);
      if (frame !== undefined) frames.push(frame);
    }
    const reading: Reading = { frames };
    return frames.length === 0 ? undefined : reading;
  },
};

function frameOf(text: string, token: SymbolToken, previous: FrameReading | undefined): FrameReading | undefined {
  if (token.base !== 'hex') return undefined;
  const left = text.slice(0, token.start).trim();
  const address = bareAddress(left);
  const alone = left === '' || address !== undefined;
  if (token.size === undefined && !(alone && skipBlanks(text, token.tail) === text.length)) return undefined;
  return {
    ...symbolOf(token),
    ...(address === undefined ? {} : { address }),
    reliable: !left.endsWith('?'),
    role: alone || left === '?' ? roleBelow(previous) : 'reference',
  };
}

function bareAddress(left: string): string | undefined {
  const start = left.startsWith('0x') ? 2 : 0;
  const end = skipWhile(left, start, isHexDigit, 17);
  return end === left.length && end - start >= 8 ? left.slice(start).toLowerCase() : undefined;
}
