/**
 * #if ... #endif groups. The parser gets one text, so halves that are whole statements stand in it side by side,
 * as if both were compiled; where that can't be, because each half opens the same block or is part of one
 * expression, one half is chosen and the others are blanked.
 */
import type { Span } from '../../base/position.ts';
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
import {
  bodyOf,
  endOf,
  newGroups,
  punctuation,
  startOf,
  type Branch,
  type Choice,
  type ConditionalOptions,
  type Group,
  type Groups,
} from './groups.ts';
import { chooseBranch, choiceOf, possibleBranches } from './halves.ts';
import { appendSequence, appendToken, emptySequence } from './sequence.ts';
import { Kind, type Tokens } from './tokens.ts';

export interface Resolved {
  /** Indices of the tokens that are left, directives excluded. */
  readonly kept: Int32Array;
  readonly conditionals: readonly Conditional[];
  readonly choices: readonly Choice[];
  readonly dropped: readonly Span[];
}

export function resolveConditionals(
  source: string,
  tokens: Tokens,
  canvas: Canvas,
  options: ConditionalOptions,
): Resolved {
  const groups = newGroups(source, tokens, options);
  takeTokens(groups);
  const kept = keptTokens(groups, canvas);
  groups.choices.sort((a, b) => a.conditional - b.conditional);
  groups.dropped.sort((a, b) => a.opener - b.opener);
  const dropped = groups.dropped.map((branch) => bodyOf(groups, branch));
  return { kept, conditionals: groups.conditionals, choices: groups.choices, dropped };
}

function takeTokens(groups: Groups): void {
  const count = groups.tokens.kinds.length;
  for (let token = 0; token < count; token++) {
    if (groups.tokens.kinds[token] === Kind.directive) takeDirective(groups, token);
    else appendToken(groups.current, token, punctuation(groups, token));
  }
  while (groups.open.length > 0) closeGroup(groups, count);
}

function takeDirective(groups: Groups, token: number): void {
  const { name, argumentAt } = readDirective(groups.source, startOf(groups, token));
  const group = groups.open.at(-1);
  if (opensConditional(name)) openGroup(groups, token, name, argumentAt);
  else if (group === undefined) return;
  else if (continuesConditional(name)) {
    if (group.branches.at(-1)?.directive === 'else') return; // nothing can follow an #else
    endBranch(group, token);
    openBranch(groups, group, token, name, argumentAt);
  } else if (name === 'endif') closeGroup(groups, token);
}

function openGroup(groups: Groups, token: number, directive: string, argumentAt: number): void {
  const outer = groups.open.at(-1);
  const sequence = groups.current;
  const group: Group = {
    index: groups.conditionals.length,
    previous: sequence.last >= 0 ? sequence.last : (outer?.previous ?? -1),
    depth: (outer?.depth ?? 0) + sequence.braces,
    branches: [],
  };
  groups.open.push(group);
  groups.conditionals.push({ branches: [], endLine: groups.lines.lineAt(startOf(groups, token)) }); // until its #endif
  openBranch(groups, group, token, directive, argumentAt);
}

function openBranch(groups: Groups, group: Group, token: number, directive: string, argumentAt: number): void {
  const isSet = groups.options.isSet ?? ((): undefined => undefined);
  const tokens = emptySequence();
  const condition =
    directive === 'else' ? noneOf(group.branches) : directiveArgument(groups.source, argumentAt, endOf(groups, token));
  group.branches.push({
    directive,
    condition,
    taken: isTaken(directive, condition, isSet),
    opener: token,
    closer: token,
    tokens,
  });
  groups.current = tokens;
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
function closeGroup(groups: Groups, token: number): void {
  const group = groups.open.pop();
  if (group === undefined) return;
  endBranch(group, token);
  groups.current = groups.open.at(-1)?.branches.at(-1)?.tokens ?? groups.file;
  const possible = possibleBranches(group.branches);
  const chosen = chooseBranch(groups, group, possible);
  const kept = new Set(chosen === undefined ? possible : [chosen]);
  if (chosen !== undefined) groups.choices.push(choiceOf(group, chosen, possible));
  for (const branch of group.branches) {
    if (kept.has(branch)) appendSequence(groups.current, branch.tokens);
    else groups.dropped.push(branch);
  }
  groups.conditionals[group.index] = conditionalOf(groups, group, token);
}

/** What is left when the directives and the dropped branches are blanked. */
function keptTokens(groups: Groups, canvas: Canvas): Int32Array {
  const count = groups.tokens.kinds.length;
  /** +1 where a dropped branch starts, -1 behind it: branches nest. */
  const steps = new Int32Array(count + 1);
  for (const branch of groups.dropped) {
    steps[branch.opener] = (steps[branch.opener] ?? 0) + 1;
    steps[branch.closer] = (steps[branch.closer] ?? 0) - 1;
  }
  const kept = new Int32Array(count);
  let size = 0;
  let inside = 0;
  for (let token = 0; token < count; token++) {
    inside += steps[token] ?? 0;
    if (inside === 0 && groups.tokens.kinds[token] !== Kind.directive) kept[size++] = token;
    else canvas.blank(startOf(groups, token), endOf(groups, token));
  }
  return kept.subarray(0, size);
}

function conditionalOf(groups: Groups, group: Group, endif: number): Conditional {
  return {
    branches: group.branches.map((branch) => ({
      directive: branch.directive,
      condition: branch.condition,
      line: groups.lines.lineAt(startOf(groups, branch.opener)),
      body: bodyOf(groups, branch),
    })),
    endLine: groups.lines.lineAt(startOf(groups, endif)),
  };
}
