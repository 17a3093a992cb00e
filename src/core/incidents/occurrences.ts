/**
 * A function's statements as a flat list of things that an anchor can speak of, each with what stands around it.
 */
import type { Assignment, Call, Expression, FunctionFacts, ShortCircuit, Statement } from '../syntax/facts.ts';
import type { Place } from '../base/position.ts';

export type Occurrence = Around &
  (
    | { readonly kind: 'label' | 'goto'; readonly place: Place; readonly name: string }
    | { readonly kind: 'case'; readonly place: Place; readonly values: readonly string[] }
    | { readonly kind: 'call'; readonly place: Place; readonly call: Call }
    | { readonly kind: 'assignment'; readonly place: Place; readonly assignment: Assignment }
    | { readonly kind: 'condition'; readonly place: Place; readonly text: string }
    | { readonly kind: 'return'; readonly place: Place; readonly text: string }
    /** A whole expression: of a statement, a condition, a loop's head or a return. */
    | { readonly kind: 'expression'; readonly place: Place; readonly text: string }
    | { readonly kind: 'loop'; readonly place: Place }
  );

export interface Around {
  readonly inLoop: boolean;
  /** The texts of the enclosing conditions and cases, outermost first. */
  readonly under: readonly string[];
}

/** What occurs in the function, in source order and each once, whichever readings it has. Kept as long as the facts. */
export function occurrencesOf(facts: FunctionFacts): readonly Occurrence[] {
  const known = kept.get(facts) ?? listOccurrences(facts);
  kept.set(facts, known);
  return known;
}

/** Every anchor of every incident asks anew. */
const kept = new WeakMap<FunctionFacts, readonly Occurrence[]>();

function listOccurrences(facts: FunctionFacts): readonly Occurrence[] {
  const found = new Map<string, Occurrence>();
  const add = (occurrence: Occurrence): void => {
    const key = `${occurrence.kind} ${occurrence.place.start} ${occurrence.place.end}`;
    if (!found.has(key)) found.set(key, occurrence);
  };
  for (const { body } of facts.readings) visitAll(body, { inLoop: false, under: [] }, add);
  return [...found.values()].sort((a, b) => a.place.start - b.place.start);
}

type Add = (occurrence: Occurrence) => void;

function visitAll(statements: readonly Statement[], around: Around, add: Add): void {
  let here = around;
  let previous: Statement['kind'] | undefined;
  for (const statement of statements) {
    if (statement.kind === 'case') {
      const values = statement.isDefault ? ['default'] : statement.values;
      const before = previous === 'case' ? here.under : around.under;
      here = { ...around, under: [...before, ...values] };
      add({ kind: 'case', place: statement.place, values, ...around });
    } else {
      visit(statement, here, add);
    }
    previous = statement.kind;
  }
}

function visit(statement: Exclude<Statement, { kind: 'case' }>, around: Around, add: Add): void {
  switch (statement.kind) {
    case 'expression':
      return visitExpression(statement.expression, around, add);
    case 'block':
      return visitAll(statement.body, around, add);
    case 'if': {
      visitCondition(statement.condition, around, add);
      const inside = within(around, statement.condition.text);
      visitAll(statement.then, inside, add);
      return visitAll(statement.otherwise, inside, add);
    }
    case 'loop':
      return visitLoop(statement, around, add);
    case 'switch':
      visitCondition(statement.subject, around, add);
      return visitAll(statement.body, within(around, statement.subject.text), add);
    case 'label':
      return add({ kind: 'label', place: statement.place, name: statement.name, ...around });
    case 'goto':
      return add({ kind: 'goto', place: statement.place, name: statement.label, ...around });
    case 'return':
      add({ kind: 'return', place: statement.place, text: statement.value?.text ?? '', ...around });
      return statement.value && visitExpression(statement.value, around, add);
    case 'break':
    case 'continue':
    case 'other':
  }
}

function visitLoop(statement: Extract<Statement, { kind: 'loop' }>, around: Around, add: Add): void {
  add({ kind: 'loop', place: statement.place, ...around });
  const looping = { ...around, inLoop: true };
  for (const expression of statement.header) visitExpression(expression, looping, add);
  if (statement.condition) visitCondition(statement.condition, looping, add);
  const inside = statement.condition ? within(looping, statement.condition.text) : looping;
  visitAll(statement.body, inside, add);
}

function visitCondition(condition: Expression, around: Around, add: Add): void {
  add({ kind: 'condition', place: condition.place, text: condition.text, ...around });
  visitExpression(condition, around, add);
}

function visitExpression(expression: Expression, around: Around, add: Add): void {
  add({ kind: 'expression', place: expression.place, text: expression.text, ...around });
  for (const call of expression.calls) {
    add({ kind: 'call', place: call.place, call, ...behind(call.guards, around, add) });
  }
  for (const assignment of expression.assignments) {
    add({ kind: 'assignment', place: assignment.place, assignment, ...behind(assignment.guards, around, add) });
  }
}

function behind(guards: readonly ShortCircuit[], around: Around, add: Add): Around {
  return guards.reduce((outer, guard) => {
    add({ kind: 'condition', place: guard.place, text: guard.text, ...outer });
    return within(outer, guard.text);
  }, around);
}

function within(around: Around, condition: string): Around {
  return { ...around, under: [...around.under, condition] };
}
