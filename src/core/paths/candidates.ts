/** Where in a function something happens that may end a packet's life: calls, verdicts and counters. */
import type { Place } from '../base/position.ts';
import type { Ending, Guard, SiteKind } from '../model.ts';
import type { Call, FunctionFacts } from '../syntax/facts.ts';
import { eachStatement, expressionsOf } from '../syntax/walk.ts';
import { expressionOf } from './flow-graph.ts';
import type { Flow } from './flow.ts';
import type { Freeing } from './freed.ts';
import { type Bump, bumpOf, calledName, primitiveOf } from './primitives.ts';
import { reasonGiven } from './reasons.ts';
import { type IsReason, isLoss, verdictInText, verdictWord } from './verdict-words.ts';
import { verdictsIn } from './verdicts.ts';
import { type Wrapper, wrapperCalled, type WrapperIndex } from './wrappers.ts';

export interface Candidate {
  readonly kind: SiteKind;
  readonly node: number;
  readonly place: Place;
  readonly why: string;
  /** What the site is called after where no label leads to it: the callee, or the verdict returned. */
  readonly name: string;
  readonly call?: Call;
  readonly bump?: Bump;
  /** Of a call whose callee is not itself the end of a packet. */
  readonly ending?: Ending;
  /** Known whatever the way: a wrapper's own reason, or the one that is handed over here. */
  readonly reasons?: readonly string[];
  /** What holds the reason or the verdict here, on some ways: on others the packet goes on. */
  readonly variable?: string;
  /** Of a drop that may also be the end of a packet that was used. */
  readonly freeing?: Freeing;
  /** What decides inside the expression; for a call its own guards do. */
  readonly inside?: readonly Guard[];
}

/** What names mean in a tree. */
export interface Meanings {
  /** Whether the tree has a MIB item of that name. */
  readonly isItem: (name: string) => boolean;
  readonly isReason: IsReason;
  readonly wrappers: WrapperIndex;
}

/** Everything of interest in source order. */
export function candidatesIn(flow: Flow, meanings: Meanings): readonly Candidate[] {
  const found: Candidate[] = [];
  flow.graph.nodes.forEach((node, index) => {
    for (const call of expressionOf(node)?.calls ?? []) {
      const candidate = candidateOf(call, index, meanings);
      if (candidate !== undefined) found.push(candidate);
    }
  });
  const drops = found.filter(({ kind }) => kind === 'drop');
  const verdicts = verdictsIn(flow, drops, meanings.isReason);
  return [...found, ...verdicts].sort((a, b) => a.place.start - b.place.start);
}

/** Whether a function holds anything of interest: asked of every function, so without its flow. */
export function hasCandidates(fn: FunctionFacts, meanings: Meanings): boolean {
  for (const { body } of fn.readings) {
    for (const statement of eachStatement(body)) {
      const isReturn = statement.kind === 'return';
      for (const expression of expressionsOf(statement)) {
        if (isReturn && verdictWord(expression, meanings.isReason) !== undefined) return true;
        if (expression.assignments.some(({ value }) => verdictInText(value, meanings.isReason) !== undefined))
          return true;
        if (
          expression.calls.some(
            (call) => reasonGiven(call) !== undefined || candidateOf(call, 0, meanings) !== undefined,
          )
        )
          return true;
      }
    }
  }
  return false;
}

function candidateOf(call: Call, node: number, meanings: Meanings): Candidate | undefined {
  const here = { node, place: call.place, name: call.callee, call };
  const primitive = primitiveOf(call);
  const wrapper = wrapperCalled(call, meanings.wrappers);
  const bump = bumpOf(call, meanings.isItem);
  const ending = wrapper === undefined ? {} : { ending: endingOf(wrapper) };
  if (primitive !== undefined) return { ...primitive, ...here, ...ending };
  if (wrapper !== undefined && !isVerdictMacro(call.callee)) {
    const { kind, reason } = wrapper;
    const reasons = reason !== undefined && 'name' in reason ? { reasons: [reason.name] } : {};
    const counted = bump === undefined ? {} : { bump };
    return { kind, why: `wrapper:${calledName(call)}`, ...here, ...reasons, ...ending, ...counted };
  }
  if (bump !== undefined) return { kind: 'count', why: `counter:${bump.items[0] ?? ''}`, ...here, bump };
  const given = givesReason(call, meanings.isReason);
  return given === undefined ? undefined : { kind: 'verdict', why: `reason:${given}`, ...here };
}

/** Each function once, although the preprocessor may choose between two definitions of it. */
function endingOf({ ends, functions }: Wrapper): Ending {
  return { in: ends, functions: [...new Map(functions.map((each) => [`${each.file} ${each.name}`, each])).values()] };
}

/** Free the packet and make the verdict in one: the return that they stand in is the site. */
const isVerdictMacro = (callee: string): boolean => callee === 'NF_DROP_REASON';

/** A reason handed to a function that does not drop by itself: it is kept for whoever does. */
function givesReason({ callee, arguments: given }: Call, isReason: IsReason): string | undefined {
  if (/^(?:trace_|SKB_DR|NF_DROP|WARN|DEBUG_NET|BUILD_BUG)/.test(callee)) return undefined;
  const names = given.map(({ text }) => verdictInText(text, (word) => isReason(word) && isLoss(word)));
  return names.find((name) => name !== undefined && isReason(name));
}
