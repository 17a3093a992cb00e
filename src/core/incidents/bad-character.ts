/**
 * The first character that hides or reorders what people read, as `U+202E`: controls but tab and line ends, bidirectional
 * overrides and isolates, what has no width, and U+FFFD, which stands for bytes that were no text. Undefined where
 * there is none.
 */
export function badCharacter(text: string): string | undefined {
  const found = indexOfBadCharacter(text);
  const code = found < 0 ? undefined : text.codePointAt(found);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Where it stands, in UTF-16 code units from 0; -1 where there is none. */
export function indexOfBadCharacter(text: string): number {
  return text.search(bad);
}

const bad = /(?![\t\n\r])[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd]/u;
