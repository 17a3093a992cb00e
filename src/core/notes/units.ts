import { LineIndex } from '../base/position.ts';
import { tokensOf } from '../incidents/fragment.ts';
import type { FileFacts, FunctionFacts, Statement } from '../syntax/facts.ts';
import { eachStatement, expressionsOf } from '../syntax/walk.ts';
import type { UnitKind } from './note.ts';

/** One statement of a function without the statements in it, or one line outside functions. */
export interface Unit {
  readonly kind: UnitKind;
  /** Tokens with one blank between them. */
  readonly text: string;
  /** Counted from 1; `endLine` inclusive. */
  readonly line: number;
  readonly endLine: number;
  readonly label?: string;
}

/** A function's head and statements in the order of the file, each once however many readings it has. */
export function unitsOf(fn: FunctionFacts, source: string): readonly Unit[] {
  const lines = new LineIndex(source);
  const statements = new Map<number, Statement>();
  for (const { body } of fn.readings) for (const each of eachStatement(body)) statements.set(each.place.start, each);
  const sorted = [...statements.values()].toSorted((one, other) => one.place.start - other.place.start);
  const units: Unit[] = [headOf(fn, source, lines)];
  let label: string | undefined;
  for (const statement of sorted) {
    if (statement.kind === 'label') label = statement.name;
    const unit = unitOf(statement, source, lines);
    if (unit !== undefined) units.push(label === undefined ? unit : { ...unit, label });
  }
  return units;
}

/** The lines of a file outside its functions that hold anything. */
export function linesOutside({ functions }: FileFacts, source: string): readonly Unit[] {
  const inside = new Set<number>();
  for (const { extent } of functions) for (let line = extent.line; line <= extent.endLine; line++) inside.add(line);
  return source.split('\n').flatMap((text, index): readonly Unit[] => {
    const normal = inside.has(index + 1) ? '' : normalised(text);
    return normal === '' ? [] : [{ kind: 'text', text: normal, line: index + 1, endLine: index + 1 }];
  });
}

/** Tokens with one blank between them; only the first of a table that goes on for pages. */
export const normalised = (text: string): string =>
  tokensOf(text)
    .map((token) => (token.text.length > longestToken ? token.text.slice(0, longestToken) : token.text))
    .slice(0, mostTokens)
    .join(' ');

const mostTokens = 120;
const longestToken = 120;

function headOf(fn: FunctionFacts, source: string, lines: LineIndex): Unit {
  const brace = source.indexOf('{', fn.place.end);
  const end = brace < 0 || brace > fn.extent.end ? fn.place.end : brace;
  const text = normalised(source.slice(fn.extent.start, end));
  return {
    kind: 'head',
    text,
    line: fn.extent.line,
    endLine: Math.max(lines.lineAt(Math.max(end - 1, 0)), fn.place.line),
  };
}

function unitOf(statement: Statement, source: string, lines: LineIndex): Unit | undefined {
  if (statement.kind === 'block') return undefined;
  const [start, end] = ownSpan(statement, source);
  const text = normalised(source.slice(start, end));
  if (text === '' || text === ';') return undefined;
  return { kind: kindOf(statement), text, line: lines.lineAt(start), endLine: lines.lineAt(Math.max(start, end - 1)) };
}

/** A statement's own text: of an `if`, a loop or a switch only its head. */
function ownSpan(statement: Statement, source: string): readonly [number, number] {
  const start: number = statement.place.start;
  const end: number = statement.place.end;
  if (statement.kind !== 'if' && statement.kind !== 'loop' && statement.kind !== 'switch') return [start, end];
  // The test of a `do` stands behind its body.
  const heads = statement.kind === 'loop' && statement.loop === 'do' ? [] : expressionsOf(statement);
  const last = Math.max(start, ...heads.map(({ place }) => Number(place.end)));
  return last === start ? [start, wordEnd(source, start)] : [start, last];
}

function wordEnd(source: string, start: number): number {
  let end = start;
  while (/\w/.test(source.charAt(end))) end++;
  return end;
}

function kindOf(statement: Statement): UnitKind {
  switch (statement.kind) {
    case 'if':
    case 'switch':
      return 'condition';
    case 'loop':
    case 'label':
    case 'goto':
    case 'case':
    case 'return':
      return statement.kind;
    case 'expression':
      return statement.expression.calls.length > 0 ? 'call' : 'statement';
    default:
      return 'statement';
  }
}
