import { isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import { sourceReferenceAt } from '../source-reference.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Context, Dialect, Reading } from './dialect.ts';

/**
 * scripts/faddr2line: `tcp_v4_rcv+0x99b/0xee0:`, then innermost first `tcp_v4_send_reset at net/ipv4/tcp_ipv4.c:700`
 * and `(inlined by) tcp_v4_rcv at ...`; old ones print `in` for `at`. It looks up the address as given.
 */
export const faddr2line: Dialect = {
  id: 'faddr2line',
  title: 'faddr2line',
  blankEnds: true,
  read: ({ text }, context) => headLine(text) ?? placeLine(text, context),
};

function headLine(text: string): Reading | undefined {
  const token = findSymbolToken(text);
  if (token?.start !== 0 || token.size === undefined || text.slice(token.end).trimEnd() !== ':') return undefined;
  return { section: text.slice(0, token.end) };
}

function placeLine(text: string, context: Context): Reading | undefined {
  if (!context.open) return undefined;
  const outer = text.trimStart().startsWith(inlinedBy);
  const start = outer ? skipBlanks(text, text.indexOf(inlinedBy) + inlinedBy.length) : skipBlanks(text, 0);
  const end = skipWhile(text, start, isSymbolCharacter, 512);
  const word = text.slice(end, end + 4);
  const source = end > start && (word === ' at ' || word === ' in ') ? sourceReferenceAt(text, end + 4) : undefined;
  if (source === undefined) return undefined;
  const stated = { file: source.file, line: source.line };
  return {
    ...(outer ? { amends: { inlined: true } } : {}),
    frames: [{ start, end, name: text.slice(start, end), stated, reliable: true, role: 'reference' }],
  };
}

const inlinedBy = '(inlined by)';
