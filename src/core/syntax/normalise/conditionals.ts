/**
 * #if ... #endif groups. The parser gets one text, so halves that are whole statements stand in it side by side,
 * as if both were compiled; where that can't be, because each half opens the same block or is part of one
 * expression, one half is chosen and the others are blanked.
 */
import { LineIndex, offset, type Span } from '../../base/position.ts';
import type { Conditional } from '../facts.ts';
import type { Canvas } from './canvas.ts';
import {
  continuesConditional,
  directiveArgument,
  isTaken,
  negated,
  opensConditional,
  readDirective,
} from './directives.ts';
import { appendSequence, appendToken, emptySequence, isBalanced, type Sequence } from './sequence.ts';
import { Kind, type Tokens } from './tokens.ts';

export interface ConditionalOptions {
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

export interface Resolved {
  /** Indices of the tokens that are left, directives excluded. */
  readonly kept: Int32Array;
  readonly conditionals: readonly Conditional[];
  readonly choices: readonly Choice[];
  readonly dropped: readonly Span[];
}

interface Branch {
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

interface Group {
  readonly index: number;
  /** The token before the group, or -1. */
  readonly previous: number;
  /** How many braces are open where it starts. */
  readonly depth: number;
  readonly branches: Branch[];
}

interface State {
  readonly source: string;
  readonly tokens: Tokens;
  readonly options: ConditionalOptions;
  readonly lines: LineIndex;
  /** The open groups, innermost last. */
  readonly groups: Group[];
  /** The file outside all groups. */
  readonly file: Sequence;
  /** The innermost open branch's tokens, or the file's. */
  current: Sequence;
  readonly nextCodeToken: (after: number) => number;
  readonly conditionals: Conditional[];
  readonly choices: Choice[];
  readonly dropped: Branch[];
}

export function resolveConditionals(
  source: string,
  tokens: Tokens,
  canvas: Canvas,
  options: ConditionalOptions,
): Resolved {
  const state = newState(source, tokens, options);
  takeTokens(state);
  const kept = keptTokens(state, canvas);
  state.choices.sort((a, b) => a.conditional - b.conditional);
  state.dropped.sort((a, b) => a.opener - b.opener);
  const dropped = state.dropped.map((branch) => bodyOf(state, branch));
  return { kept, conditionals: state.conditionals, choices: state.choices, dropped };
}

function newState(source: string, tokens: Tokens, options: ConditionalOptions): State {
  const file = emptySequence();
  return {
    source,
    tokens,
    options,
    lines: new LineIndex(source),
    groups: [],
    file,
    current: file,
    nextCodeToken: codeTokenFinder(tokens),
    conditionals: [],
    choices: [],
    dropped: [],
  };
}

function takeTokens(state: State): void {
  const count = state.tokens.kinds.length;
  for (let token = 0; token < count; token++) {
    if (state.tokens.kinds[token] === Kind.directive) takeDirective(state, token);
    else appendToken(state.current, token, punctuation(state, token));
  }
  while (state.groups.length > 0) closeGroup(state, count);
}

function takeDirective(state: State, token: number): void {
  const { name, argumentAt } = readDirective(state.source, startOf(state, token));
  const group = state.groups.at(-1);
  if (opensConditional(name)) openGroup(state, token, name, argumentAt);
  else if (group === undefined) return;
  else if (continuesConditional(name)) {
    if (group.branches.at(-1)?.directive === 'else') return; // nothing can follow an #else
    endBranch(group, token);
    openBranch(state, group, token, name, argumentAt);
  } else if (name === 'endif') closeGroup(state, token);
}

function openGroup(state: State, token: number, directive: string, argumentAt: number): void {
  const outer = state.groups.at(-1);
  const sequence = state.current;
  const group: Group = {
    index: state.conditionals.length,
    previous: sequence.last >= 0 ? sequence.last : (outer?.previous ?? -1),
    depth: (outer?.depth ?? 0) + sequence.braces,
    branches: [],
  };
  state.groups.push(group);
  state.conditionals.push({ branches: [], endLine: state.lines.lineAt(startOf(state, token)) }); // until its #endif
  openBranch(state, group, token, directive, argumentAt);
}

function openBranch(state: State, group: Group, token: number, directive: string, argumentAt: number): void {
  const isSet = state.options.isSet ?? ((): undefined => undefined);
  const tokens = emptySequence();
  const condition =
    directive === 'else' ? noneOf(group.branches) : directiveArgument(state.source, argumentAt, endOf(state, token));
  group.branches.push({
    directive,
    condition,
    taken: isTaken(directive, condition, isSet),
    opener: token,
    closer: token,
    tokens,
  });
  state.current = tokens;
}

/** The condition of an #else. */
function noneOf(branches: readonly Branch[]): string {
  return branches.map((branch) => negated(branch.directive, branch.condition)).join(' && ');
}

function endBranch(group: Group, closer: number): void {
  const branch = group.branches.at(-1);
  if (branch !== undefined) branch.closer = closer;
}

/** `token`: the #endif, or the end of the file where it is missing. */
function closeGroup(state: State, token: number): void {
  const group = state.groups.pop();
  if (group === undefined) return;
  endBranch(group, token);
  state.current = state.groups.at(-1)?.branches.at(-1)?.tokens ?? state.file;
  const possible = possibleBranches(group.branches);
  const chosen = chooseBranch(state, group, possible);
  const kept = new Set(chosen === undefined ? possible : [chosen]);
  if (chosen !== undefined) state.choices.push(choiceOf(group, chosen, possible));
  for (const branch of group.branches) {
    if (kept.has(branch)) appendSequence(state.current, branch.tokens);
    else state.dropped.push(branch);
  }
  state.conditionals[group.index] = conditionalOf(state, group, token);
}

/** All that may be compiled: not what is certainly left out, and nothing behind a branch that is certainly taken. */
function possibleBranches(branches: readonly Branch[]): readonly Branch[] {
  const certain = branches.findIndex((branch) => branch.taken === true);
  const reached = certain < 0 ? branches : branches.slice(0, certain + 1);
  return reached.filter((branch) => branch.taken !== false);
}

/** The one branch to keep, or undefined when all possible ones can stand side by side. */
function chooseBranch(state: State, group: Group, possible: readonly Branch[]): Branch | undefined {
  const asked = state.options.choose?.(group.index);
  const wanted = asked === undefined ? undefined : group.branches[asked];
  if (wanted !== undefined) return wanted;
  if (possible.length < 2 || standSideBySide(state, group, possible)) return undefined;
  return possible.find((branch) => branch.tokens.first >= 0) ?? possible[0];
}

function choiceOf(group: Group, kept: Branch, possible: readonly Branch[]): Choice {
  const others = new Set(possible.filter((branch) => branch !== kept));
  return {
    conditional: group.index,
    kept: group.branches.indexOf(kept),
    alternatives: group.branches.flatMap((branch, index) => (others.has(branch) ? [index] : [])),
  };
}

/** Whether the branches are runs of whole statements, list elements or file-scope items, each complete in itself. */
function standSideBySide(state: State, group: Group, branches: readonly Branch[]): boolean {
  const atFileScope = group.depth === 0;
  const before = group.previous < 0 ? ';' : punctuation(state, group.previous);
  if (!isBoundary(before) && !(atFileScope && before === ')')) return false;
  const after = punctuation(state, state.nextCodeToken(group.branches.at(-1)?.closer ?? -1));
  return branches.every((branch) => {
    if (branch.tokens.first < 0) return true;
    const last = punctuation(state, branch.tokens.last);
    const endsItem = atFileScope && last === ')' && after !== '{' && after !== ';';
    return isBalanced(branch.tokens) && (isBoundary(last) || endsItem) && !startsWithElse(state, branch);
  });
}

function isBoundary(mark: string): boolean {
  return mark === ';' || mark === '{' || mark === '}' || mark === ':' || mark === ',';
}

function startsWithElse(state: State, branch: Branch): boolean {
  const first = branch.tokens.first;
  return state.source.slice(startOf(state, first), endOf(state, first)) === 'else';
}

function conditionalOf(state: State, group: Group, endif: number): Conditional {
  return {
    branches: group.branches.map((branch) => ({
      directive: branch.directive,
      condition: branch.condition,
      line: state.lines.lineAt(startOf(state, branch.opener)),
      body: bodyOf(state, branch),
    })),
    endLine: state.lines.lineAt(startOf(state, endif)),
  };
}

/** From behind a branch's directive to the next one. */
function bodyOf(state: State, branch: Branch): Span {
  return { start: offset(endOf(state, branch.opener)), end: offset(startOf(state, branch.closer)) };
}

/** What is left when the directives and the dropped branches are blanked. */
function keptTokens(state: State, canvas: Canvas): Int32Array {
  const count = state.tokens.kinds.length;
  /** +1 where a dropped branch starts, -1 behind it: branches nest. */
  const steps = new Int32Array(count + 1);
  for (const branch of state.dropped) {
    steps[branch.opener] = (steps[branch.opener] ?? 0) + 1;
    steps[branch.closer] = (steps[branch.closer] ?? 0) - 1;
  }
  const kept = new Int32Array(count);
  let size = 0;
  let inside = 0;
  for (let token = 0; token < count; token++) {
    inside += steps[token] ?? 0;
    if (inside === 0 && state.tokens.kinds[token] !== Kind.directive) kept[size++] = token;
    else canvas.blank(startOf(state, token), endOf(state, token));
  }
  return kept.subarray(0, size);
}

/** Finds the first token behind a place that is no directive. To be asked from left to right. */
function codeTokenFinder(tokens: Tokens): (after: number) => number {
  let found = 0;
  return (after) => {
    found = Math.max(found, after + 1);
    while (tokens.kinds[found] === Kind.directive) found++;
    return found;
  };
}

function startOf(state: State, token: number): number {
  return state.tokens.starts[token] ?? state.source.length;
}

function endOf(state: State, token: number): number {
  return state.tokens.ends[token] ?? state.source.length;
}

/** The character of a punctuation token, else nothing. */
function punctuation(state: State, token: number): string {
  return state.tokens.kinds[token] === Kind.mark ? state.source.charAt(startOf(state, token)) : '';
}
