import { definitionHeads } from '../../symbols/definition-heads.ts';

/**
 * The lines (from 1) from which a function written in assembly calls another one: `call do_syscall_64`, `bl do_notify_resume`;
 * else those from which it calls through a register.
 */
export function assemblyCalls(text: string, caller: string, callees: ReadonlySet<string>): readonly number[] {
  const heads = definitionHeads(text, new Set([caller])).filter(({ name }) => name === caller);
  const lines = text.split('\n');
  const found: number[] = [];
  const pointers: number[] = [];
  for (const { line } of heads) {
    for (let at = line; at < lines.length; at++) {
      const words = (lines[at] ?? '').trim().split(/[ \t]+/, 3);
      if (words[0]?.startsWith('SYM_') === true && words[0].includes('_END')) break;
      if (calls.has(words[0] ?? '') && callees.has(words[1] ?? '')) found.push(at + 1);
      if (isThroughRegister(words)) pointers.push(at + 1);
    }
  }
  return found.length > 0 ? found : pointers;
}

const isThroughRegister = ([word = '', operand = '']: readonly string[]): boolean =>
  word === 'CALL_NOSPEC' || word === 'blr' || (calls.has(word) && operand.startsWith('*'));

const calls: ReadonlySet<string> = new Set(['call', 'callq', 'bl', 'jal', 'brasl']);
