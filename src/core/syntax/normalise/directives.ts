/** Preprocessor lines, read one at a time. */
import { oneLine } from '../../base/text.ts';
import { endOfComment } from './tokens.ts';

export interface Directive {
  /** `if`, `ifdef`, `elif`, `define`, ...; empty for a lone `#`. */
  readonly name: string;
  /** Where the rest of the line starts. */
  readonly argumentAt: number;
}

export function readDirective(source: string, start: number): Directive {
  let at = start + 1;
  while (source.charAt(at) === ' ' || source.charAt(at) === '\t') at++;
  const nameAt = at;
  while (/[a-z]/.test(source.charAt(at))) at++;
  return { name: source.slice(nameAt, at), argumentAt: at };
}

/** What stands behind a directive, on one line, without comments and continuation marks: `defined(A) || defined(B)`. */
export function directiveArgument(source: string, start: number, end: number): string {
  let text = '';
  let from = start;
  for (let at = start; at < end; at++) {
    const commentEnd = Math.min(endOfComment(source, at), end);
    if (commentEnd <= at) continue;
    text += `${source.slice(from, at)} `;
    from = commentEnd;
    at = commentEnd - 1;
  }
  return oneLine((text + source.slice(from, end)).replaceAll('\\', ' '));
}

const opening: ReadonlySet<string> = new Set(['if', 'ifdef', 'ifndef']);
const continuing: ReadonlySet<string> = new Set(['elif', 'elifdef', 'elifndef', 'else']);

export const opensConditional = (name: string): boolean => opening.has(name);
export const continuesConditional = (name: string): boolean => continuing.has(name);

/** `!(A)` for `#if A` and `#ifdef A`, `A` for `#ifndef A`: when the branch is not taken. */
export function negated(directive: string, condition: string): string {
  return directive.endsWith('ndef') ? condition : `!(${condition})`;
}

/** What a kernel build always or never defines. */
const settled: ReadonlyMap<string, boolean> = new Map([
  ['__KERNEL__', true],
  ['__cplusplus', false],
  ['__CHECKER__', false],
  ['__GENKSYMS__', false],
]);

/** Whether a branch is compiled: certain for `#if 0` and its like, else what `isSet` says, else undefined. */
export function isTaken(
  directive: string,
  condition: string,
  isSet: (condition: string) => boolean | undefined,
): boolean | undefined {
  if (directive === 'else') return undefined;
  if (directive.endsWith('def')) {
    const answer = settled.get(condition) ?? isSet(condition);
    return directive.endsWith('ndef') && answer !== undefined ? !answer : answer;
  }
  if (/^0 ?(&&|$)/.test(condition)) return false;
  if (condition === '1') return true;
  const name = /^(!?) ?defined ?\(? ?(\w+) ?\)?$/.exec(condition);
  const known = name === null ? undefined : settled.get(name[2] ?? '');
  if (known === undefined) return isSet(condition);
  return name?.[1] === '!' ? !known : known;
}
