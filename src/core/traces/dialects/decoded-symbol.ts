import { isModuleCharacter, isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import { mentionsSource, sourceReferenceAt, type SourceReference } from '../source-reference.ts';
import type { FrameReading } from './dialect.ts';

/** A symbol whose lines another tool already looked up, inside a report's line. */
export interface DecodedSymbol {
  /** Where its name starts: what is left of it says what it is. */
  readonly start: number;
  /** Innermost first; the last is the symbol itself, the others were inlined into it. */
  readonly frames: readonly Pick<FrameReading, 'start' | 'end' | 'name' | 'module' | 'stated' | 'inlined'>[];
  /** Where flags may follow. */
  readonly tail: number;
}

/**
 * `tcp_v4_rcv (net/ipv4/tcp_ipv4.c:2149 net/ipv4/tcp.c:7 (discriminator 3)) mod` of scripts/decode_stacktrace.sh, whose
 * last place is the symbol's own, and syzbot's `tcp_v4_rcv net/ipv4/tcp_ipv4.c:2149 [inline]`.
 */
export function decodedSymbol(text: string): DecodedSymbol | undefined {
  if (!mentionsSource(text)) return undefined;
  for (let blank = text.indexOf(' '); blank >= 0; blank = text.indexOf(' ', blank + 1)) {
    const parenthesis = text[blank + 1] === '(';
    const source = sourceReferenceAt(text, blank + (parenthesis ? 2 : 1));
    if (source === undefined) continue;
    const start = nameStart(text, blank);
    if (start === undefined) return undefined;
    return parenthesis ? listed(text, start, blank, source) : placed(text, start, blank, source);
  }
  return undefined;
}

function nameStart(text: string, end: number): number | undefined {
  let start = end;
  while (start > 0 && end - start <= 512 && isSymbolCharacter(text.charCodeAt(start - 1))) start--;
  // `at net/core/dev.c:3120` is a place without a symbol.
  return start === end || text.slice(start, end) === 'at' || text.slice(start, end) === 'in' ? undefined : start;
}

function listed(text: string, start: number, end: number, first: SourceReference): DecodedSymbol | undefined {
  const sources = [first];
  let at = first.end;
  for (
    let next = sourceReferenceAt(text, at + 1);
    text[at] === ' ' && next !== undefined;
    next = sourceReferenceAt(text, at + 1)
  ) {
    sources.push(next);
    at = next.end;
  }
  if (text.startsWith(' (discriminator ', at)) at = text.indexOf(')', at) + 1;
  const own = sources.at(-1);
  if (text[at] !== ')' || own === undefined) return undefined;
  const module = moduleBehind(text, at + 1);
  const inlined = sources.slice(0, -1).map((source) => ({ ...spanOf(source), stated: lineOf(source), inlined: true }));
  const symbol = { start, end, name: text.slice(start, end), stated: lineOf(own), ...module.field };
  return { start, frames: [...inlined, symbol], tail: module.end };
}

function placed(text: string, start: number, end: number, source: SourceReference): DecodedSymbol {
  const inlined = text.startsWith(' [inline]', source.end);
  const frame = { start, end, name: text.slice(start, end), stated: lineOf(source), ...(inlined ? { inlined } : {}) };
  return { start, frames: [frame], tail: source.end };
}

const spanOf = ({ start, end }: SourceReference): Pick<SourceReference, 'start' | 'end'> => ({ start, end });
const lineOf = ({ file, line }: SourceReference): Pick<SourceReference, 'file' | 'line'> => ({ file, line });

/** decode_stacktrace.sh writes the module bare: ` nf_conntrack`. */
function moduleBehind(
  text: string,
  at: number,
): { readonly field: { readonly module?: string }; readonly end: number } {
  const start = skipBlanks(text, at);
  const end = skipWhile(text, start, isModuleCharacter, 64);
  const closed = end === text.length || text[end] === ' ';
  return end > start && closed ? { field: { module: text.slice(start, end) }, end } : { field: {}, end: at };
}
