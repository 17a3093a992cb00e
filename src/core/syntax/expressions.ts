/** Expressions cut down to what they call and assign, each with the conditions inside the expression that decide it. */
import type { Assignment, Call, Expression, ShortCircuit } from './facts.ts';
import type { SourceText } from './source-text.ts';
import { childOf, type SyntaxNode } from './syntax-node.ts';

export interface ReadExpression {
  readonly expression: Expression;
  /** Statement expressions `({ ... })` that jump: to be told as statements before this one. */
  readonly jumping: readonly JumpingBlock[];
}

export interface JumpingBlock {
  readonly block: SyntaxNode;
  readonly guards: readonly ShortCircuit[];
}

/** Reads an expression (or a declaration's initialisers). Parentheses around the whole are not part of its text. */
export function readExpression(node: SyntaxNode, source: SourceText): ReadExpression {
  const inner = withoutParentheses(node);
  const calls: Call[] = [];
  const assignments: Assignment[] = [];
  const jumping: JumpingBlock[] = [];
  collect(inner, noGuards, { source, calls, assignments, jumping });
  const place = source.place(inner.start, inner.end);
  return { expression: { place, text: source.quote(inner.start, inner.end), calls, assignments }, jumping };
}

/** The arguments between two offsets, separated by the commas given. */
export function argumentsBetween(
  start: number,
  end: number,
  commas: readonly SyntaxNode[],
  source: SourceText,
): Call['arguments'] {
  const pieces: { text: string; place: Call['place'] }[] = [];
  let from = start;
  for (const to of [...commas.map((comma) => comma.start), end]) {
    const piece = source.trim(from, to);
    pieces.push({ text: source.quote(piece.start, piece.end), place: source.place(piece.start, piece.end) });
    from = to + 1;
  }
  return pieces.length === 1 && pieces[0]?.text === '' ? [] : pieces;
}

export function withoutParentheses(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.kind === 'parenthesized_expression') {
    const only = inner.children.length === 1 ? inner.children[0] : undefined;
    if (only === undefined || only.kind === 'compound_statement' || only.kind === 'ERROR') return inner;
    inner = only;
  }
  return inner;
}

interface Findings {
  readonly source: SourceText;
  readonly calls: Call[];
  readonly assignments: Assignment[];
  readonly jumping: JumpingBlock[];
}

type Guards = readonly ShortCircuit[];
const noGuards: Guards = [];

/** Walks in evaluation order: what a call or an assignment needs comes before it. */
function collect(node: SyntaxNode, guards: Guards, found: Findings): void {
  switch (node.kind) {
    case 'binary_expression':
      return collectBinary(node, guards, found);
    case 'conditional_expression':
      return collectConditional(node, guards, found);
    case 'call_expression':
      collectChildren(node, guards, found);
      return addCall(node, guards, found);
    case 'assignment_expression':
    case 'init_declarator':
    case 'update_expression':
      collectChildren(node, guards, found);
      return addAssignment(node, guards, found);
    case 'compound_statement':
      if (jumps(node)) found.jumping.push({ block: node, guards });
      else collectChildren(node, guards, found);
      return;
    case 'if_statement':
      return collectIf(node, guards, found);
    default:
      return collectChildren(node, guards, found);
  }
}

function collectChildren(node: SyntaxNode, guards: Guards, found: Findings): void {
  for (const child of node.children) collect(child, guards, found);
}

function collectBinary(node: SyntaxNode, guards: Guards, found: Findings): void {
  const left = childOf(node, 'left');
  const right = childOf(node, 'right');
  const operator = childOf(node, 'operator')?.kind;
  if (left === undefined || right === undefined) return collectChildren(node, guards, found);
  collect(left, guards, found);
  const decides = operator === '&&' || operator === '||';
  collect(right, decides ? [...guards, ...outcomes(left, operator === '&&', found.source)] : guards, found);
}

function collectConditional(node: SyntaxNode, guards: Guards, found: Findings): void {
  const test = childOf(node, 'condition');
  if (test === undefined) return collectChildren(node, guards, found);
  for (const child of node.children) {
    const holds = child.field === 'consequence';
    const decided = holds || child.field === 'alternative';
    collect(child, decided ? [...guards, ...outcomes(test, holds, found.source)] : guards, found);
  }
}

/** An `if` inside a statement expression. */
function collectIf(node: SyntaxNode, guards: Guards, found: Findings): void {
  const test = childOf(node, 'condition');
  for (const child of node.children) {
    const decided = test !== undefined && child !== test;
    const holds = child.field === 'consequence';
    collect(child, decided ? [...guards, ...outcomes(test, holds, found.source)] : guards, found);
  }
}

