/**
 * C fixtures with their facts drawn beneath the lines they speak of, as `//=` comments:
 *
 *     if (!sk && !lookup(skb))
 *     //= if !sk && !lookup(skb)
 *     //= . call lookup(skb) when !sk
 *         goto drop;
 *     //= . goto drop
 *
 * Dots tell how deeply a statement is nested. `outlined` draws them all anew, so a fixture is right when drawing
 * changes nothing.
 */
import type { Expression, FileFacts, FunctionFacts, ShortCircuit, Statement } from '../../src/core/syntax/facts.ts';

/** The fixture's C without what is drawn in it. */
export function withoutOutline(fixture: string): string {
  return fixture
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('//='))
    .join('\n');
}

/** The C with the facts of it drawn in. */
export function outlined(source: string, facts: FileFacts): string {
  const notes = facts.functions.flatMap(functionNotes);
  const lines = source.split('\n');
  return lines
    .flatMap((line, index) => {
      const indent = /^\s*/.exec(line)?.[0] ?? '';
      const drawn = notes.filter((note) => note.line === index + 1).map((note) => `${indent}//= ${note.text}`);
      return [line, ...drawn];
    })
    .join('\n');
}

interface Note {
  readonly line: number;
  readonly text: string;
}

function functionNotes(fn: FunctionFacts): readonly Note[] {
  const { name, returnType, extent, isStatic, isInline, definedBy, clean, readingsLeftOut } = fn;
  const traits = [
    isStatic ? 'static' : '',
    isInline ? 'inline' : '',
    definedBy === undefined ? '' : `by ${definedBy}`,
    clean ? '' : 'NOT CLEAN',
    readingsLeftOut === undefined ? '' : `${readingsLeftOut} readings left out`,
  ].filter((trait) => trait !== '');
  const head = `function ${name}, lines ${extent.line} to ${extent.endLine}: ${[`"${returnType}"`, ...traits].join(', ')}`;
  const parameters = fn.parameters.map((parameter) => ({
    line: parameter.place.line,
    text: `parameter ${parameter.name || '-'}: "${parameter.type}"`,
  }));
  const first = fn.readings[0]?.body ?? [];
  const known = new Set(statementNotes(first, 1).map(keyOf));
  const further = fn.readings.slice(1).flatMap(({ assumes, body }) =>
    statementNotes(body, 1)
      .filter((note) => !known.has(keyOf(note)))
      .map(({ line, text }) => ({ line, text: `[${assumes.join('; ')}] ${text}` })),
  );
  const assumes =
    fn.readings.length > 1 ? [{ line: fn.place.line, text: `assumes ${fn.readings[0]?.assumes.join('; ')}` }] : [];
  return [{ line: fn.place.line, text: head }, ...parameters, ...assumes, ...statementNotes(first, 1), ...further];
}

function keyOf(note: Note): string {
  return `${note.line} ${note.text}`;
}

function statementNotes(body: readonly Statement[], depth: number): readonly Note[] {
  return body.flatMap((statement) => {
    const note = (text: string, at: Statement['place'] = statement.place): Note => ({
      line: at.line,
      text: `${'. '.repeat(depth - 1)}${text}`,
    });
    switch (statement.kind) {
      case 'expression':
        return plainNotes(statement.expression, depth);
      case 'if':
        return [
          note(`if ${statement.condition.text}`),
          ...effects(statement.condition, depth + 1),
          ...statementNotes(statement.then, depth + 1),
          ...(statement.otherwise.length > 0 ? statementNotes(statement.otherwise, depth + 1).map(asElse) : []),
        ];
      case 'loop': {
        const header = statement.header.flatMap((part) => effects(part, depth + 1));
        const test = statement.condition === undefined ? [] : effects(statement.condition, depth + 1);
        const head = note(`${statement.loop} loop ${statement.condition?.text ?? 'without test'}`);
        return [head, ...header, ...test, ...statementNotes(statement.body, depth + 1)];
      }
      case 'switch':
        return [
          note(`switch ${statement.subject.text}`),
          ...effects(statement.subject, depth + 1),
          ...statementNotes(statement.body, depth + 1),
        ];
      case 'block':
        return [note('block'), ...statementNotes(statement.body, depth + 1)];
      case 'case':
        return [note(statement.isDefault ? 'default' : `case ${statement.values.join(', ')}`)];
      case 'label':
        return [note(`label ${statement.name}`)];
      case 'goto':
        return [note(`goto ${statement.label}${statement.may === undefined ? '' : ` (may, ${statement.may})`}`)];
      case 'return':
        return [
          note(`return ${statement.value?.text ?? ''}`.trim()),
          ...(statement.value ? effects(statement.value, depth + 1) : []),
        ];
      case 'break':
      case 'continue':
      case 'other':
        return [note(statement.kind)];
    }
  });
}

function asElse(note: Note): Note {
  return { line: note.line, text: `else ${note.text}` };
}

/** What a statement of its own does; its text where it does nothing. */
function plainNotes(expression: Expression, depth: number): readonly Note[] {
  const notes = effects(expression, depth);
  const nothing = { line: expression.place.line, text: `${'. '.repeat(depth - 1)}only ${expression.text}` };
  return notes.length > 0 ? notes : [nothing];
}

function effects(expression: Expression, depth: number): readonly Note[] {
  const dots = '. '.repeat(depth - 1);
  const calls = expression.calls.map((call) => {
    const target = call.receiver === undefined ? call.callee : `{${call.receiver}} ${call.callee}`;
    const given = call.arguments.map((argument) => argument.text).join(' | ');
    return { line: call.place.line, text: `${dots}call ${target}(${given})${when(call.guards)}` };
  });
  const assignments = expression.assignments.map(({ target, operator, value, guards, place }) => ({
    line: place.line,
    text: `${dots}set ${target} ${operator} ${value}`.trimEnd() + when(guards),
  }));
  return [...calls, ...assignments];
}

function when(guards: readonly ShortCircuit[]): string {
  if (guards.length === 0) return '';
  return ` when ${guards.map(({ text, holds }) => (holds ? text : `not(${text})`)).join(', ')}`;
}
