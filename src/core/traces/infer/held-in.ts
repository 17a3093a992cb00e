/** The fields that a function is put into: `.recvmsg = inet_recvmsg`, `sk->sk_data_ready = sock_def_readable`. */

export function fieldsHolding(text: string, name: string, found: Set<string>): void {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if (isWordCode(text.charCodeAt(at - 1)) || isWordCode(text.charCodeAt(at + name.length))) continue;
    const field = fieldBefore(text, at);
    if (field !== undefined) found.add(field);
  }
}

/** The field of an assignment or initialiser that ends at an index; a `&` may stand before the value. */
function fieldBefore(text: string, at: number): string | undefined {
  let end = backOverBlanks(text, at);
  if (text[end - 1] === '&') end = backOverBlanks(text, end - 1);
  if (text[end - 1] !== '=') return undefined;
  const nameEnd = backOverBlanks(text, end - 1);
  let start = nameEnd;
  while (isWordCode(text.charCodeAt(start - 1))) start--;
  const isField = text[start - 1] === '.' || (text[start - 1] === '>' && text[start - 2] === '-');
  return isField && start < nameEnd ? text.slice(start, nameEnd) : undefined;
}

function backOverBlanks(text: string, at: number): number {
  let end = at;
  while (end > 0 && text.charCodeAt(end - 1) <= 32) end--;
  return end;
}

const isWordCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
