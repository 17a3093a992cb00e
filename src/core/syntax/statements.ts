/** The tree of statements of a function body, as the flow of control sees it. */
import type { Expression, ShortCircuit, Statement } from './facts.ts';
import { argumentsBetween, assembly, type JumpingBlock, readExpression, withoutParentheses } from './expressions.ts';
import type { SourceText } from './source-text.ts';
import type { HiddenJumpQueue } from './hidden-jumps.ts';
import { childOf, type SyntaxNode } from './syntax-node.ts';

export interface BodyContext {
  readonly source: SourceText;
  readonly hiddenJumps: HiddenJumpQueue;
  /** Where macros stand that loop over the statement after them; the tree has a `while` there. */
  readonly macroLoops: ReadonlySet<number>;
}

/**
 * Reads the statements of a body, or what is left of a broken one. Walks forward only, so a context serves one call.
 * @param end where the body ends; hidden jumps before it are told
 */
export function readBody(context: BodyContext, nodes: readonly SyntaxNode[], end: number): readonly Statement[] {
  return statementsIn(context, nodes, end);
}

function statementsIn(context: BodyContext, nodes: readonly SyntaxNode[], end: number): readonly Statement[] {
  const out: Statement[] = [];
  for (const node of nodes) {
    addHiddenJumps(context, node.start, out);
    addStatement(context, node, out);
  }
  addHiddenJumps(context, end, out);
  return out;
}

function addStatement(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  switch (node.kind) {
    case 'compound_statement':
      out.push({ kind: 'block', place: placeOf(context, node), body: statementsIn(context, node.children, node.end) });
      return;
    case 'if_statement':
      return addIf(context, node, out);
    case 'while_statement':
    case 'for_statement':
    case 'do_statement':
      return addLoop(context, node, out);
    case 'switch_statement':
      return addSwitch(context, node, out);
    case 'case_statement':
      return addCase(context, node, out);
    case 'labeled_statement':
      return addLabel(context, node, out);
    case 'goto_statement':
    case 'return_statement':
    case 'break_statement':
    case 'continue_statement':
      return addJump(context, node, out);
    case 'expression_statement':
    case 'declaration':
      return addExpression(context, node, out);
    case 'type_definition':
    case 'comment':
      out.push({ kind: 'other', place: placeOf(context, node) });
      return;
    default:
      return addUnknown(context, node, out);
  }
}

function addIf(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  const test = childOf(node, 'condition');
  if (context.macroLoops.has(node.start)) return addLoop(context, node, out);
  const condition = readTest(context, test ?? node, out);
  const then = branch(context, childOf(node, 'consequence'));
  const otherwise = branch(context, childOf(node, 'alternative'));
  out.push({ kind: 'if', place: placeOf(context, node), condition, then, otherwise });
}

/** What an if, an else or a loop runs; the braces around it are not told. */
function branch(context: BodyContext, node: SyntaxNode | undefined): readonly Statement[] {
  if (node === undefined) return [];
  const only = node.kind === 'else_clause' && node.children.length === 1 ? node.children[0] : node;
  if (only?.kind === 'compound_statement' || only?.kind === 'else_clause')
    return statementsIn(context, only.children, only.end);
  return only === undefined ? [] : statementsIn(context, [only], only.end);
}

function addLoop(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  const place = placeOf(context, node);
  const test = childOf(node, 'condition');
  const body = childOf(node, 'body') ?? childOf(node, 'consequence');
  if (context.macroLoops.has(node.start)) {
    const condition = macroCall(context, node.start, test ?? node, out);
    out.push({ kind: 'loop', place, loop: 'macro', condition, header: [], body: branch(context, body) });
    return;
  }
  if (node.kind === 'do_statement') return addDoLoop(context, node, out);
  const header = ['initializer', 'update'].flatMap((field) => {
    const part = childOf(node, field);
    return part === undefined ? [] : [read(context, part, out)];
  });
  const condition = test === undefined ? {} : { condition: readTest(context, test, out) };
  const loop = node.kind === 'for_statement' ? 'for' : 'while';
  out.push({ kind: 'loop', place, loop, ...condition, header, body: branch(context, body) });
}

function addDoLoop(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  const test = childOf(node, 'condition');
  const body = [...branch(context, childOf(node, 'body'))];
  const condition = test === undefined ? {} : { condition: readTest(context, test, body) };
  out.push({ kind: 'loop', place: placeOf(context, node), loop: 'do', ...condition, header: [], body });
}

/** `list_for_each_entry(pos, head, member)`: the tree has a `while` with a comma expression in its place. */
function macroCall(context: BodyContext, start: number, test: SyntaxNode, out: Statement[]): Expression {
  const inside = read(context, test, out);
  const place = context.source.place(start, test.end);
  const given = argumentsBetween(test.start + 1, test.end - 1, commasOf(test), context.source);
  const call = { callee: context.source.wordAt(start), arguments: given, place, guards: [] };
  const text = context.source.quote(start, test.end);
  return { place, text, calls: [...inside.calls, call], assignments: inside.assignments };
}

function addSwitch(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  const subject = readTest(context, childOf(node, 'condition') ?? node, out);
  out.push({ kind: 'switch', place: placeOf(context, node), subject, body: branch(context, childOf(node, 'body')) });
}

