import { isHexDigit, skipWhile } from '../character.ts';
import { UnwrappedDraft, type Unwrapped } from './unwrapped.ts';

/**
 * Takes the strings out of JSON: one string, a document, or lines of documents (`docker logs`, `journalctl -o json`).
 * Each string starts a line of its own. Also takes a text on few lines with its line feeds written as `\n`, as it is
 * copied out of a JSON viewer. Undefined when the text is neither.
 */
export function unwrapJson(text: string): Unwrapped | undefined {
  if (isJson(text)) return stringsOf(text);
  return hasWrittenLineFeeds(text) ? unescapeAll(text) : undefined;
}

/** How many lines are tried as documents before the rest is believed. */
const triedLines = 8;

function isJson(text: string): boolean {
  const first = text.trimStart().charAt(0);
  if (first !== '"' && first !== '{' && first !== '[') return false;
  // A printk clock also opens with a bracket; parsing it fails at its first blank or point.
  if (parses(text)) return true;
  const lines = text
    .split('\n', triedLines + 1)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length > 1 && lines.slice(0, triedLines).every((line) => line.startsWith('{') && parses(line));
}

function parses(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' || (typeof value === 'object' && value !== null);
  } catch {
    return false;
  }
}

function hasWrittenLineFeeds(text: string): boolean {
  let written = 0;
  for (let at = text.indexOf('\\n'); at >= 0 && written < 1000; at = text.indexOf('\\n', at + 2)) written++;
  if (written < 2) return false;
  let real = 0;
  for (let at = text.indexOf('\n'); at >= 0 && real < written; at = text.indexOf('\n', at + 1)) real++;
  return real < written;
}

function stringsOf(text: string): Unwrapped {
  const draft = new UnwrappedDraft(text.length + 1);
  let index = 0;
  for (let open = text.indexOf('"'); open >= 0; open = text.indexOf('"', index)) {
    index = unescapeInto(draft, text, open + 1, '"');
    draft.put('\n', Math.min(index, text.length - 1));
    index++;
  }
  return draft.finish();
}

function unescapeAll(text: string): Unwrapped {
  const draft = new UnwrappedDraft(text.length);
  unescapeInto(draft, text, 0, '');
  return draft.finish();
}

/** Copies what stands from `at` up to the unescaped `until` (or the text's end) and gives where it stopped. */
function unescapeInto(draft: UnwrappedDraft, text: string, at: number, until: string): number {
  let copied = at;
  let index = at;
  while (index < text.length && text[index] !== until) {
    if (text[index] !== '\\') {
      index++;
      continue;
    }
    draft.copy(text, copied, index);
    const escape = escapeAt(text, index);
    draft.put(escape.text, index);
    index = Math.min(index + escape.length, text.length);
    copied = index;
  }
  draft.copy(text, copied, index);
  return index;
}

function escapeAt(text: string, at: number): { readonly text: string; readonly length: number } {
  const letter = text.charAt(at + 1);
  if (letter === 'u' && skipWhile(text, at + 2, isHexDigit, 4) === at + 6) {
    return { text: String.fromCharCode(Number.parseInt(text.slice(at + 2, at + 6), 16)), length: 6 };
  }
  return { text: escapes[letter] ?? letter, length: 2 };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
