/** How many things may stand inside each other; packs need about ten. */
export const deepest = 100;

/**
 * Where a text has more brackets open, or more dashes in one line, than any pack needs, or a line that is indented as
 * far: each costs the YAML reader a call or more, so it is looked for before anything is read. Quotes are not looked
 * at, which matters to nobody who closes what he opens.
 */
export function deepPlace(text: string): number | undefined {
  let open = 0;
  let dashes = 0;
  let indent = 0;
  let isLineStart = true;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
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