function addCase(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  const value = childOf(node, 'value');
  const end = value?.end ?? node.start + 'default'.length;
  const values = value === undefined ? [] : [context.source.quote(value.start, value.end)];
  const place = context.source.place(node.start, end);
  out.push({ kind: 'case', place, values, isDefault: value === undefined });
  addEach(context, node.children, value, out);
}

function addLabel(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  const label = childOf(node, 'label');
  if (label !== undefined) out.push({ kind: 'label', place: placeOf(context, label), name: quote(context, label) });
  addEach(context, node.children, label, out);
}

/** The statements that follow a marker inside its node. */
function addEach(
  context: BodyContext,
  nodes: readonly SyntaxNode[],
  marker: SyntaxNode | undefined,
  out: Statement[],
): void {
  for (const node of nodes) {
    if (node === marker) continue;
    addHiddenJumps(context, node.start, out);
    addStatement(context, node, out);
  }
}

function addJump(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  const place = placeOf(context, node);
  if (node.kind === 'break_statement') out.push({ kind: 'break', place });
  else if (node.kind === 'continue_statement') out.push({ kind: 'continue', place });
  else if (node.kind === 'goto_statement') out.push({ kind: 'goto', place, label: gotoLabel(context, node) });
  else {
    const value = node.children[0];
    out.push({ kind: 'return', place, ...(value === undefined ? {} : { value: read(context, value, out) }) });
  }
}

function gotoLabel(context: BodyContext, node: SyntaxNode): string {
  return context.source
    .quote(node.start + 'goto'.length, node.end)
    .replace(';', '')
    .trim();
}

function addExpression(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  const expression = readPlain(context, node, out);
  const tells = node.kind === 'expression_statement' || expression.calls.length + expression.assignments.length > 0;
  const isNothing = node.children.length === 0 || assembly.has(context.source.wordAt(node.start));
  const place = placeOf(context, node);
  out.push(tells && !isNothing ? { kind: 'expression', place, expression } : { kind: 'other', place });
  addHiddenJumps(context, node.end, out);
}

/** Something the grammar has no statement for, an ERROR above all: what can be read in it is read. */
function addUnknown(context: BodyContext, node: SyntaxNode, out: Statement[]): void {
  if (containers.has(node.kind)) return addEach(context, node.children, undefined, out);
  const expression = readPlain(context, node, out);
  if (expression.calls.length + expression.assignments.length === 0) return;
  out.push({ kind: 'expression', place: placeOf(context, node), expression });
}

/** The test of an if, a loop or a switch; hidden jumps in it come before the statement. */
function readTest(context: BodyContext, node: SyntaxNode, out: Statement[]): Expression {
  const expression = read(context, node, out);
  addHiddenJumps(context, node.end, out);
  return expression;
}

function read(context: BodyContext, node: SyntaxNode, out: Statement[]): Expression {
  const { expression, jumping } = readExpression(withoutParentheses(node), context.source);
  for (const statement of jumping.flatMap((block) => jumpingBlock(context, block))) out.push(statement);
  return expression;
}

/** A statement's own expression, without its semicolon. */
function readPlain(context: BodyContext, node: SyntaxNode, out: Statement[]): Expression {
  const only = node.kind === 'expression_statement' ? node.children[0] : undefined;
  if (only !== undefined) return read(context, only, out);
  const expression = read(context, node, out);
  return expression.text.endsWith(';') ? { ...expression, text: expression.text.slice(0, -1).trimEnd() } : expression;
}

function jumpingBlock(context: BodyContext, { block, guards }: JumpingBlock): readonly Statement[] {
  const body = statementsIn(context, block.children, block.end);
  return guards.toReversed().reduce<readonly Statement[]>((inner, guard) => [asIf(guard, inner)], body);
}

function addHiddenJumps(context: BodyContext, end: number, out: Statement[]): void {
  for (const jump of context.hiddenJumps.takeBefore(end)) {
    const place = context.source.place(jump.start, jump.end);
    out.push({ kind: 'goto', place, label: jump.label, may: jump.from });
  }
}

function placeOf(context: BodyContext, node: SyntaxNode): Statement['place'] {
  return context.source.place(node.start, node.end);
}

function quote(context: BodyContext, node: SyntaxNode): string {
  return context.source.quote(node.start, node.end);
}

function asIf(guard: ShortCircuit, inner: readonly Statement[]): Statement {
  const condition: Expression = { place: guard.place, text: guard.text, calls: [], assignments: [] };
  const [then, otherwise] = guard.holds ? [inner, []] : [[], inner];
  return { kind: 'if', place: guard.place, condition, then, otherwise };
}

function commasOf(node: SyntaxNode): readonly SyntaxNode[] {
  const inner = node.kind === 'parenthesized_expression' ? node.children[0] : node;
  if (inner?.kind !== 'comma_expression') return [];
  return inner.children.flatMap((child) => (child.kind === ',' ? [child] : commasOf(child)));
}

/** Nodes that stand around statements without meaning anything to the flow of control. */
const containers: ReadonlySet<string> = new Set([
  'ERROR',
  'attributed_statement',
  'else_clause',
  'function_definition',
  'translation_unit',
  'linkage_specification',
  'declaration_list',
  'seh_try_statement',
  'seh_except_clause',
  'seh_finally_clause',
]);
