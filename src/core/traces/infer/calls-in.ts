import { closing, type Token, tokenize } from '../../tree/tokens.ts';
import type { CodeItem } from './code-items.ts';

/** What stands in a body: `name(...)`. */
export interface CallIn {
  /** Of a field's function the field; `` for any other expression that is called. */
  readonly name: string;
  /** Where the name stands in the file. */
  readonly at: number;
  /** Through a field, an element of a table, or a pointer in parentheses. */
  readonly isPointer: boolean;
  /** Whether the function may end with it: nothing is done after. */
  readonly isTail: boolean;
  /** The calls in whose parentheses it stands, outermost first. */
  readonly within: readonly Around[];
}

/** A name that is not called where it stands. */
export interface MentionIn {
  /** `->recvmsg` of a field; those only inside of parentheses, where it may be called: INDIRECT_CALL_1(ops->recvmsg, ...). */
  readonly name: string;
  readonly at: number;
  readonly within: readonly Around[];
}

export interface Around {
  readonly name: string;
  readonly at: number;
}

export interface BodyCalls {
  readonly calls: readonly CallIn[];
  readonly mentions: readonly MentionIn[];
}

/** All calls and other names of a function's or macro's body, by its tokens; those under #if in all halves. */
export function callsIn(text: string, { start, end, madeBy }: CodeItem): BodyCalls {
  const tokens = tokenize(text, start, end).filter(({ kind, text: word }) => kind !== 'directive' && word !== '\\');
  const calls: CallIn[] = [];
  // The code that a defining macro adds counts as on its line.
  if (madeBy !== undefined) calls.push({ ...madeBy, isPointer: false, isTail: false, within: [] });
  const mentions: MentionIn[] = [];
  const open: (Around | undefined)[] = [];
  const within = (): readonly Around[] => open.filter((each) => each !== undefined);
  tokens.forEach((token, at) => {
    if (token.kind === 'word') {
      const isField = isMember(tokens, at);
      if (isCalledAt(tokens, at) || words.has(token.text) || token.text.length < 3) return;
      if (isField && open.length === 0) return;
      mentions.push({ name: isField ? `->${token.text}` : token.text, at: token.at, within: within() });
    } else if (token.kind !== 'punctuation') return;
    else if (token.text === ')') open.pop();
    else if (token.text === '(') {
      const called = calledBefore(tokens, at);
      if (called !== undefined)
        calls.push({ ...called, isTail: open.length === 0 && isTail(tokens, at), within: within() });
      open.push(called === undefined || called.name === '' ? undefined : { name: called.name, at: called.at });
    }
  });
  return { calls, mentions };
}

const isMember = (tokens: readonly Token[], at: number): boolean => {
  const before = tokens[at - 1];
  return before?.kind === 'punctuation' && (before.text === '->' || before.text === '.');
};

const isCalledAt = (tokens: readonly Token[], at: number): boolean => tokens[at + 1]?.text === '(';

function calledBefore(tokens: readonly Token[], open: number): Pick<CallIn, 'name' | 'at' | 'isPointer'> | undefined {
  const before = tokens[open - 1];
  if (before?.kind === 'word') {
    if (words.has(before.text)) return undefined;
    return { name: before.text, at: before.at, isPointer: isMember(tokens, open - 1) };
  }
  // table[index](...), (*ops->name)(...), READ_ONCE(neigh->output)(...): what ends an operand is called.
  if (before?.text !== ']' && before?.text !== ')') return undefined;
  const start = openingOf(tokens, open - 1);
  const last = before.text === ']' ? start - 1 : open - 2;
  const isPointer = before.text === ']' || tokens[start + 1]?.text === '*' || isReader(tokens[start - 1]);
  if (!isPointer) return undefined;
  const name = tokens[last]?.kind === 'word' && isMember(tokens, last) ? (tokens[last]?.text ?? '') : '';
  return { name, at: before.at, isPointer: true };
}

/** What reads a pointer and gives it as it is (include/asm-generic/rwonce.h, include/linux/rcupdate.h). */
const isReader = (token: Token | undefined): boolean =>
  token?.kind === 'word' && (token.text === 'READ_ONCE' || token.text.startsWith('rcu_dereference'));

/** The bracket that opens the one at `close`; -1 where none does. */
function openingOf(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    const token = tokens[at];
    if (token?.kind !== 'punctuation') continue;
    if (token.text === ')' || token.text === ']') depth++;
    else if (token.text === '(' || token.text === '[') depth--;
    if (depth === 0) return at;
  }
  return -1;
}

/** `return name(...)`, or a call after which control leaves the function. */
function isTail(tokens: readonly Token[], open: number): boolean {
  for (let at = open - 1; at >= 0 && open - at < longestReturn; at--) {
    const { text } = tokens[at] ?? {};
    if (text === 'return') return true;
    if (text === ';' || text === '{' || text === '}') break;
  }
  const close = closing(tokens, open);
  return tokens[close + 1]?.text === ';' && leaves.has(tokens[close + 2]?.text ?? '}');
}

/** How many tokens may stand between `return` and the parenthesis of what it returns. */
const longestReturn = 14;
const leaves: ReadonlySet<string> = new Set(['}', 'return', 'goto', 'break']);

/** Words of the language that stand before parentheses or alone. */
const words: ReadonlySet<string> = new Set(
  (
    'if while for switch return sizeof typeof __typeof__ __attribute__ __alignof__ _Alignof do else case default goto defined asm __asm__ ' +
    'volatile static_assert _Static_assert const struct union enum static extern int unsigned signed long short char void bool break continue ' +
    'NULL true false u8 u16 u32 u64 s32 s64 size_t inline'
  ).split(' '),
);
