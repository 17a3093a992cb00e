/**
 * A function's text as a list of steps: a second, much simpler reading of C than the program's, to measure reasons by.
 * Words and signs only; of two #if halves one reading takes the first and one the last.
 */

export interface Word {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

export type Step =
  /** Goes on with the next step. */
  | { readonly kind: 'run'; readonly words: readonly Word[] }
  | { readonly kind: 'test'; readonly words: readonly Word[]; readonly yes: number; readonly no: number }
  | { readonly kind: 'choice'; readonly words: readonly Word[]; readonly to: readonly number[] }
  | { readonly kind: 'go'; readonly to: number; readonly line?: number; readonly jump?: string }
  /** A label or case that control falls into; a jump leads to the step behind it. */
  | { readonly kind: 'mark'; readonly name: string; readonly line: number }
  | { readonly kind: 'return'; readonly words: readonly Word[] };

/** Which of the halves of an #if are read. */
export type Half = 'first' | 'last';

/** @param lines without comments and strings, from `{` to `}` */
export function stepsOf(lines: readonly string[], first: number, half: Half): readonly Step[] {
  return compile(wordsOf(chosen(lines, half), first));
}

function chosen(lines: readonly string[], half: Half): readonly string[] {
  const groups: { branches: number; taken: number }[] = [];
  const branchesOf = countBranches(lines);
  let inDirective = false;
  return lines.map((line, at) => {
    const wasDirective = inDirective;
    const word = /^\s*#\s*(\w+)/.exec(line)?.[1];
    inDirective = (wasDirective || word !== undefined) && line.trimEnd().endsWith('\\');
    if (wasDirective) return '';
    if (word === undefined) return groups.every(({ branches, taken }) => branches === taken) ? line : '';
    const group = groups.at(-1);
    if (word.startsWith('if')) {
      const last = branchesOf.get(at) ?? 1;
      const isNever = /^\s*#\s*if\s+0\s*$/.test(line);
      groups.push({ branches: 1, taken: half === 'last' || isNever ? (isNever && last === 1 ? 2 : last) : 1 });
    } else if (word === 'endif') groups.pop();
    else if (word.startsWith('el') && group !== undefined) group.branches++;
    return '';
  });
}

/** By the line of an #if, how many halves it has. */
function countBranches(lines: readonly string[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const open: number[] = [];
  lines.forEach((line, at) => {
    const word = /^\s*#\s*(\w+)/.exec(line)?.[1];
    if (word?.startsWith('if') === true) {
      open.push(at);
      counts.set(at, 1);
    } else if (word === 'endif') open.pop();
    else if (word?.startsWith('el') === true) counts.set(open.at(-1) ?? 0, (counts.get(open.at(-1) ?? 0) ?? 1) + 1);
  });
  return counts;
}

function wordsOf(lines: readonly string[], first: number): readonly Word[] {
  const sign = /[A-Za-z_]\w*|\d\w*|->|\+\+|--|<<=|>>=|[-+*/%&|^=!<>]=|&&|\|\||<<|>>|\S/g;
  return lines.flatMap((line, at) => [...line.matchAll(sign)].map(([text]) => ({ text, line: first + at })));
}

function compile(words: readonly Word[]): readonly Step[] {
  const steps: Step[] = [];
  const labels = new Map<string, number>();
  const breaks: number[][] = [];
  const continues: number[][] = [];
  const cases: number[][] = [];
  /** How deep the switches stand that have a default. */
  const hasDefault = new Set<number>();
  let at = 0;
  const text = (offset = 0): string => words[at + offset]?.text ?? '';
  const add = (step: Step): number => steps.push(step) - 1;
  const patch = (from: readonly number[], to: number): void => {
    for (const step of from) steps[step] = { ...steps[step], kind: 'go', to };
  };

  /** The words between brackets, the position behind them. */
  function bracketed(): readonly Word[] {
    const begin = at;
    let depth = 0;
    do {
      if (text() === '(') depth++;
      if (text() === ')') depth--;
      at++;
    } while (depth > 0 && at < words.length);
    return words.slice(begin + 1, at - 1);
  }

  function upTo(end: string): readonly Word[] {
    const begin = at;
    for (let depth = 0; at < words.length && !(depth === 0 && text() === end); at++) {
      if ('([{'.includes(text())) depth++;
      if (')]}'.includes(text())) depth--;
      if (depth < 0) break;
    }
    return words.slice(begin, at++);
  }

  function loop(condition: readonly Word[] | undefined, each: readonly Word[]): void {
    breaks.push([]);
    continues.push([]);
    const head = steps.length;
    const test = condition === undefined ? undefined : add({ kind: 'test', words: condition, yes: head + 1, no: 0 });
    statement();
    const again = steps.length;
    if (each.length > 0) add({ kind: 'run', words: each });
    add({ kind: 'go', to: head });
    if (test !== undefined) steps[test] = { kind: 'test', words: condition ?? [], yes: head + 1, no: steps.length };
    patch(breaks.pop() ?? [], steps.length);
    patch(continues.pop() ?? [], again);
  }

  function ifElse(): void {
    at++;
    const condition = bracketed();
    const test = add({ kind: 'test', words: condition, yes: 0, no: 0 });
    statement();
    let no = steps.length;
    if (text() === 'else') {
      const over = add({ kind: 'go', to: 0 });
      no = steps.length;
      at++;
      statement();
      patch([over], steps.length);
    }
    steps[test] = { kind: 'test', words: condition, yes: test + 1, no };
  }

  function switchOver(): void {
    at++;
    const subject = bracketed();
    const choice = add({ kind: 'choice', words: subject, to: [] });
    cases.push([]);
    breaks.push([]);
    const outer = cases.length;
    hasDefault.delete(outer);
    add({ kind: 'go', to: 0 });
    statement();
    const end = steps.length;
    patch([choice + 1, ...(breaks.pop() ?? [])], end);
    const to = cases.pop() ?? [];
    steps[choice] = { kind: 'choice', words: subject, to: hasDefault.has(outer) ? to : [...to, end] };
  }

  function statement(): void {
    const word = text();
    const line = words[at]?.line ?? 0;
    if (word === '{') {
      at++;
      while (text() !== '}' && at < words.length) statement();
      at++;
    } else if (word === 'if') ifElse();
    else if (word === 'while') {
      at++;
      loop(bracketed(), []);
    } else if (word === 'for') {
      at++;
      const [start, condition, each] = splitAt(bracketed(), ';');
      add({ kind: 'run', words: start ?? [] });
      loop(condition?.length === 0 ? undefined : condition, each ?? []);
    } else if (word === 'do') {
      at++;
      breaks.push([]);
      continues.push([]);
      const head = steps.length;
      statement();
      const bottom = steps.length;
      at++;
      add({ kind: 'test', words: bracketed(), yes: head, no: bottom + 1 });
      at++;
      patch(breaks.pop() ?? [], steps.length);
      patch(continues.pop() ?? [], bottom);
    } else if (word === 'switch') switchOver();
    else if (word === 'case' || (word === 'default' && text(1) === ':')) {
      const value = upTo(':');
      if (word === 'default') hasDefault.add(cases.length);
      add({ kind: 'mark', name: value.map(({ text: part }) => part).join(' '), line });
      cases.at(-1)?.push(steps.length);
    } else if (/^[A-Za-z_]/.test(word) && text(1) === ':' && text(2) !== ':') {
      add({ kind: 'mark', name: word, line });
      labels.set(word, steps.length);
      at += 2;
      if (text() === '}') return;
      statement();
    } else if (word === 'goto') {
      add({ kind: 'go', to: -1, line, jump: text(1) });
      at += 3;
    } else if (word === 'return') add({ kind: 'return', words: upTo(';') });
    else if (word === 'break') {
      breaks.at(-1)?.push(add({ kind: 'go', to: 0 }));
      at += 2;
    } else if (word === 'continue') {
      continues.at(-1)?.push(add({ kind: 'go', to: 0 }));
      at += 2;
    } else if (isLoopMacro()) {
      at++;
      loop(bracketed(), []);
    } else add({ kind: 'run', words: upTo(';') });
  }

  /** `list_for_each_entry(...) {`: a call that no semicolon ends. */
  function isLoopMacro(): boolean {
    if (!/^[A-Za-z_]/.test(text()) || text(1) !== '(') return false;
    const begin = at++;
    bracketed();
    const next = text();
    at = begin;
    return next === '{' || (/for_each/.test(text()) && next !== ';');
  }

  while (at < words.length) statement();
  add({ kind: 'return', words: [] });
  return steps.map((step) =>
    step.kind === 'go' && step.jump !== undefined ? { ...step, to: labels.get(step.jump) ?? steps.length - 1 } : step,
  );
}

/** Splits words at a sign that stands outside brackets. */
export function splitAt(words: readonly Word[], sign: string): readonly (readonly Word[])[] {
  const parts: Word[][] = [[]];
  let depth = 0;
  for (const word of words) {
    if ('([{'.includes(word.text)) depth++;
    if (')]}'.includes(word.text)) depth--;
    if (depth === 0 && word.text === sign) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}
