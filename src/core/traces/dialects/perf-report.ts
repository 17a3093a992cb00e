import { isDigit, isSymbolCharacter, skipWhile } from '../character.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialect.ts';

/**
 * perf report --stdio: `  12.00%  nginx  [kernel.kallsyms]  [k] tcp_v4_rcv` and the tree of its callers below
 * (`|--50.00%--ip_rcv`, `---ip_rcv`, names alone). Nothing but names is printed.
 */
export const perfReport: Dialect = {
  id: 'perf-report',
  title: 'perf report',
  blankEnds: false,
  read: ({ text }, context) => entryLine(text) ?? treeLine(text, context),
};

function entryLine(text: string): Reading | undefined {
  const line = text.trimStart();
  const percent = line.indexOf('%');
  const kind = line.indexOf(' [k] ');
  if (percent < 1 || percent > 7 || kind < 0 || !isDigit(line.charCodeAt(0))) return undefined;
  const start = text.indexOf(' [k] ') + 5;
  const end = skipWhile(text, start, isSymbolCharacter, 512);
  return end === start ? undefined : { section: text.slice(start, end), frames: [named(text, start, end)] };
}

function treeLine(text: string, context: Context): Reading | undefined {
  if (!context.open) return undefined;
  const start = skipWhile(text, 0, isBranch);
  const end = skipWhile(text, start, isSymbolCharacter, 512);
  if (start === text.trimEnd().length) return {};
  if (start === 0 || end !== text.trimEnd().length || isDigit(text.charCodeAt(start))) return undefined;
  return { frames: [named(text, start, end)] };
}

/** Blanks, bars, dashes and `--50.00%--`. */
const isBranch = (code: number): boolean => isDigit(code) || ' \t|-.%'.includes(String.fromCharCode(code));

const named = (text: string, start: number, end: number): FrameReading => ({
  start,
  end,
  name: text.slice(start, end),
  reliable: true,
  role: 'call',
});
