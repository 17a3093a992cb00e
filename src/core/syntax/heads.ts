/** What a function's head says: name, return type, parameters, as written. */
import type { Place, Span } from '../base/position.ts';
import type { Parameter } from './facts.ts';
import { readParameter } from './parameters.ts';
import type { SourceText } from './source-text.ts';

export interface Head {
  readonly name: string;
  readonly place: Place;
  readonly returnType: string;
  readonly isStatic: boolean;
  readonly isInline: boolean;
  readonly parameters: readonly Parameter[];
}

export interface HeadPosition {
  readonly head: Span;
  readonly name: string;
  /** Offset of the name. */
  readonly nameAt: number;
  /** SYSCALL_DEFINE3 and its kin. */
  readonly definedBy?: string;
}

export function readHead(position: HeadPosition, source: SourceText): Head {
  const { head, name, nameAt, definedBy } = position;
  const written = source.wordAt(nameAt);
  const nameEnd = nameAt + (written === '' ? name.length : written.length);
  const before = source.quote(head.start, nameAt);
  const returnType = definedBy === undefined ? before.replace(/\($/, '').trim() : beforeMacro(before, definedBy);
  return {
    name,
    place: source.place(nameAt, nameEnd),
    returnType,
    isStatic: /\bstatic\b/.test(before),
    isInline: /\b(?:__always_inline|inline|__inline|__inline__)\b/.test(before),
    parameters: definedBy === undefined ? ordinary(source, nameEnd, head.end) : defined(source, head, definedBy),
  };
}

/** `SYSCALL_DEFINE3(` and what stands before it: the macro says nothing of the type. */
function beforeMacro(before: string, definedBy: string): string {
  const at = before.indexOf(definedBy);
  return at < 0 ? '' : before.slice(0, at).trim();
}

/** `name(int a, struct sk_buff *skb)`; also `(name)(int a)` and `(*name(int a))(int)`. */
function ordinary(source: SourceText, nameEnd: number, headEnd: number): readonly Parameter[] {
  const between = listAfter(source, nameEnd, headEnd);
  if (between === undefined) return [];
  return between.flatMap((piece) => {
    const text = source.quote(piece.start, piece.end);
    return text === '' || text === 'void' ? [] : [readParameter(source, piece.start, piece.end)];
  });
}

/**
 * `SYSCALL_DEFINE3(accept, int, fd, struct sockaddr __user *, addr, ...)` (include/linux/syscalls.h) and
 * `BPF_CALL_2(name, type, arg, ...)` (include/linux/filter.h) give types and names by turns.
 */
function defined(source: SourceText, head: Span, definedBy: string): readonly Parameter[] {
  if (!/SYSCALL_DEFINE|BPF_CALL_/.test(definedBy)) return [];
  const given = listAfter(source, head.start, head.end)?.slice(1) ?? [];
  const parameters: Parameter[] = [];
  for (let at = 0; at + 1 < given.length; at += 2) {
    const type = given[at];
    const name = given[at + 1];
    if (type === undefined || name === undefined) break;
    parameters.push({
      name: source.quote(name.start, name.end),
      type: source.quote(type.start, type.end),
      place: source.place(name.start, name.end),
    });
  }
  return parameters;
}

/** The pieces between the commas of the first bracketed list at or after an offset. */
function listAfter(source: SourceText, from: number, end: number): { start: number; end: number }[] | undefined {
  const open = source.find('(', from, end);
  if (open === undefined) return undefined;
  const pieces: { start: number; end: number }[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < end; at++) {
    const character = source.characterAt(at);
    if (character === '(' || character === '[' || character === '{') depth++;
    else if (character === ')' || character === ']' || character === '}') depth--;
    if (depth === 0 || (depth === 1 && character === ',')) {
      pieces.push(source.trim(start, at));
      start = at + 1;
      if (depth === 0) return pieces;
    }
  }
  return undefined;
}
