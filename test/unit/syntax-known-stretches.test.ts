import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownStretches } from '../../src/core/syntax/known-stretches.ts';
import { testParser } from '../lab/parser.ts';

const text = `#ifdef A
static int first(struct sk_buff *skb)
{
#ifdef B
	if (skb) {
#else
	if (!skb) {
#endif
		goto out;
	}
	for_each_thing(skb)
		use(skb, "}");
out:
	return ok ? 1 : 0;
}
#endif

struct ops table = {
	.first = first,
};

int second(int a)
{
	asm goto("x" : : : : out);
	switch (a) {
	case 1:
		return first(NULL);
	}
out:
	broken( ;
	return 0;
}
`;

/** Each is what stands in the text after one edit of the text before it. */
const edits = [
  text,
  text.replace('struct ops', '\n\n/* a comment */\nstruct ops'),
  text.replace('return ok', 'kfree_skb(skb);\n\treturn ok'),
  `int zero(void)\n{\n}\n${text}`,
  text.replace('for_each_thing(skb)\n', 'for_each_thing(skb) {\n'),
  text.replace('#endif\n\nstruct', '\nstruct'),
  text,
];

test('a text that changes is read as if it had never been read before', async () => {
  const parser = await testParser();
  const known = knownStretches();
  for (const edited of edits) assert.deepEqual(parser.facts(edited, { known }), parser.facts(edited), edited);
});

test('what stays where it was stays the same object', async () => {
  const parser = await testParser();
  const known = knownStretches();
  const [before, after] = [text, `${text}int last(void)\n{\n}\n`].map((each) => parser.facts(each, { known }));
  assert.deepEqual(
    after?.functions.map(({ name }) => name),
    ['first', 'second', 'last'],
  );
  before?.functions.forEach((fn, index) => assert.equal(fn, after?.functions[index]));
});
