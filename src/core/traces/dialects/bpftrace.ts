import { isHexDigit, skipBlanks, skipWhile } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Context, Dialect, Reading } from './dialect.ts';
import { roleBelow } from './interrupted.ts';

/**
 * bpftrace's kstack(): `        tcp_v4_rcv+2459`, inside a map key `@m[` ... `]: 3`, and kstack(perf)'s
 * `\tffffffff818acdab tcp_v4_rcv+2459`. Offsets are decimal, sizes and modules aren't printed.
 */
export const bpftrace: Dialect = {
  id: 'bpftrace',
  title: 'kstack',
  blankEnds: true,
  read: (line, context) => mapKey(line.text) ?? frameLine(line.text, context),
};

function frameLine(text: string, context: Context): Reading | undefined {
  const start = skipBlanks(text, 0);
  const token = findSymbolToken(text, start);
  if (token === undefined || token.base !== 'decimal' || token.size !== undefined) return undefined;
  if (skipBlanks(text, token.end) !== text.length) return undefined;
  const address = token.start === start ? undefined : addressBefore(text, start, token.start);
  const indented = start > 0 || context.continues;
  if (token.start !== start && address === undefined) return undefined;
  if (!indented && address === undefined && token.start !== 0) return undefined;
  // A kprobe reports the address behind its one-byte breakpoint; deeper first frames come from tracepoints, which are calls.
  const probed = context.depth === 0 && token.offset <= 1;
  return {
    frames: [
      {
        start: token.start,
        end: token.end,
        name: token.name,
        offset: token.offset,
        ...(address === undefined ? {} : { address }),
        reliable: true,
        role: probed ? 'probed' : roleBelow(context.previous),
      },
    ],
  };
}

/** The address column of kstack(perf). */
function addressBefore(text: string, start: number, symbol: number): string | undefined {
  const end = skipWhile(text, start, isHexDigit, 17);
  if (end - start < 8 || end - start > 16 || skipBlanks(text, end) !== symbol) return undefined;
  return text.slice(start, end).toLowerCase();
}

/** `@resets[` or `@resets[nginx, ` opens a stack, `]: 42` closes it. */
function mapKey(text: string): Reading | undefined {
  const start = skipBlanks(text, 0);
  if (text[start] === '@') {
    const key = text.slice(start, start + 200).trimEnd();
    return key.indexOf('[') > 0 && (key.endsWith('[') || key.endsWith(','))
      ? { section: key.endsWith(',') ? `${key} ...]` : `${key}...]` }
      : undefined;
  }
  return text.startsWith(']: ', start) || text.startsWith(', ', start) ? { ends: true } : undefined;
}