/** `a && b` holds when both hold, `a || b` fails when both fail: each part is then a guard of its own. */
function outcomes(node: SyntaxNode, holds: boolean, source: SourceText): ShortCircuit[] {
  const inner = withoutParentheses(node);
  const operator = childOf(inner, 'operator')?.kind;
  const left = childOf(inner, 'left');
  const right = childOf(inner, 'right');
  if (inner.kind === 'binary_expression' && left && right && operator === (holds ? '&&' : '||')) {
    return [...outcomes(left, holds, source), ...outcomes(right, holds, source)];
  }
  return [{ place: source.place(inner.start, inner.end), text: source.quote(inner.start, inner.end), holds }];
}

function addCall(node: SyntaxNode, guards: Guards, found: Findings): void {
  const { source } = found;
  const target = childOf(node, 'function');
  const list = childOf(node, 'arguments');
  if (target === undefined || list === undefined || isCast(target)) return;
  const called = calledName(target, source);
  if (called === undefined) return;
  const commas = list.children.filter((child) => child.kind === ',');
  found.calls.push({
    ...called,
    arguments: argumentsBetween(list.start + 1, list.end - 1, commas, source),
    place: source.place(node.start, node.end),
    guards,
  });
}

/** The grammar takes the cast `(u32)(x)` for a call of `(u32)`. */
function isCast(target: SyntaxNode): boolean {
  return target.kind === 'parenthesized_expression' && withoutParentheses(target).kind === 'identifier';
}

/** Names stand in the file itself; what was parsed may have been rewritten (`asm` to a call). */
function calledName(target: SyntaxNode, source: SourceText): Pick<Call, 'callee' | 'receiver'> | undefined {
  const inner = withoutParentheses(target);
  const written = source.quote(inner.start, inner.end);
  switch (inner.kind) {
    case 'identifier': {
      const callee = source.wordAt(inner.start);
      return callee === '' || assembly.has(callee) ? undefined : { callee };
    }
    case 'field_expression': {
      const object = childOf(inner, 'argument');
      const field = childOf(inner, 'field');
      if (object === undefined || field === undefined) return undefined;
      return { callee: source.wordAt(field.start), receiver: source.quote(object.start, object.end) };
    }
    default: {
      const name = calledThrough(inner);
      return name && { callee: source.wordAt(name.start), receiver: written };
    }
  }
}

/** What `(*fn)(x)`, `table[i](x)` and `choose()(x)` are called by: fn, table, choose. */
function calledThrough(node: SyntaxNode): SyntaxNode | undefined {
  let inner: SyntaxNode | undefined = node;
  while (inner !== undefined) {
    if (inner.kind === 'identifier') return inner;
    if (inner.kind === 'field_expression') return childOf(inner, 'field');
    inner = childOf(inner, 'argument') ?? childOf(inner, 'function') ?? inner.children[0];
  }
  return undefined;
}

/** Words that open assembly, which the grammar sees as a call. */
export const assembly: ReadonlySet<string> = new Set([
  'asm',
  '__asm__',
  '__asm',
  'asm_inline',
  'asm_volatile_goto',
  'asm_goto_output',
]);

function addAssignment(node: SyntaxNode, guards: Guards, found: Findings): void {
  const { source } = found;
  const target = targetOf(node);
  if (target === undefined) return;
  const value = childOf(node, 'right') ?? childOf(node, 'value');
  found.assignments.push({
    target: source.quote(target.start, target.end),
    operator: node.kind === 'init_declarator' ? '=' : (childOf(node, 'operator')?.kind ?? '='),
    value: value ? source.quote(value.start, value.end) : '',
    place: source.place(node.start, node.end),
    guards,
  });
}

function targetOf(node: SyntaxNode): SyntaxNode | undefined {
  if (node.kind === 'assignment_expression') return childOf(node, 'left');
  if (node.kind === 'update_expression') return childOf(node, 'argument');
  let declarator = childOf(node, 'declarator');
  while (declarator !== undefined && declarator.kind !== 'identifier') {
    declarator = childOf(declarator, 'declarator') ?? declarator.children.at(0);
  }
  return declarator;
}

/** Whether a block leaves itself by a jump, so that it can't be told as part of an expression. */
function jumps(block: SyntaxNode): boolean {
  const open: SyntaxNode[] = [block];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (jumpKinds.has(node.kind)) return true;
    for (const child of node.children) open.push(child);
  }
  return false;
}

const jumpKinds: ReadonlySet<string> = new Set(['goto_statement', 'return_statement', 'labeled_statement']);
