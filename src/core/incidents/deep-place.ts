/** How many things may stand inside each other; packs need about ten. */
export const deepest = 100;

/**
 * Where a text has more brackets open, or more dashes in one line, than any pack needs, or a line that is indented as
 * far: each costs the YAML reader a call or more, so it is looked for before anything is read. Brackets in quotes that
 * are closed in the same line don't count, as those of C in a note; other text had better close what it opens.
 */
export function deepPlace(text: string): number | undefined {
  let open = 0;
  let dashes = 0;
  let indent = 0;
  let isLineStart = true;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    const end = sign === '"' || sign === "'" ? endOfQuoted(text, at, isLineStart) : undefined;
    if (end !== undefined) at = end;
    if (sign === '\n') [dashes, indent, isLineStart] = [0, 0, true];
    else if (sign === '[' || sign === '{') open += 1;
    else if (sign === ']' || sign === '}') open = Math.max(0, open - 1);
    if (isLineStart && sign === ' ') indent += 1;
    else if (isLineStart && (sign === '-' || sign === '?') && text[at + 1] === ' ') dashes += 1;
    else if (sign !== '\n') isLineStart = false;
    if (open > deepest || dashes > deepest || indent > deepest * 4) return at;
  }
  return undefined;
}

/** Where the value in quotes ends that starts here; undefined where a quote is part of other text, or not closed in its line. */
function endOfQuoted(text: string, start: number, isLineStart: boolean): number | undefined {
  let before = start - 1;
  while (text[before] === ' ') before -= 1;
  const sign = text[before] ?? '';
  if (!isLineStart && !'[{,'.includes(sign) && !(sign === ':' && before < start - 1)) return undefined;
  const quote = text[start];
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote && (quote === '"' || text[at + 1] !== quote)) return at;
    else if (text[at] === quote) at += 1;
  }
  return undefined;
}
