/** Text that is not C, or is C to excess. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { normalise } from '../../src/core/syntax/normalise/normalise.ts';
import { sameShape } from '../trees/normalise-sweep.ts';

const words = [
  ...'( ) [ ] { } ; , : = * + - > . ... # \\ \n \r\n " \' /* */ //'.split(' '),
  ...'#if #ifdef #ifndef #elif #else #endif #define 0 1 __KERNEL__ A B'.split(' '),
  ...'if else for while do switch case default return goto break struct union enum typeof sizeof offsetof'.split(' '),
  ...'static inline extern auto asm int void const unsigned __init __printf __attribute__ __rcu'.split(' '),
  ...'x f MACRO for_each_x list_for_each_entry SYSCALL_DEFINE2 BPF_CALL_1 4X 0x1f é 漢 \u{1f600}'.split(' '),
];
const nearlyC = fc
  .array(fc.constantFrom(...words, ' ', '\n'), { maxLength: 120, size: 'max' })
  .map((parts) => parts.join(' '));
const dense = fc.array(fc.constantFrom(...words), { maxLength: 60, size: 'max' }).map((parts) => parts.join(''));
const anything = fc.string({ unit: 'binary', maxLength: 200, size: 'max' });

for (const [name, texts] of Object.entries({ nearlyC, dense, anything })) {
  test(`any text keeps its length and its lines: ${name}`, () => {
    const branch = fc.option(fc.nat(2), { nil: undefined });
    fc.assert(
      fc.property(texts, branch, (text, choice) => {
        const normalised = normalise(text, { choose: () => choice });
        assert.ok(sameShape(text, normalised.text), JSON.stringify(normalised.text));
      }),
      { numRuns: 2000 },
    );
  });
}

test('functions, choices, jumps and dropped stretches lie inside the text, in order', () => {
  fc.assert(
    fc.property(nearlyC, (text) => {
      const { functions, dropped, jumps, macroLoops, conditionals, choices } = normalise(text);
      let end = 0;
      for (const { extent, head, body, nameAt } of functions) {
        assert.ok(end <= extent.start && extent.start === head.start && head.start <= nameAt);
        assert.ok(nameAt <= body.start && head.end <= body.start && body.end === extent.end);
        end = extent.end;
      }
      assert.ok(end <= text.length);
      for (const { start, end: stop } of dropped) assert.ok(0 <= start && start <= stop && stop <= text.length);
      for (const { at, label } of jumps) assert.ok(text.slice(at).includes(label));
      for (const { at, name } of macroLoops) assert.ok(text.startsWith(name, at));
      for (const { conditional, kept, alternatives } of choices) {
        const count = conditionals[conditional]?.branches.length ?? 0;
        for (const branch of [kept, ...alternatives]) assert.ok(branch < count);
      }
    }),
    { numRuns: 2000 },
  );
});

/** Repetitions that make a careless reader quadratic, or its stack overflow. */
const repeated: readonly (readonly [part: string, end?: string])[] = [
  ['('],
  [')'],
  ['{'],
  ['}'],
  ['(', ')'],
  ['{', '}'],
  ['[', ')'],
  ['f(', ')'],
  ['x={', '}'],
  ['({', '})'],
  ['struct {', '} x;'],
  ['enum { A(', ')'],
  ['f(a) int x;'],
  ['case '],
  ['asm '],
  ['goto *'],
  ['do '],
  ['a '],
  ['a ', '='],
  ['struct '],
  ['static '],
  ['__printf('],
  ['typeof('],
  ['\n#if A\nx;', '\n#endif'],
  ['\n#if A\nx {', '\n#else\ny {\n#endif'],
  ['\n#if 0\nx', '\n#endif'],
  ['\n#if A\n#else\n#endif'],
  ['\n#if A\n', '\n#else\n'],
  ['\n#elif A'],
  ['/*'],
  ['"'],
  ['1'],
  ['\\\n'],
  ['#'],
];

for (const [part, end = ''] of repeated) {
  test(`a great many ${JSON.stringify(part)}${end && ` and ${JSON.stringify(end)}`}`, { timeout: 20_000 }, () => {
    const count = Math.ceil(300_000 / (part.length + end.length));
    for (const before of ['', 'void f(void) { ', 'int x = ', '#if A\n']) {
      const text = before + part.repeat(count) + end.repeat(count);
      assert.ok(sameShape(text, normalise(text).text));
    }
  });
}
