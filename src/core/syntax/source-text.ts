/** A function's text as a reader sees it: without comments, directives and the #if halves that were dropped. */
import type { LineIndex, Place, Span } from '../base/position.ts';

export interface SourceText {
  /** The text of a stretch of the file, on one line. */
  quote(start: number, end: number): string;
  /** The stretch without the blanks and comments at its ends; empty at `start` where nothing else is in it. */
  trim(start: number, end: number): { readonly start: number; readonly end: number };
  place(start: number, end: number): Place;
  characterAt(at: number): string;
  /** Where a character stands first in [start, end). */
  find(character: string, start: number, end: number): number | undefined;
  /** The identifier that starts at an offset, or an empty string. */
  wordAt(at: number): string;
}

/**
 * @param text the whole file as it is on disk
 * @param extent the stretch that will be asked for; what lies outside it reads as empty
 * @param dropped #if halves to leave out
 */
export function createSourceText(text: string, lines: LineIndex, extent: Span, dropped: readonly Span[]): SourceText {
  const seen = withoutUnseen(text.slice(extent.start, extent.end), extent.start, dropped);
  const isBlank = (at: number): boolean => isBlankCode(seen.charCodeAt(at - extent.start));
  return {
    quote: (start, end) => {
      const part = seen.slice(Math.max(0, start - extent.start), Math.max(0, end - extent.start));
      return needsJoining.test(part) ? joined(part) : part;
    },
    trim: (start, end) => {
      let from = start;
      let to = end;
      while (from < to && isBlank(from)) from++;
      while (to > from && isBlank(to - 1)) to--;
      return from < to ? { start: from, end: to } : { start, end: start };
    },
    place: (start, end) => lines.place(start, end),
    characterAt: (at) => seen[at - extent.start] ?? '',
    find: (character, start, end) => {
      const at = seen.indexOf(character, Math.max(0, start - extent.start));
      return at < 0 || at + extent.start >= end ? undefined : at + extent.start;
    },
    wordAt: (at) => {
      word.lastIndex = at - extent.start;
      return word.exec(seen)?.[0] ?? '';
    },
  };
}

/** Stands in the text where something was left out, so that `a /* why *\/, b` can be told as `a, b`. */
const hole = '\0';
const needsJoining = /^\s|\s$|[\t\n\v\f\r\0]| {2}/;
const word = /[A-Za-z_$][\w$]*/y;

function isBlankCode(code: number): boolean {
  return code === 32 || code === 0 || (code >= 9 && code <= 13);
}

function joined(part: string): string {
  const runs = part.replace(/[\s\0]+/g, (run) => (run.includes(hole) ? hole : ' '));
  return runs
    .replace(/\0(?=[,;)])|(?<=\()\0/g, '')
    .replaceAll(hole, ' ')
    .trim();
}

/** Blanks comments, directives, line continuations and dropped halves; the length stays. */
function withoutUnseen(text: string, base: number, dropped: readonly Span[]): string {
  const holes: (readonly [number, number])[] = dropped
    .filter((span) => span.end > base && span.start < base + text.length)
    .map((span) => [Math.max(0, span.start - base), Math.min(text.length, span.end - base)]);
  addCommentsAndDirectives(text, holes);
  if (holes.length === 0) return text;
  holes.sort((a, b) => a[0] - b[0]);
  const parts: string[] = [];
  let at = 0;
  for (const [start, end] of holes) {
    if (end <= at) continue;
    parts.push(text.slice(at, Math.max(at, start)), hole.repeat(end - Math.max(at, start)));
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

function addCommentsAndDirectives(text: string, holes: (readonly [number, number])[]): void {
  const opening = /\/[*/]|["'#]|\\\r?\n/g;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const start = found.index;
    const token = found[0];
    const end = endOf(text, start, token);
    if (token !== '"' && token !== "'" && end > start) holes.push([start, end]);
    opening.lastIndex = Math.max(end, start + 1);
  }
}

/** Where the thing ends that `token` opens at `start`; `start` itself for a # that opens no directive. */
function endOf(text: string, start: number, token: string): number {
  switch (token) {
    case '/*': {
      const close = text.indexOf('*/', start + 2);
      return close < 0 ? text.length : close + 2;
    }
    case '//':
      return endOfLine(text, start);
    case '"':
    case "'":
      return endOfLiteral(text, start, token);
    case '#':
      return isFirstOfLine(text, start) ? endOfLine(text, start) : start;
    default:
      return start + token.length;
  }
}

/** The end of the line, or of the last of the lines that backslashes join to it. */
function endOfLine(text: string, start: number): number {
  let end = text.indexOf('\n', start);
  while (end > 0 && (text[end - 1] === '\\' || (text[end - 1] === '\r' && text[end - 2] === '\\'))) {
    end = text.indexOf('\n', end + 1);
  }
  return end < 0 ? text.length : end;
}

function endOfLiteral(text: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

function isFirstOfLine(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && text[before] !== '\n' && isBlankCode(text.charCodeAt(before))) before--;
  return before < 0 || text[before] === '\n';
}
