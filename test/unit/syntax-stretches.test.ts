import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stretchesOf, type Words } from '../../src/core/syntax/stretches.ts';
import { testParser } from '../lab/parser.ts';

const words: Words = {
  called: (word) => word === 'kfree_skb',
  capital: (word) => word === 'NF_DROP',
  others: (text) => [text.indexOf('sk_drops')].filter((at) => at >= 0),
};

/** Stretches are parted by a line of dashes; in those behind `*` a word of interest stands. */
const cuts: readonly (readonly [name: string, text: string])[] = [
  ['functions', 'int f(void)\n{\n\tg();\n}\n---\n*\nint h(void)\n{\n\tkfree_skb(skb);\n}\n'],
  ['tables and structures', 'struct a {\n\tint b;\n};\n---\n*\nstatic struct a c = {\n\t.b = NF_DROP,\n};\n'],
  ['what stands before a function goes with it', 'int a;\n#define X 1\nint f(void)\n{\n}\n---\nint b;\n'],
  ['a brace in a comment', '/*\n{\n}\n*/\nint f(void)\n{\n/*\n}\n*/\n\tg();\n}\n---\nint b;\n'],
  ['a brace in a string', 'int f(void)\n{\n\tg("{", \'{\');\n}\n---\nint b;\n'],
  ['a brace in the first column of a block', 'int f(void)\n{\nif (a) {\n}\n}\n---\nint b;\n'],
  ['a macro with a function in it', '#define F(x) \\\nint x(void) \\\n{ \\\n}\nint a;\n'],
  ['nothing inside of #if', '#ifdef A\nint f(void)\n{\n}\nint g(void)\n{\n}\n#endif\nint h(void)\n{\n}\n---\nint b;\n'],
  [
    'halves that open the same block',
    'int f(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n}\n---\nint b;\n',
  ],
  ['a word in a comment or a directive is none', 'int f(void)\n{\n#define X kfree_skb(skb)\n\t/* NF_DROP */\n}\n'],
  ['a name that is not called is none', 'int f(void)\n{\n\tg = kfree_skb;\n}\n'],
  [
    'calls through fields and tables',
    '*\nint f(void)\n{\n\t(*a->kfree_skb)(skb);\n}\n---\n*\nint g(void)\n{\n\tkfree_skb[1](skb);\n}\n',
  ],
  ['other words', '*\nint f(void)\n{\n\tatomic_inc(&sk->sk_drops);\n}\n---\nint b;\n'],
  ['braces that are never closed', 'int f(void)\n{\n\tif (a) {\n}\nint g(void)\n{\n}\n'],
];

for (const [name, told] of cuts) {
  test(`stretches: ${name}`, () => {
    const expected = told
      .split('---\n')
      .map((each) => ({ isMarked: each.startsWith('*\n'), text: each.replace(/^\*\n/, '') }));
    const text = expected.map((each) => each.text).join('');
    const found = stretchesOf(text, words);
    assert.deepEqual(
      found.map(({ start, end, words: inside }) => ({ isMarked: inside.length > 0, text: text.slice(start, end) })),
      expected,
    );
  });
}

test('functions with a word of interest, and those asked for further, are read as in the whole file', async () => {
  const parser = await testParser();
  const text = [
    'int other(void)\n{\n\tnothing();\n}\n',
    '#ifdef A\nint drop(struct sk_buff *skb)\n{\n#ifdef B\n\tkfree_skb(skb);\n#endif\n\treturn 0;\n}\n#endif\n',
    'int user(struct sk_buff *skb)\n{\n\treturn drop(skb);\n}\n',
  ].join('');
  const whole = parser.facts(text);
  const asked = new Set<string>();
  const part = parser.facts(text, {
    words,
    further: (facts) => {
      const fresh = facts.functions.map((fn) => fn.name).filter((fn) => !asked.has(fn));
      for (const fn of fresh) asked.add(fn);
      return fresh.length === 0 ? undefined : (_, body) => fresh.some((fn) => body.includes(`${fn}(`));
    },
  });
  assert.deepEqual(
    part.functions,
    whole.functions.filter((fn) => fn.name !== 'other'),
  );
  assert.deepEqual(part.conditionals, whole.conditionals);
  assert.deepEqual(parser.facts('int other(void)\n{\n}\n', { words }).functions, []);
});
