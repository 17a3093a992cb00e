import { isDigit, isLetter, skipWhile } from './character.ts';
import { foldPath } from './fold-path.ts';

/** `net/ipv4/tcp_ipv4.c:2155` or `...:2155:3` in a line; the file's path is folded, the line counts from 1. */
export interface SourceReference {
  readonly start: number;
  readonly end: number;
  readonly file: string;
  readonly line: number;
}

/** Reads a source file with its line that starts at `at`. Only what kernels are built of counts: .c, .h, .S, .rs. */
export function sourceReferenceAt(text: string, at: number): SourceReference | undefined {
  const colon = skipWhile(text, at, isPathCharacter, longestPath);
  if (text[colon] !== ':' || !isSourceFile(text, at, colon)) return undefined;
  // crash writes a blank behind the colon.
  const digits = text[colon + 1] === ' ' ? colon + 2 : colon + 1;
  const end = skipWhile(text, digits, isDigit, 7);
  if (end === digits) return undefined;
  return {
    start: at,
    end: columnEnd(text, end),
    file: foldPath(text.slice(at, colon)),
    line: Number(text.slice(digits, end)),
  };
}

/** Whether a source reference may stand anywhere in a text: a quick test before each word is looked at. */
export const mentionsSource = (text: string): boolean => extensions.some((extension) => text.includes(`${extension}:`));

/** PATH_MAX is 4096; no kernel's build tree comes near this. */
const longestPath = 512;

const isPathCharacter = (code: number): boolean =>
  isLetter(code) || isDigit(code) || '/._-+~@,'.includes(String.fromCharCode(code));

const isSourceFile = (text: string, from: number, to: number): boolean =>
  extensions.some((extension) => to - from > extension.length && text.startsWith(extension, to - extension.length));

const extensions = ['.c', '.h', '.S', '.rs'] as const;

function columnEnd(text: string, at: number): number {
  if (text[at] !== ':') return at;
  const end = skipWhile(text, at + 1, isDigit, 6);
  return end > at + 1 ? end : at;
}
