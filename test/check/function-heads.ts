/**
 * Whether a line of the source begins a function, seen without the program's parser. The compiler also tells of
 * functions where a macro makes them whole, as `TRACE_EVENT(...)` does: those have neither head nor body in the source.
 */

/** The text with comments, strings and preprocessor lines blanked; every other character keeps its place. */
export function blankedCode(text: string): string {
  const pattern = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|^[ \t]*#(?:\\\n|[^\n])*/gm;
  return text.replace(pattern, (found) => found.replace(/[^\n]/g, ' '));
}

/**
 * `name(` stands on the line, the parenthesis perhaps on the next; or any `word(...)` that a body follows, at most with
 * `__releases(lock)` and its kin between.
 * @param code blanked
 * @param from offset of the line's start
 */
export function hasFunctionHead(code: string, from: number, name: string): boolean {
  const newline = code.indexOf('\n', from);
  const lineEnd = newline < 0 ? code.length : newline;
  const call = /\b(\w+)\s*\(/g;
  call.lastIndex = from;
  for (let found = call.exec(code); found !== null && found.index < lineEnd; found = call.exec(code)) {
    if (found[1] === name || hasBodyBehind(code, call.lastIndex - 1)) return true;
  }
  return false;
}

function hasBodyBehind(code: string, open: number): boolean {
  const annotation = /\s*(?:__\w+\s*)*/y;
  for (let at = open; code[at] === '(';) {
    const close = closing(code, at);
    if (close < 0) return false;
    annotation.lastIndex = close + 1;
    at = close + 1 + (annotation.exec(code)?.[0].length ?? 0);
    if (code[at] === '{') return true;
  }
  return false;
}

function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === '(') depth++;
    else if (code[at] === ')' && --depth === 0) return at;
  }
  return -1;
}
