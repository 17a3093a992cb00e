/** Functions whose head is a macro: `SYSCALL_DEFINE3(bind, int, fd, ...) {`, `BPF_CALL_1(bpf_x, u64, r1) {`. */
import type { Code } from './code.ts';
import type { Head } from './heads.ts';
import { normaliseParameters } from './parameters.ts';

/** `macro`: the macro's name; `open`: the parenthesis behind it. */
export function normaliseMacroHead(code: Code, macro: number, open: number): Head {
  const definedBy = code.text(macro);
  const name = open + 1;
  const close = code.partner(open);
  const isNamed = code.isPlain(name) && (name + 1 === close || code.text(name + 1) === ',');
  if (isNamed && code.width(macro) >= 3 && code.onSameLine(open, name)) {
    const head: Head = { name: code.text(name), nameToken: name, definedBy };
    code.rewrite(macro, 'int');
    if (name + 1 === close) moveNameForward(code, open);
    else splitArguments(code, definedBy, open);
    return head;
  }
  if (code.width(macro) >= 6 && /^[A-Z0-9_]+$/.test(definedBy)) {
    code.canvas.write(code.start(macro), 'int _');
    code.erase(open + 1, close - 1);
    return { name: definedBy, nameToken: macro, definedBy };
  }
  normaliseParameters(code, open);
  return { name: definedBy, nameToken: macro };
}

/** `META_COLLECTOR(int_x)` -> `int           int_x()`: the name moves one to the left to make room for a `(`. */
function moveNameForward(code: Code, open: number): void {
  const name = open + 1;
  code.canvas.blank(code.start(open), code.end(open));
  code.canvas.write(code.start(name) - 1, `${code.text(name)}(`);
}

/** `BPF_CALL_2(bpf_x, u32, size, u64, flags)` -> `int        bpf_x( u32  size, u64  flags)`. */
function splitArguments(code: Code, macro: string, open: number): void {
  const close = code.partner(open);
  const firstComma = open + 2;
  code.canvas.blank(code.start(open), code.end(open));
  code.canvas.write(code.start(firstComma), '(');
  const commas = topLevelCommas(code, firstComma + 1, close);
  if (/SYSCALL_DEFINE|BPF_CALL_/.test(macro) && commas.length % 2 === 1) {
    commas.forEach((comma, index) => {
      if (index % 2 === 0) code.canvas.blank(code.start(comma), code.end(comma));
    });
    normaliseParameters(code, open);
  } else code.erase(firstComma + 1, close - 1);
}

function topLevelCommas(code: Code, first: number, end: number): readonly number[] {
  const commas: number[] = [];
  for (let token = first; token < end; token = code.lastOf(token) + 1) if (code.text(token) === ',') commas.push(token);
  return commas;
}
