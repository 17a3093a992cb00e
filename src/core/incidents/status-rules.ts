import type { StatusWord } from '../model.ts';
import type { AnchorFinding } from './find-anchor.ts';
import type { StatusRule, When } from './pack.ts';

/** The rule that holds and its place in the list, counted from 0. */
export interface Choice {
  readonly rule: StatusRule;
  readonly index: number;
  /** Another rule may hold as well, because an anchor's function could not be read whole. */
  readonly uncertain?: true;
}

/**
 * The first rule that holds. Where a rule before it may hold, the gravest of all that may is chosen: an unread
 * function never turns a failure into a fixed one.
 */
export function chooseRule(rules: readonly StatusRule[], findings: readonly AnchorFinding[]): Choice {
  const possible: Choice[] = [];
  for (const [index, rule] of rules.entries()) {
    const answer = holds(rule.when ?? {}, findings);
    if (answer === 'no') continue;
    possible.push({ rule, index });
    if (answer === 'yes') break;
  }
  const [gravest] = possible.toSorted((a, b) => gravity.indexOf(a.rule.status) - gravity.indexOf(b.rule.status));
  if (!gravest) return { rule: unknownShape, index: rules.length };
  return possible.length > 1 ? { ...gravest, uncertain: true } : gravest;
}

type Answer = 'yes' | 'no' | 'maybe';

function holds(when: When, findings: readonly AnchorFinding[]): Answer {
  const found = (id: string): Answer => {
    const finding = findings.find(({ anchor }) => anchor.id === id);
    if (finding && finding.matches.length > 0) return 'yes';
    return finding && finding.doubts.length > 0 ? 'maybe' : 'no';
  };
  return every([
    ...(when.all ?? []).map(found),
    ...(when.any ? [not(every(when.any.map((id) => not(found(id)))))] : []),
    ...(when.none ?? []).map((id) => not(found(id))),
  ]);
}

function every(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('maybe') ? 'maybe' : 'yes';
}

function not(answer: Answer): Answer {
  if (answer === 'maybe') return 'maybe';
  return answer === 'yes' ? 'no' : 'yes';
}

/** From the gravest to the mildest. */
const gravity: readonly StatusWord[] = ['present', 'mitigated', 'fixed', 'absent'];

/** A pack read with its faults reported always has a last rule; this answers for one that was not. */
const unknownShape: StatusRule = {
  status: 'absent',
  why: { en: 'No status rule holds.', 'zh-cn': '没有任何状态规则成立。' },
};
