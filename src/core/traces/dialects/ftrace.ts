import { isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import type { TraceLine } from '../envelope/trace-lines.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialect.ts';
import { eventLine, packetEnd } from './event-line.ts';
import { addressAt } from './frame-number.ts';
import { roleBelow } from './interrupted.ts';
import { symbolOf } from './symbol-of.ts';

/**
 * ftrace's ring buffer, trace-cmd and histograms: ` => tcp_v4_rcv+0x81/0xee0 [mod] <ffffffff818ac491>` under
 * `<stack trace>`, kprobe events `(tcp_v4_rcv+0x991/0xee0)`, and the tracepoints that end a packet.
 * Stacks hold return addresses; a kprobe event's own address is where it hit.
 */
export const ftrace: Dialect = {
  id: 'ftrace',
  title: 'stack trace',
  blankEnds: true,
  read: (line, context) => arrowLine(line.text, context) ?? histogramLine(line.text, context) ?? eventOf(line),
};

/** ` => NAME`, with offset and address as the options sym-offset and sym-addr print them, trace-cmd's ` => NAME (ADDRESS)`. */
function arrowLine(text: string, { previous }: Context): Reading | undefined {
  const start = skipBlanks(text, 0);
  if (!text.startsWith('=> ', start)) return undefined;
  const frame = symbolAt(text, start + 3);
  return frame === undefined ? {} : { frames: [{ ...frame, role: roleBelow(previous) }] };
}

function symbolAt(text: string, at: number): FrameReading | undefined {
  const token = findSymbolToken(text, at);
  if (token?.start === at && token.base === 'hex') {
    return {
      ...symbolOf(token),
      ...addressBehind(text, token.tail),
      reliable: true,
      role: 'call',
    };
  }
  const bare = text.startsWith('0x', at) ? addressAt(text, at) : undefined;
  if (bare !== undefined) return { start: at, end: bare.end, address: bare.address, reliable: true, role: 'call' };
  const end = skipWhile(text, at, isSymbolCharacter, 512);
  if (end === at) return undefined;
  return { start: at, end, name: text.slice(at, end), ...addressBehind(text, end), reliable: true, role: 'call' };
}

function addressBehind(text: string, at: number): { readonly address?: string } {
  const open = skipBlanks(text, at);
  if (text[open] !== '<' && text[open] !== '(') return {};
  const found = addressAt(text, open + 1);
  return found === undefined ? {} : { address: found.address };
}

/** `{ stacktrace:` of a histogram's key, its symbols below, `} hitcount:`. */
function histogramLine(text: string, context: Context): Reading | undefined {
  const line = text.trim();
  if (line.startsWith('{ ') && line.endsWith('stacktrace:')) return { section: line };
  if (context.title?.endsWith('stacktrace:') !== true) return undefined;
  if (line.startsWith('}')) return { section: 'stack trace', ends: true };
  const frame = symbolAt(text, skipBlanks(text, 0));
  return frame === undefined ? undefined : { frames: [frame] };
}

function eventOf({ text }: TraceLine): Reading | undefined {
  const line = eventLine(text);
  const end = packetEnd(text);
  if (line?.tool === 'perf') return undefined;
  if (line === undefined) return end === undefined ? undefined : { ...reading(end), section: 'kfree_skb' };
  const stack = text.indexOf('=> ', line.fields);
  if (text.startsWith('<stack trace', line.fields)) {
    const first = stack < 0 ? undefined : symbolAt(text, stack + 3);
    return { section: 'stack trace', ...(first === undefined ? {} : { frames: [first] }) };
  }
  const hit = text[line.fields] === '(' ? hitAt(text, line.fields + 1) : undefined;
  return {
    section: line.event,
    ...(end === undefined ? {} : reading(end)),
    ...(hit === undefined ? {} : { frames: [hit] }),
  };
}

const reading = ({ drop, frame }: NonNullable<ReturnType<typeof packetEnd>>): Reading => ({
  drop,
  ...(frame === undefined ? {} : { frames: [frame] }),
});

/** `(tcp_v4_rcv+0x991/0xee0)` is where a kprobe hit; `(ip_rcv+0x1/0x2 <- tcp_v4_rcv)` where a kretprobe returned to. */
function hitAt(text: string, at: number): FrameReading | undefined {
  const frame = symbolAt(text, at);
  if (frame?.offset === undefined) return undefined;
  return text.startsWith(' <- ', frame.end) ? frame : { ...frame, role: 'probed' };
}
