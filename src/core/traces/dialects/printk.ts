import { readBanner } from '../banner.ts';
import { isDigit, isHexDigit, skipBlanks, skipWhile } from '../character.ts';
import type { TraceLine } from '../envelope/trace-lines.ts';
import { foldPath } from '../fold-path.ts';
import { sourceReferenceAt } from '../source-reference.ts';
import { symbolTokens, type SymbolToken } from '../symbol-token.ts';
import { decodedSymbol } from './decoded-symbol.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialect.ts';
import { roleBelow } from './interrupted.ts';
import { archOf } from './printk-arch.ts';
import { leftMark } from './printk-marks.ts';
import { isReferenceTitle, sectionTitle } from './printk-sections.ts';
import { symbolOf } from './symbol-of.ts';

/**
 * The kernel's own reports on every architecture: `tcp_v4_rcv+0x99b/0xee0 [mod 40hex]`, with `? ` before what is only
 * a word on the stack and a register's name before the address that was executing.
 */
export const printk: Dialect = {
  id: 'printk',
  title: 'stack',
  blankEnds: false,
  read: (line, context) => readLine(line, context),
};

function readLine(line: TraceLine, context: Context): Reading | undefined {
  const { text } = line;
  if (skippedLine(text)) return {};
  const banner = readBanner(text);
  if (banner !== undefined) return { banner, ...taskOf(text) };
  const frames = readFrames(text, context);
  const section = sectionTitle(text);
  const arch = archOf(text);
  if (frames.length === 0 && section === undefined) {
    if (text.startsWith('---[ end trace')) return { ends: true };
    if (arch !== undefined) return { arch };
    return registerLine(text) ? {} : undefined;
  }
  const marked = line.stamped || context.open || section !== undefined || frames.some(isMarked);
  if (!marked) return undefined;
  return {
    ...(section === undefined ? {} : { section }),
    ...(frames.length === 0 ? {} : { frames }),
    ...(arch === undefined ? {} : { arch }),
  };
}

/** Printed as only the kernel does. */
const isMarked = (frame: FrameReading): boolean =>
  frame.role === 'pc' ||
  frame.role === 'link' ||
  frame.role === 'interrupted' ||
  frame.address !== undefined ||
  (frame.role === 'call' && frame.stated !== undefined);

/** Lines of a report that hold words with plus signs and slashes but never a frame. */
const skippedLine = (text: string): boolean => text.startsWith('Code: ') || text.startsWith('Modules linked in:');

const registerLine = (text: string): boolean => text.startsWith('RSP: ');

/** `CPU: 1 PID: 712`: whose report this is. */
function taskOf(text: string): { readonly task?: string } {
  const end = text.indexOf(' Comm: ');
  return end < 0 ? {} : { task: text.slice(0, end) };
}

function readFrames(text: string, context: Context): readonly FrameReading[] {
  const tokens = symbolTokens(text).filter((token) => token.base === 'hex' && token.size !== undefined);
  if (tokens.length === 0) return decodedFrames(text, context) ?? bareAddress(text);
  const frames: FrameReading[] = [];
  let from = 0;
  for (const token of tokens) {
    // arm names the callee first; old kernels print an offset for it too.
    if (token !== tokens.at(-1) && text.startsWith(') from [<', token.tail)) continue;
    const frame = frameOf(text, from, token, frames.at(-1) ?? context.previous);
    if (frame !== undefined)
      frames.push(context.title !== undefined && isReferenceTitle(context.title) ? referred(frame) : frame);
    from = token.tail;
  }
  return frames;
}

