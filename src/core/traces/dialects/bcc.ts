import { isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Dialect, FrameReading, Reading } from './dialect.ts';
import { addressAt, frameNumber } from './frame-number.ts';

/**
 * bcc's Python tools print `b'tcp_v4_rcv+0x81'`, libbpf's and their tools `ffffffff818ac491 tcp_v4_rcv+0x81 [mod]` and
 * `#1  0xffffffff818ac491 tcp_v4_rcv+0x81`. Offsets are hex; sizes aren't printed.
 */
export const bcc: Dialect = {
  id: 'bcc',
  title: 'stack',
  blankEnds: true,
  read: ({ text }) => bytesLine(text) ?? addressLine(text),
};

/** A Python bytes literal, as tools print it that don't decode their symbols. */
function bytesLine(text: string): Reading | undefined {
  const start = skipBlanks(text, 0);
  const line = text.trimEnd();
  if (!text.startsWith("b'", start) || !line.endsWith("'") || line.length < start + 4) return undefined;
  const frame = symbolBetween(text, start + 2, line.length - 1);
  return frame === undefined ? undefined : { frames: [frame] };
}

function addressLine(text: string): Reading | undefined {
  const at = frameNumber(text)?.end ?? skipBlanks(text, 0);
  const address = addressAt(text, at);
  if (address === undefined) return undefined;
  const start = skipBlanks(text, address.end);
  const frame = start === address.end ? undefined : symbolBetween(text, start, text.trimEnd().length);
  // kstack(perf) of bpftrace looks alike but for its decimal offsets; sizes are the kernel's own.
  return frame?.offset === undefined ? undefined : { frames: [{ ...frame, address: address.address }] };
}

function symbolBetween(text: string, start: number, end: number): FrameReading | undefined {
  const token = findSymbolToken(text, start);
  if (
    token?.start === start &&
    token.base === 'hex' &&
    token.size === undefined &&
    skipBlanks(text, token.tail) === end
  ) {
    const module = token.module === undefined ? {} : { module: token.module };
    return { start, end: token.end, name: token.name, offset: token.offset, ...module, reliable: true, role: 'call' };
  }
  const nameEnd = skipWhile(text, start, isSymbolCharacter, 512);
  if (nameEnd !== end || nameEnd === start) return undefined;
  return { start, end, name: text.slice(start, end), reliable: true, role: 'call' };
}
