import type { Line1 } from '../base/position.ts';
import { LineIndex } from '../base/position.ts';
import type { TreeFiles } from '../ports.ts';
import { evaluate } from '../tree/constants.ts';
import { expand, macrosOf } from '../tree/macros.ts';
import { type Token, closing, splitAtCommas, tokenize } from '../tree/tokens.ts';

/** A name with a number, as the tree defines it. */
export interface Constant {
  readonly name: string;
  /** An enumerator is in the kernel's type information, a macro is not. */
  readonly kind: 'enumerator' | 'macro';
  /** Absent where its expression could not be counted. */
  readonly value?: number;
  readonly file: string;
  readonly line: Line1;
}

/** Files looked at before giving up: tcp_ipv4.c reaches about 900 headers. */
const fileLimit = 1000;

/** Finds a constant in a C file or in the headers it includes, nearest first. */
export async function findConstant(files: TreeFiles, name: string, from: string): Promise<Constant | undefined> {
  const seen = new Set([from]);
  let level: readonly string[] = [from];
  let count = 0;
  while (level.length > 0 && count < fileLimit) {
    const read = await Promise.all(level.map(async (file) => ({ file, text: (await files.read(file)) ?? '' })));
    const texts = read.filter(({ text }) => text !== '');
    count += texts.length;
    for (const { file, text } of texts) {
      const constant = text.includes(name) ? constantIn(text, name, file) : undefined;
      if (constant !== undefined) return constant;
    }
    level = texts
      .flatMap(({ file, text }) => includesOf(text, file))
      .filter((file) => !seen.has(file) && seen.add(file));
  }
  return undefined;
}

/** The constant as this text defines it, by #define or in an enum. */
export function constantIn(text: string, name: string, file: string): Constant | undefined {
  const tokens = tokenize(text);
  const found = macroNamed(tokens, name) ?? enumeratorNamed(tokens, name);
  if (found === undefined) return undefined;
  const { kind, value, at } = found;
  const line = new LineIndex(text).lineAt(at);
  return { name, kind, file, line, ...(value === undefined ? {} : { value }) };
}

type Found = Pick<Constant, 'kind' | 'value'> & { readonly at: number };

function macroNamed(tokens: readonly Token[], name: string): Found | undefined {
  const macros = macrosOf(tokens);
  const macro = macros.get(name);
  if (macro === undefined || macro.parameters !== undefined || macro.body.length === 0) return undefined;
  // `#define X X` beside an enumerator X only tells the preprocessor that it exists.
  if (macro.body.length === 1 && macro.body[0]?.text === name) return undefined;
  return { kind: 'macro', ...counted(evaluate(expand(macro.body, macros), new Map())), at: macro.body[0]?.at ?? 0 };
}

function enumeratorNamed(tokens: readonly Token[], name: string): Found | undefined {
  const macros = macrosOf(tokens);
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || token.text !== 'enum') continue;
    const open = tokens[index + 1]?.text === '{' ? index + 1 : index + 2;
    if (tokens[open]?.text !== '{') continue;
    const values = new Map<string, number>();
    let next: number | undefined = 0;
    const body = tokens.slice(open + 1, closing(tokens, open)).filter((part) => part.kind !== 'directive');
    for (const member of splitAtCommas(body)) {
      if (member[1]?.text === '=') next = evaluate(expand(member.slice(2), macros), values);
      const [word] = member;
      if (word?.text === name) return { kind: 'enumerator', ...counted(next), at: word.at };
      if (word !== undefined && next !== undefined) values.set(word.text, next);
      next = next === undefined ? undefined : next + 1;
    }
  }
  return undefined;
}

const counted = (value: number | undefined): Pick<Constant, 'value'> => (value === undefined ? {} : { value });

const includeLine = /^#[ \t]*include[ \t]*([<"])([\w./+-]+)[>"]/gm;

/**
 * Where the headers a file includes may lie: the folders every kernel build looks in. Of `asm/errno.h` only what
 * nearly all architectures share, asm-generic, is taken.
 */
function includesOf(text: string, file: string): readonly string[] {
  return [...text.matchAll(includeLine)].flatMap(([, quote, path = '']) => [
    ...(quote === '"' ? [`${file.slice(0, file.lastIndexOf('/') + 1)}${path}`] : []),
    `include/${path}`,
    `include/uapi/${path}`,
    ...(path.startsWith('asm/') ? [`include/uapi/asm-generic/${path.slice(4)}`] : []),
  ]);
}