/** A report that decode_stacktrace.sh or syzbot has been through has lines for offsets. */
function decodedFrames(text: string, context: Context): readonly FrameReading[] | undefined {
  const symbol = decodedSymbol(text);
  if (symbol === undefined) return undefined;
  const mark = leftMark(text.slice(0, symbol.start));
  const known = context.open || sectionTitle(text) !== undefined;
  if (mark.role === 'user' || (mark.role === 'reference' && !known)) return [];
  const flags = flagsBehind(text, symbol.tail);
  const role = flags === 'P' ? 'interrupted' : mark.role === 'call' ? roleBelow(context.previous) : mark.role;
  const address = mark.address === undefined ? {} : { address: mark.address };
  return symbol.frames.map((frame) => ({
    ...frame,
    ...address,
    reliable: mark.reliable && flags !== 'unreliable',
    role,
  }));
}

const referred = (frame: FrameReading): FrameReading => ({ ...frame, role: 'reference' });

/** A kernel without symbols: `[<c000cd00>] 0xc000cd00`, arm's `Function entered at [<A>] from [<B>]`. */
function bareAddress(text: string): readonly FrameReading[] {
  const open = text.startsWith('Function entered at [<') ? text.indexOf(' from [<') + 6 : skipBlanks(text, 0);
  if (!text.startsWith('[<', open)) return [];
  const end = skipWhile(text, open + 2, isHexDigit, 17);
  const address = text.slice(open + 2, end).toLowerCase();
  if (address.length < 8 || !text.startsWith('>]', end)) return [];
  const rest = text
    .slice(end + 2)
    .trim()
    .toLowerCase();
  if (rest !== '' && rest !== `0x${address}`) return [];
  return [{ start: open + 2, end, address, reliable: true, role: 'call' }];
}

function frameOf(
  text: string,
  from: number,
  token: SymbolToken,
  previous: FrameReading | undefined,
): FrameReading | undefined {
  const mark = leftMark(text.slice(from, token.start));
  if (mark.role === 'user') return undefined;
  const flags = flagsBehind(text, token.tail);
  const role = flags === 'P' ? 'interrupted' : mark.role === 'call' ? roleBelow(previous) : mark.role;
  const behind = text[token.tail] === ' ' ? sourceReferenceAt(text, token.tail + 1) : undefined;
  const stated =
    behind !== undefined
      ? { file: behind.file, line: behind.line }
      : mark.role === 'pc'
        ? statedBefore(text, from, token.start)
        : undefined;
  return {
    ...symbolOf(token),
    ...(mark.address === undefined ? {} : { address: mark.address }),
    reliable: mark.reliable && flags !== 'unreliable',
    role,
    ...(stated === undefined ? {} : { stated }),
  };
}

/** What stands in parentheses behind a symbol: arm64's ` (P)` (arch/arm64/kernel/stacktrace.c), powerpc's ` (unreliable)`. */
function flagsBehind(text: string, at: number): string {
  const open = skipBlanks(text, at);
  if (text[open] !== '(') return '';
  const end = skipWhile(text, open + 1, (code) => code !== 41 /* ) */, 12);
  const flags = text[end] === ')' ? text.slice(open + 1, end) : '';
  return flags.includes('P') && skipWhile(flags, 0, isCapital) === flags.length ? 'P' : flags;
}

const isCapital = (code: number): boolean => code >= 65 && code <= 90;

/** `WARNING: CPU: 1 PID: 7 at net/core/dev.c:3120 SYMBOL` and `WARNING: net/core/dev.c:3120 at SYMBOL`. */
function statedBefore(
  text: string,
  from: number,
  start: number,
): { readonly file: string; readonly line: number } | undefined {
  const words = text
    .slice(Math.max(from, start - 512), start)
    .trim()
    .split(' ');
  const word = words.at(-1) === 'at' ? words.at(-2) : words.at(-1);
  const colon = word?.lastIndexOf(':') ?? -1;
  if (word === undefined || colon <= 0) return undefined;
  const digits = skipWhile(word, colon + 1, isDigit, 8);
  const file = word.slice(0, colon);
  if (digits !== word.length || digits === colon + 1 || !file.includes('.')) return undefined;
  return { file: foldPath(file), line: Number(word.slice(colon + 1)) };
}
