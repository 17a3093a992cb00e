import { isModuleCharacter, isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import { sourceReferenceAt } from '../source-reference.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialect.ts';
import { addressAt, frameNumber } from './frame-number.ts';

/**
 * crash's bt: ` #3 [ffffc90000003d58] tcp_v4_rcv at ffffffff818acdab [mod]`, with `+2459` from -s and `+0x99b` from -sx,
 * `    [exception RIP: tcp_v4_rcv+2459]`, and from -l a line `    net/ipv4/tcp_ipv4.c: 2149` below each frame, which is
 * that of the return address. Mail copies lose the numbers.
 */
export const crash: Dialect = {
  id: 'crash',
  title: 'bt',
  blankEnds: true,
  read: ({ text }, context) => frameLine(text) ?? exceptionLine(text) ?? headLine(text) ?? sourceLine(text, context),
};

/** `PID: 712  TASK: ffff888012345678  CPU: 0  COMMAND: "nginx"`. */
const headLine = (text: string): Reading | undefined =>
  text.startsWith('PID: ') && text.includes('COMMAND: ') ? { section: text.trim().slice(0, 160) } : undefined;

function frameLine(text: string): Reading | undefined {
  const open = frameNumber(text)?.end ?? skipBlanks(text, 0);
  if (text[open] !== '[') return undefined;
  const stack = addressAt(text, open + 1);
  if (stack === undefined || !text.startsWith('] ', stack.end)) return undefined;
  const symbol = symbolAt(text, stack.end + 2);
  const at = symbol === undefined || !text.startsWith(' at ', symbol.end) ? -1 : symbol.end + 4;
  const address = at < 0 ? undefined : addressAt(text, at);
  if (symbol === undefined || address === undefined) return undefined;
  return { frames: [{ ...symbol, address: address.address, ...moduleAt(text, skipBlanks(text, address.end)) }] };
}

function symbolAt(text: string, at: number): FrameReading | undefined {
  const token = findSymbolToken(text, at);
  if (token?.start === at) {
    return { start: at, end: token.end, name: token.name, offset: token.offset, reliable: true, role: 'call' };
  }
  const end = skipWhile(text, at, isSymbolCharacter, 512);
  return end === at ? undefined : { start: at, end, name: text.slice(at, end), reliable: true, role: 'call' };
}

function moduleAt(text: string, at: number): { readonly module?: string } {
  if (text[at] !== '[') return {};
  const end = skipWhile(text, at + 1, isModuleCharacter, 64);
  return text[end] === ']' ? { module: text.slice(at + 1, end) } : {};
}

function exceptionLine(text: string): Reading | undefined {
  const mark = '[exception RIP: ';
  const start = text.indexOf(mark);
  if (start < 0 || skipBlanks(text, 0) !== start) return undefined;
  const symbol = symbolAt(text, start + mark.length);
  return symbol === undefined ? {} : { frames: [{ ...symbol, role: 'interrupted' }] };
}

function sourceLine(text: string, context: Context): Reading | undefined {
  if (!context.continues || context.depth === 0) return undefined;
  const start = skipBlanks(text, 0);
  const source = start === 0 ? undefined : sourceReferenceAt(text, start);
  if (source?.end !== text.trimEnd().length) return isRegister(text) ? {} : undefined;
  return { amends: { stated: { file: source.file, line: source.line } } };
}

/** The registers and stack markers between frames. */
const isRegister = (text: string): boolean =>
  text.startsWith('    R') || text.startsWith('    ORIG_RAX') || text.startsWith('--- <');
