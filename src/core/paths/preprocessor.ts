/** What #if means for the flow of control: its halves are alternatives, none of which a path may run one after the other. */
import { offset, type Span } from '../base/position.ts';
import type { Conditional, Reading, Statement } from '../syntax/facts.ts';

export type Piece =
  | { readonly kind: 'statements'; readonly statements: readonly Statement[] }
  | {
      readonly kind: 'halves';
      readonly halves: readonly { readonly statements: readonly Statement[]; readonly inside: Span }[];
      /** One of the halves holds no statement. */
      readonly mayBeEmpty: boolean;
      /** What holds where no half is compiled; absent with an #else. */
      readonly noneBuilt?: readonly string[];
    };

/** The conditionals inside a function whose halves this reading holds side by side, in source order. */
export function halvesOf(extent: Span, reading: Reading, conditionals: readonly Conditional[]): readonly Conditional[] {
  const inside = conditionals.filter((conditional) => {
    const { start, end } = spanOfConditional(conditional);
    if (start < extent.start || end > extent.end) return false;
    return !conditional.branches.some((_, at) => reading.assumes.includes(meaningOf(conditional, at)));
  });
  return inside.sort((a, b) => spanOfConditional(a).start - spanOfConditional(b).start);
}

/** What holds where a branch is taken: `CONFIG_A`, `!(CONFIG_A)`. */
export function meaningOf({ branches }: Conditional, at: number): string {
  const taken = branches[at];
  if (taken === undefined) return '';
  return taken.directive === 'ifndef' ? `!(${taken.condition})` : taken.condition;
}

/** The conditions under which the text at `at` is compiled, outermost first. */
export function conditionsAt(at: number, conditionals: readonly Conditional[]): readonly string[] {
  return conditionals.flatMap((conditional) => {
    const half = conditional.branches.findIndex(({ body }) => body.start <= at && at < body.end);
    return half < 0 ? [] : [meaningOf(conditional, half)];
  });
}

/**
 * Cuts a list of statements where an #if group begins and ends.
 *
 * @param halves in source order, from `halvesOf`
 * @param inside the text that holds the list
 */
export function splitAtConditionals(
  statements: readonly Statement[],
  halves: readonly Conditional[],
  inside: Span,
): readonly Piece[] {
  const within = halves.filter((conditional) => {
    const { start, end } = spanOfConditional(conditional);
    return start > inside.start && end <= inside.end;
  });
  if (within.length === 0) return [{ kind: 'statements', statements }];
  const pieces: Piece[] = [];
  for (let at = 0; at < statements.length;) {
    const conditional = within.find((candidate) => holds(spanOfConditional(candidate), statements[at]));
    let end = at + 1;
    while (end < statements.length && sameGroup(conditional, within, statements[end])) end++;
    const run = statements.slice(at, end);
    pieces.push(conditional === undefined ? { kind: 'statements', statements: run } : halvesPiece(conditional, run));
    at = end;
  }
  return pieces;
}

function sameGroup(
  conditional: Conditional | undefined,
  within: readonly Conditional[],
  next: Statement | undefined,
): boolean {
  if (conditional !== undefined) return holds(spanOfConditional(conditional), next);
  return !within.some((candidate) => holds(spanOfConditional(candidate), next));
}

function halvesPiece(conditional: Conditional, statements: readonly Statement[]): Piece {
  const isWhole = conditional.branches.some(({ directive }) => directive === 'else');
  const noneBuilt = conditional.branches.map(({ directive, condition }) =>
    directive === 'ifndef' ? condition : `!(${condition})`,
  );
  const halves = conditional.branches.map(({ body }) => ({
    statements: statements.filter((statement) => holds(body, statement)),
    inside: body,
  }));
  return {
    kind: 'halves',
    halves: halves.filter((half) => half.statements.length > 0),
    mayBeEmpty: conditional.branches.length > 1 && halves.some((half) => half.statements.length === 0),
    ...(isWhole ? {} : { noneBuilt }),
  };
}

function holds(span: Span, statement: Statement | undefined): boolean {
  return statement !== undefined && span.start <= statement.place.start && statement.place.start < span.end;
}

function spanOfConditional({ branches }: Conditional): Span {
  const first = branches[0]?.body;
  const last = branches.at(-1)?.body;
  return { start: first?.start ?? offset(0), end: last?.end ?? offset(0) };
}
