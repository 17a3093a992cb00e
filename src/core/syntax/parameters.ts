/** One parameter of a function's head, as written. */
import type { Parameter } from './facts.ts';
import type { SourceText } from './source-text.ts';

/**
 * Reads `struct sk_buff *skb __unused`, `int (*done)(struct sock *)`, `u8 key[16]`, `unsigned int`, `...`.
 * The name is empty where none is given; the type is the rest, on one line.
 */
export function readParameter(source: SourceText, start: number, end: number): Parameter {
  const words = wordsIn(source, start, end);
  const name = words.some((word) => word.text === '(') ? pointedName(words) : plainName(words);
  if (name === undefined) return { name: '', type: source.quote(start, end), place: source.place(start, end) };
  const before = source.quote(start, name.at);
  const after = source.quote(name.at + name.text.length, end);
  const type = /^[[)]/.test(after) && /[*(]$/.test(before) ? `${before}${after}` : `${before} ${after}`;
  return { name: name.text, type: type.trim(), place: source.place(name.at, name.at + name.text.length) };
}

interface Word {
  readonly text: string;
  readonly at: number;
}

/** Identifiers and punctuation; what stands in square brackets is left out. */
function wordsIn(source: SourceText, start: number, end: number): readonly Word[] {
  const words: Word[] = [];
  let squares = 0;
  for (let at = start; at < end;) {
    const character = source.characterAt(at);
    const text = source.wordAt(at) || character;
    if (character === '[') squares++;
    if (squares === 0 && text.trim() !== '') words.push({ text, at });
    if (character === ']') squares--;
    at += text.length;
  }
  return words;
}

/** `int (*done)(struct sock *)`: the first name behind the first star in brackets; `int done(struct sock *)`. */
function pointedName(words: readonly Word[]): Word | undefined {
  const star = words.findIndex((word, index) => word.text === '*' && words[index - 1]?.text === '(');
  if (star < 0) return plainOrCalled(words);
  const close = words.findIndex((word, index) => index > star && word.text === ')');
  return words.slice(star, close).find((word) => isIdentifier(word) && !notNames.has(word.text));
}

/** `u32 mark __aligned(4)` has an attribute with arguments, `int done(struct sock *)` is a function. */
function plainOrCalled(words: readonly Word[]): Word | undefined {
  const open = words.findIndex((word) => word.text === '(');
  const called = words[open - 1];
  return called?.text.startsWith('__') ? plainName(words.slice(0, open - 1)) : called;
}

function plainName(words: readonly Word[]): Word | undefined {
  const star = words.findLastIndex((word) => word.text === '*');
  const candidates = (star >= 0 ? words.slice(star + 1) : afterType(words)).filter(
    (word) => isIdentifier(word) && !notNames.has(word.text),
  );
  return candidates.find((word) => !word.text.startsWith('__')) ?? candidates[0];
}

/** The words behind `const struct sock`, `unsigned long`, `__be32`. */
function afterType(words: readonly Word[]): readonly Word[] {
  const rest = words.filter((word) => !notNames.has(word.text) || tags.has(word.text));
  const tag = rest.findIndex((word) => tags.has(word.text));
  if (tag >= 0) return rest.slice(tag + 2);
  const built = words.some((word) => builtIn.has(word.text));
  return built ? rest : rest.slice(1);
}

function isIdentifier(word: Word): boolean {
  return /^[A-Za-z_$]/.test(word.text);
}

const tags: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);
const builtIn: ReadonlySet<string> = new Set(
  'void bool _Bool char short int long float double signed unsigned'.split(' '),
);
/** Words of a type, and the attributes of a pointer that may stand behind its star (compiler_types.h). */
const notNames: ReadonlySet<string> = new Set([
  ...tags,
  ...builtIn,
  ...'const volatile restrict __restrict __restrict__ register'.split(' '),
  ...'__user __kernel __rcu __percpu __iomem __force __nocast __safe __private'.split(' '),
]);
