/** What code puts into fields: `.send_reset = tcp_v4_send_reset` in a table, `ops->error_report = report` anywhere. */

export interface FieldValue {
  readonly field: string;
  /** As written, without `&`: a function's name, or whatever else it may be. */
  readonly value: string;
}

/**
 * The assignments of a text whose field or whose value is of interest, in their order; those of `NULL` are left out,
 * for nothing is called there. Comments are passed over.
 */
export function fieldValues(
  text: string,
  isField: (name: string) => boolean,
  isValue: (name: string) => boolean,
): readonly FieldValue[] {
  const found: FieldValue[] = [];
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    if (text[at + 1] === '=') {
      at++;
      continue;
    }
    const field = fieldBefore(text, at);
    if (field === undefined) continue;
    const start = skipBlanks(text, at + 1);
    if (!isField(field) && !isValue(wordFrom(text, text[start] === '&' ? start + 1 : start))) continue;
    const value = valueFrom(text, start);
    if (value !== 'NULL' && !isInComment(text, at)) found.push({ field, value });
  }
  return found;
}

/** The field that ends before a place: `.field `, `->field `; undefined for a variable. */
function fieldBefore(text: string, before: number): string | undefined {
  let end = before;
  while (isBlank(text.charCodeAt(end - 1))) end--;
  let start = end;
  while (isWordCode(text.charCodeAt(start - 1))) start--;
  if (start === end) return undefined;
  const isField = text[start - 1] === '.' || (text[start - 1] === '>' && text[start - 2] === '-');
  return isField ? text.slice(start, end) : undefined;
}

/** Up to what ends an initialiser or a statement. */
function valueFrom(text: string, start: number): string {
  let end = start;
  for (let code = text.charCodeAt(end); end < text.length && !endsValue(code); code = text.charCodeAt(end)) end++;
  const value = text.slice(start, end).trim();
  return value.startsWith('&') ? value.slice(1).trim() : value;
}

const endsValue = (code: number): boolean => code === 44 || code === 59 || code === 125;

function wordFrom(text: string, start: number): string {
  let end = start;
  while (isWordCode(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

function isInComment(text: string, at: number): boolean {
  const open = text.lastIndexOf('/*', at);
  if (open >= 0 && text.lastIndexOf('*/', at) < open) return true;
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return line.includes('//') || line.trimStart().startsWith('* ');
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}
