/** What words do to the value of one variable, and what a condition says of it. */
import { splitAt, type Word } from './reason-steps.ts';

export const none = 'SKB_NOT_DROPPED_YET';
const unspecified = 'SKB_DROP_REASON_NOT_SPECIFIED';
const isLiteral = (text: string): boolean => /^[A-Z][A-Z0-9_]{4,}$/.test(text);

/** Where an expression ends: at a comma or a semicolon outside brackets. */
export function endOf(words: readonly Word[]): number {
  let depth = 0;
  const end = words.findIndex(({ text }) => {
    if ('([{'.includes(text)) depth++;
    if (')]}'.includes(text)) depth--;
    return depth < 0 || (depth === 0 && (text === ',' || text === ';'));
  });
  return end < 0 ? words.length : end;
}

/** What a statement may leave in the variable. */
export function afterWords(words: readonly Word[], before: string, variable: string): readonly string[] {
  let values: readonly string[] = [before];
  words.forEach(({ text }, at) => {
    const next = words[at + 1]?.text;
    const previous = words[at - 1]?.text ?? '';
    if (/^SKB_DR(_SET|_OR)?$/.test(text) && words[at + 2]?.text === variable) {
      const name = words[at + 4]?.text;
      const given = name === undefined || text === 'SKB_DR' ? unspecified : `SKB_DROP_REASON_${name}`;
      values =
        text === 'SKB_DR_OR'
          ? values.map((value) => (value === none || value === unspecified ? given : value))
          : [given];
    } else if (text === variable && next === '=' && previous !== '.' && previous !== '->') {
      const value = words.slice(at + 2);
      const given = valuesOf(value.slice(0, endOf(value)));
      const isCertain = !words
        .slice(0, at)
        .some((word) => word.text === '&&' || word.text === '||' || word.text === '?');
      values = isCertain ? given : [...values, ...given];
    } else if (text === variable && previous === '&' && /^[(,]$/.test(words[at - 2]?.text ?? '')) {
      values = [...values, '?'];
    }
  });
  return values;
}

function valuesOf(words: readonly Word[]): readonly string[] {
  const [only] = words;
  if (words.length === 1 && only?.text === '0') return [none];
  if (words.length === 1 && only !== undefined && isLiteral(only.text)) return [only.text];
  const parts = splitAt(words, '?');
  const [, chosen] = parts;
  if (parts.length === 2 && chosen !== undefined) return splitAt(chosen, ':').flatMap((part) => valuesOf(part));
  return ['?'];
}

/** The value where a condition holds or fails; none where it can't be. */
export function where(words: readonly Word[], holds: boolean, value: string, variable: string): readonly string[] {
  const plain = unwrapped(words);
  const both = splitAt(plain, '&&');
  if (both.length > 1) return holds ? together(both, true, value, variable) : [value];
  const either = splitAt(plain, '||');
  if (either.length > 1) return holds ? [value] : together(either, false, value, variable);
  const [first, second, third] = plain.map(({ text }) => text);
  if (plain.length === 1 && first === variable) return equals(none, !holds, value);
  if (plain.length === 2 && first === '!' && second === variable) return equals(none, holds, value);
  if (plain.length === 3 && first === variable && third !== undefined && isLiteral(third)) {
    if (second === '==') return equals(third, holds, value);
    if (second === '!=') return equals(third, !holds, value);
  }
  return [value];
}

function together(
  parts: readonly (readonly Word[])[],
  holds: boolean,
  value: string,
  variable: string,
): readonly string[] {
  return parts.reduce<readonly string[]>(
    (values, part) => values.flatMap((held) => where(part, holds, held, variable)),
    [value],
  );
}

function equals(literal: string, holds: boolean, value: string): readonly string[] {
  if (value === '' || value === '?') return [holds ? literal : value];
  return (value === literal) === holds ? [value] : [];
}

/** Without brackets and likely() around the whole. */
function unwrapped(words: readonly Word[]): readonly Word[] {
  const begin = /^(un)?likely$/.test(words[0]?.text ?? '') ? 1 : 0;
  if (words[begin]?.text !== '(' || words.at(-1)?.text !== ')') return words;
  const inner = words.slice(begin + 1, -1);
  let depth = 0;
  for (const { text } of inner) {
    if (text === '(') depth++;
    if (text === ')' && --depth < 0) return words;
  }
  return unwrapped(inner);
}
