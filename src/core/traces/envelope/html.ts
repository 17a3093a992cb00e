import { isDigit, isHexDigit, isLetter, skipWhile } from '../character.ts';
import { UnwrappedDraft, type Unwrapped } from './unwrapped.ts';

/**
 * Writes out HTML's entities (`&lt;IRQ&gt;`, `&nbsp;`, `&#39;`) and drops its tags, where the text shows that it is
 * HTML; `<br>` starts a line. Undefined where it isn't: kernel reports have angle brackets and ampersands of their own.
 */
export function unwrapHtml(text: string): Unwrapped | undefined {
  const tags = closingTags.some((tag) => text.includes(tag));
  if (!tags && !tellingEntities.some((entity) => text.includes(entity))) return undefined;
  const draft = new UnwrappedDraft(text.length);
  let copied = 0;
  for (let index = 0; index < text.length;) {
    const piece =
      text[index] === '&' ? entityAt(text, index) : tags && text[index] === '<' ? tagAt(text, index) : undefined;
    if (piece === undefined) {
      index++;
      continue;
    }
    draft.copy(text, copied, index);
    if (piece.text !== '') draft.put(piece.text, index);
    index += piece.length;
    copied = index;
  }
  draft.copy(text, copied, text.length);
  return draft.finish();
}

const closingTags = ['</pre>', '</p>', '</div>', '</code>', '</span>', '<br', '</td>', '</html>'] as const;
const tellingEntities = ['&lt;', '&gt;', '&nbsp;', '&quot;', '&#39;', '&#x', '&amp;'] as const;

interface Piece {
  readonly text: string;
  readonly length: number;
}

function entityAt(text: string, at: number): Piece | undefined {
  const end = skipWhile(text, at + 1, isEntityCharacter, 10);
  if (text[end] !== ';' || end === at + 1) return undefined;
  const name = text.slice(at + 1, end);
  const written = name.startsWith('#') ? numbered(name.slice(1)) : named[name];
  return written === undefined ? undefined : { text: written, length: end + 1 - at };
}

const isEntityCharacter = (code: number): boolean => isLetter(code) || isDigit(code) || code === 35; /* # */

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

function numbered(digits: string): string | undefined {
  const hex = digits.startsWith('x') || digits.startsWith('X');
  const start = hex ? 1 : 0;
  const end = skipWhile(digits, start, hex ? isHexDigit : isDigit);
  if (end !== digits.length || end === start) return undefined;
  const code = Number.parseInt(digits.slice(start), hex ? 16 : 10);
  // One unit for one entity: what lies beyond the basic plane is no part of a trace.
  return code > 0 && code < 0xffff ? String.fromCharCode(code) : undefined;
}

/** A tag of HTML, not the kernel's `<IRQ>`, `<TASK>` or `<4>`: those are in capitals or digits. */
function tagAt(text: string, at: number): Piece | undefined {
  const start = text[at + 1] === '/' ? at + 2 : at + 1;
  const nameEnd = skipWhile(text, start, (code) => (code >= 97 && code <= 122) || isDigit(code), 12);
  const name = text.slice(start, nameEnd);
  if (!tagNames.has(name)) return undefined;
  const end = text.indexOf('>', nameEnd);
  if (end < 0 || end - at > longestTag) return undefined;
  return { text: name === 'br' ? '\n' : '', length: end + 1 - at };
}

const longestTag = 1000;

const tagNames: ReadonlySet<string> = new Set(
  'a b body br code div em font html i li ol p pre s small span strong table tbody td th tr tt u ul'.split(' '),
);
