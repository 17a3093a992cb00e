import type { Token } from './tokens.ts';

/** The numbers of enumerators and macros that are known so far. */
export type Constants = ReadonlyMap<string, number>;

/**
 * The value of a C constant expression over known names, or undefined when something in it is not known.
 * Knows parentheses, casts, unary + - ~, and | ^ & << >> + - * with C's precedence; numbers stay whole.
 */
export function evaluate(tokens: readonly Token[], constants: Constants): number | undefined {
  const reader = { at: 0, tokens: tokens.filter((token) => token.kind !== 'directive'), constants };
  const value = binary(reader, 0);
  return reader.at === reader.tokens.length ? value : undefined;
}

interface Reader {
  at: number;
  readonly tokens: readonly Token[];
  readonly constants: Constants;
}

const levels: readonly Readonly<Record<string, (left: number, right: number) => number>>[] = [
  { '|': (left, right) => Number(BigInt(left) | BigInt(right)) },
  { '^': (left, right) => Number(BigInt(left) ^ BigInt(right)) },
  { '&': (left, right) => Number(BigInt(left) & BigInt(right)) },
  { '<<': (left, right) => left * 2 ** right, '>>': (left, right) => Math.floor(left / 2 ** right) },
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  { '*': (left, right) => left * right },
];

function binary(reader: Reader, level: number): number | undefined {
  const operators = levels[level];
  if (operators === undefined) return unary(reader);
  let left = binary(reader, level + 1);
  for (;;) {
    const operator = operators[reader.tokens[reader.at]?.text ?? ''];
    if (operator === undefined) return left;
    reader.at += 1;
    const right = binary(reader, level + 1);
    left = left === undefined || right === undefined ? undefined : operator(left, right);
  }
}

function unary(reader: Reader): number | undefined {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  if (token === undefined) return undefined;
  if (token.kind === 'number') return parseNumber(token.text);
  if (token.kind === 'word') return reader.constants.get(token.text);
  if (token.text === '(') return parenthesised(reader);
  const operand = token.text === '-' || token.text === '+' || token.text === '~' ? unary(reader) : undefined;
  if (operand === undefined) return undefined;
  return token.text === '-' ? -operand : token.text === '~' ? -operand - 1 : operand;
}

/** `( expression )`, or a cast such as `(__force u32)` in front of what it casts. */
function parenthesised(reader: Reader): number | undefined {
  const close = reader.tokens.findIndex((token, index) => index >= reader.at && token.text === ')');
  const inside = reader.tokens.slice(reader.at, close);
  const next = reader.tokens[close + 1];
  const operandFollows = next !== undefined && (next.kind === 'word' || next.kind === 'number' || next.text === '(');
  if (inside.every((token) => token.kind === 'word' || token.text === '*') && operandFollows) {
    reader.at = close + 1;
    return unary(reader);
  }
  const value = binary(reader, 0);
  if (reader.tokens[reader.at]?.text === ')') reader.at += 1;
  return value;
}

function parseNumber(text: string): number | undefined {
  const digits = text.replace(/[uUlL]+$/, '');
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  return /^(0[xX][0-9a-fA-F]+|\d+)$/.test(digits) ? Number(digits) : undefined;
}
