import { isDigit, isHexDigit, skipBlanks, skipWhile } from '../character.ts';

/** `#12` at the head of a line, as debuggers number frames; `end` stands behind the blanks that follow. */
export function frameNumber(text: string): { readonly number: number; readonly end: number } | undefined {
  const start = skipBlanks(text, 0);
  if (text[start] !== '#') return undefined;
  const end = skipWhile(text, start + 1, isDigit, 5);
  const after = skipBlanks(text, end);
  return end > start + 1 && after > end ? { number: Number(text.slice(start + 1, end)), end: after } : undefined;
}

/** `0xffffffff818acdab` or, bare, `ffffffff818acdab`: at least eight digits. `end` stands behind them. */
export function addressAt(text: string, at: number): { readonly address: string; readonly end: number } | undefined {
  const start = text.startsWith('0x', at) ? at + 2 : at;
  const end = skipWhile(text, start, isHexDigit, 17);
  const digits = end - start;
  return digits < 8 || digits > 16 ? undefined : { address: text.slice(start, end).toLowerCase(), end };
}
