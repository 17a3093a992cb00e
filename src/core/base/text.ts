/** Any run of blanks, tabs and newlines becomes one blank: source text as it is quoted in a sentence. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
