import { readBanner } from '../banner.ts';
import { isHexDigit, skipBlanks, skipWhile } from '../character.ts';
import type { TraceLine } from '../envelope/trace-lines.ts';
import { foldPath } from '../fold-path.ts';
import { symbolTokens, type SymbolToken } from '../symbol-token.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialect.ts';
import { roleBelow } from './interrupted.ts';
import { sectionTitle } from './printk-sections.ts';
import { leftMark } from './printk-marks.ts';

/**
 * The kernel's own reports (x86 today, and every port that prints `%pS` the same way): `tcp_v4_rcv+0x99b/0xee0 [mod 40hex]`,
 * `? ` before what is only a word on the stack, `RIP: 0010:` before the address that was executing.
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
  if (banner !== undefined) return { banner };
  const frames = readFrames(text, context);
  const section = sectionTitle(text);
  if (frames.length === 0 && section === undefined) {
    return text.startsWith('---[ end trace') ? { ends: true } : registerLine(text) ? {} : undefined;
  }
  const marked = line.stamped || context.open || section !== undefined || frames.some(isMarked);
  if (!marked) return undefined;
  return {
    ...(section === undefined ? {} : { section }),
    ...(frames.length === 0 ? {} : { frames }),
    ...(hasX86Pc(text) ? { arch: 'x86_64' } : {}),
  };
}

/** Printed as only the kernel does. */
const isMarked = (frame: FrameReading): boolean =>
  frame.role === 'pc' || frame.role === 'link' || frame.role === 'interrupted' || frame.address !== undefined;

/** Lines of a report that hold words with plus signs and slashes but never a frame. */
const skippedLine = (text: string): boolean => text.startsWith('Code: ') || text.startsWith('Modules linked in:');

const hasX86Pc = (text: string): boolean => text.startsWith('RIP: ') || text.startsWith('RIP  [<');

const registerLine = (text: string): boolean => text.startsWith('RIP: ') || text.startsWith('RSP: ');

function readFrames(text: string, context: Context): readonly FrameReading[] {
  const frames: FrameReading[] = [];
  let from = 0;
  for (const token of symbolTokens(text)) {
    if (token.base === 'hex' && token.size !== undefined) {
      const frame = frameOf(text, from, token, frames.at(-1) ?? context.previous);
      if (frame !== undefined) frames.push(frame);
    }
    from = token.tail;
  }
  return frames;
}

function frameOf(
  text: string,
  from: number,
  token: SymbolToken,
  previous: FrameReading | undefined,
): FrameReading | undefined {
  const mark = leftMark(text.slice(from, token.start));
  if (mark.role === 'user') return undefined;
  const flagged = flagsBehind(text, token.tail).includes('P');
  const role = flagged ? 'interrupted' : mark.role === 'call' ? roleBelow(previous) : mark.role;
  const stated = mark.role === 'pc' ? statedBefore(text, from, token.start) : undefined;
  return {
    start: token.start,
    end: token.end,
    name: token.name,
    offset: token.offset,
    ...(token.size === undefined ? {} : { size: token.size }),
    ...(token.module === undefined ? {} : { module: token.module }),
    ...(token.buildId === undefined ? {} : { buildId: token.buildId }),
    ...(mark.address === undefined ? {} : { address: mark.address }),
    reliable: mark.reliable,
    role,
    ...(stated === undefined ? {} : { stated }),
  };
}

/** arm64's ` (P)`: the program counter of a register set on the stack (arch/arm64/kernel/stacktrace.c). */
function flagsBehind(text: string, at: number): string {
  const open = skipBlanks(text, at);
  if (text[open] !== '(') return '';
  const end = skipWhile(text, open + 1, (code) => code >= 65 && code <= 90, 8);
  return text[end] === ')' ? text.slice(open + 1, end) : '';
}

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
  const digits = skipWhile(word, colon + 1, (code) => isHexDigit(code) && code < 58, 8);
  const file = word.slice(0, colon);
  if (digits !== word.length || digits === colon + 1 || !file.includes('.')) return undefined;
  return { file: foldPath(file), line: Number(word.slice(colon + 1)) };
}
