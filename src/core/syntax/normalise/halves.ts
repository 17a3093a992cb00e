/** Which branches of a #if group may be compiled, and whether they can stand side by side in one text. */
import { endOf, punctuation, startOf, type Branch, type Choice, type Group, type Groups } from './groups.ts';
import { isBalanced } from './sequence.ts';

/** All that may be compiled: not what is certainly left out, and nothing behind a branch that is certainly taken. */
export function possibleBranches(branches: readonly Branch[]): readonly Branch[] {
  const certain = branches.findIndex((branch) => branch.taken === true);
  const reached = certain < 0 ? branches : branches.slice(0, certain + 1);
  return reached.filter((branch) => branch.taken !== false);
}

/** The one branch to keep, or undefined when all possible ones can stand side by side. */
export function chooseBranch(groups: Groups, group: Group, possible: readonly Branch[]): Branch | undefined {
  const asked = groups.options.choose?.(group.index);
  const wanted = asked === undefined ? undefined : group.branches[asked];
  if (wanted !== undefined) return wanted;
  if (possible.length < 2 || standSideBySide(groups, group, possible)) return undefined;
  return possible.find((branch) => branch.tokens.first >= 0) ?? possible[0];
}

export function choiceOf(group: Group, kept: Branch, possible: readonly Branch[]): Choice {
  const others = new Set(possible.filter((branch) => branch !== kept));
  return {
    conditional: group.index,
    kept: group.branches.indexOf(kept),
    alternatives: group.branches.flatMap((branch, index) => (others.has(branch) ? [index] : [])),
  };
}

/** Whether the branches are runs of whole statements, list elements or file-scope items, each complete in itself. */
function standSideBySide(groups: Groups, group: Group, branches: readonly Branch[]): boolean {
  const atFileScope = group.depth === 0;
  const before = group.previous < 0 ? ';' : punctuation(groups, group.previous);
  if (!isBoundary(before) && !(atFileScope && before === ')')) return false;
  const after = punctuation(groups, groups.nextCodeToken(group.branches.at(-1)?.closer ?? -1));
  return branches.every((branch) => {
    if (branch.tokens.first < 0) return true;
    const last = punctuation(groups, branch.tokens.last);
    const endsItem = atFileScope && last === ')' && after !== '{' && after !== ';';
    return isBalanced(branch.tokens) && (isBoundary(last) || endsItem) && !startsWithElse(groups, branch);
  });
}

function isBoundary(mark: string): boolean {
  return mark === ';' || mark === '{' || mark === '}' || mark === ':' || mark === ',';
}

function startsWithElse(groups: Groups, branch: Branch): boolean {
  const first = branch.tokens.first;
  return groups.source.slice(startOf(groups, first), endOf(groups, first)) === 'else';
}
