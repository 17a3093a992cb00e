/** What is known of #if groups while the tokens of a file are gone through, and what is told of them afterwards. */
import { LineIndex, offset, type Span } from '../../base/position.ts';
import type { Conditional } from '../facts.ts';
import { emptySequence, type Sequence } from './sequence.ts';
import { Kind, type Tokens } from './tokens.ts';

export interface ConditionalOptions {
  /** The lines of the text, where they are known already. */
  readonly lines?: LineIndex | undefined;
  /** Answers for the n-th conditional of the file which branch is to be kept alone. */
  readonly choose?: ((conditional: number) => number | undefined) | undefined;
  /** What a configuration says of a condition: of `CONFIG_IPV6` in #ifdef and #ifndef, of a whole #if expression. */
  readonly isSet?: ((condition: string) => boolean | undefined) | undefined;
}

/** One group whose halves exclude each other. */
export interface Choice {
  /** Index into the file's conditionals. */
  readonly conditional: number;
  /** Index of the branch that is in the text. */
  readonly kept: number;
  /** The other branches that may be compiled. */
  readonly alternatives: readonly number[];
}

export interface Branch {
  /** `if`, `ifdef`, `else`, ... */
  readonly directive: string;
  readonly condition: string;
  /** Whether it is certain to be compiled, or certain not to be. */
  readonly taken: boolean | undefined;
  /** The token of the directive that opens it, and of the one that ends it. */
  readonly opener: number;
  closer: number;
  /** What is left of its tokens after the groups inside it were resolved. */
  readonly tokens: Sequence;
}

export interface Group {
  readonly index: number;
  /** The token before the group, or -1. */
  readonly previous: number;
  /** How many braces are open where it starts. */
  readonly depth: number;
  readonly branches: Branch[];
}

/** The groups of one file. */
export interface Groups {
  readonly source: string;
  readonly tokens: Tokens;
  readonly options: ConditionalOptions;
  readonly lines: LineIndex;
  /** The open groups, innermost last. */
  readonly open: Group[];
  /** The file outside all groups. */
  readonly file: Sequence;
  /** The innermost open branch's tokens, or the file's. */
  current: Sequence;
  /** The first token behind a place that is no directive; to be asked from left to right. */
  readonly nextCodeToken: (after: number) => number;
  readonly conditionals: Conditional[];
  readonly choices: Choice[];
  readonly dropped: Branch[];
}

export function newGroups(source: string, tokens: Tokens, options: ConditionalOptions): Groups {
  const file = emptySequence();
  return {
    source,
    tokens,
    options,
    lines: options.lines ?? new LineIndex(source),
    open: [],
    file,
    current: file,
    nextCodeToken: codeTokenFinder(tokens),
    conditionals: [],
    choices: [],
    dropped: [],
  };
}

/** From behind a branch's directive to the next one. */
export function bodyOf(groups: Groups, branch: Branch): Span {
  return { start: offset(endOf(groups, branch.opener)), end: offset(startOf(groups, branch.closer)) };
}

function codeTokenFinder(tokens: Tokens): (after: number) => number {
  let found = 0;
  return (after) => {
    found = Math.max(found, after + 1);
    while (tokens.kinds[found] === Kind.directive) found++;
    return found;
  };
}

export function startOf(groups: Groups, token: number): number {
  return groups.tokens.starts[token] ?? groups.source.length;
}

export function endOf(groups: Groups, token: number): number {
  return groups.tokens.ends[token] ?? groups.source.length;
}

/** The character of a punctuation token, else nothing. */
export function punctuation(groups: Groups, token: number): string {
  return groups.tokens.kinds[token] === Kind.mark ? groups.source.charAt(startOf(groups, token)) : '';
}
