/** Text that isn't kernel C, or far too much of it: always facts, never a throw, never a spin, no memory kept. */
import assert from 'node:assert/strict';
import test from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import * as fc from 'fast-check';
import { line1 } from '../../src/core/base/position.ts';
import { createKernelParser } from '../../src/core/syntax/parser.ts';
import { createTreeParser } from '../../src/core/syntax/tree-parser.ts';
import { callsOf, eachStatement, functionAt } from '../../src/core/syntax/walk.ts';
import { factsOf, parserBytes, testParser } from '../lab/parser.ts';

/** Words that C is made of, so that random texts get past the first brace. */
const words = fc.constantFrom(
  ...'int f ( ) { } ; , if else while for switch case default : goto out return do ? && || = * & -> . [ ] "s" \' /* */ // #if #else #endif X \n \\ 0 asm struct list_for_each(a) SYSCALL_DEFINE1( \0 é'.split(
    ' ',
  ),
);
const soup = fc.array(words, { maxLength: 80 }).map((parts) => `int f(void)\n{\n${parts.join(' ')}\n}\n`);

for (const [name, texts] of [
  ['any string', fc.string({ unit: 'binary', maxLength: 200 })],
  ['any words of C', soup],
] as const) {
  test(`${name} gives facts that lie inside it`, async () => {
    const parser = await testParser();
    fc.assert(
      fc.property(texts, (text) => {
        const facts = parser.facts(text);
        for (const fn of facts.functions) {
          assert.ok(fn.extent.end <= text.length);
          assert.ok(fn.readings.length > 0);
          for (const reading of fn.readings) {
            for (const { place } of eachStatement(reading.body)) {
              assert.ok(place.start >= fn.extent.start && place.end <= fn.extent.end, JSON.stringify(place));
            }
          }
          assert.equal(fn.clean, !facts.unparsed.some((other) => other.line === fn.place.line));
        }
      }),
      { numRuns: 400 },
    );
  });
}

const inFunction = (body: string): string => `int f(void)\n{\n${body}\n}\nint g(void)\n{\n\treturn h();\n}\n`;

const deep: readonly (readonly [name: string, text: string])[] = [
  ['parentheses', inFunction(`x = ${'('.repeat(20_000)}1${')'.repeat(20_000)};`)],
  ['blocks', inFunction('{'.repeat(20_000) + '}'.repeat(20_000))],
  ['else if', inFunction(`${'if (a) b(); else '.repeat(5_000)};`)],
  ['calls', inFunction(`${'f('.repeat(20_000)}1${')'.repeat(20_000)};`)],
  ['sums', inFunction(`x = ${'a + '.repeat(20_000)}b;`)],
];

for (const [name, text] of deep) {
  test(`${name} nested thousands deep are said to be unparsed, the next function is read`, async () => {
    const facts = await factsOf(text);
    assert.deepEqual(
      facts.unparsed.map((fn) => fn.name),
      ['f'],
    );
    const next = facts.functions.find((fn) => fn.name === 'g');
    assert.deepEqual(next && callsOf(next).map((call) => call.callee), ['h']);
  });
}

test('hundreds of thousands of statements in one block are walked', async () => {
  const facts = await factsOf(inFunction(`x = ({ ${';'.repeat(150_000)} goto out; }); out:;`));
  const statements = facts.functions.flatMap((fn) => fn.readings.flatMap(({ body }) => [...eachStatement(body)]));
  assert.ok(statements.length > 150_000, String(statements.length));
});

test('a parse that is stopped leaves the rest unparsed, and the parser usable', async () => {
  const parser = await testParser();
  const text = Array.from({ length: 50 }, (_, n) => `int f${n}(void)\n{\n\treturn g(${n});\n}\n`).join('\n');
  let asked = 0;
  const stopped = parser.facts(text, { isStopped: () => ++asked > 20 });
  assert.equal(stopped.functions.length, 50);
  assert.ok(stopped.unparsed.length > 20 && stopped.unparsed.length < 50, String(stopped.unparsed.length));
  assert.equal(parser.facts(text).unparsed.length, 0);
});

test('a parse that was given up does not go on in the next one', async () => {
  const parser = await createTreeParser(parserBytes());
  const long = `int f(void) { ${'a(b);'.repeat(500)} }`;
  assert.equal(
    parser.parse(long, 0, () => true),
    undefined,
  );
  const next = parser.parse('int g;', 0, () => false);
  assert.equal(next?.root.end, 6);
  assert.equal(next.fault, undefined);
  assert.ok(parser.isAlive());
  parser.delete();
});

test('only the functions asked for are read', async () => {
  const facts = await factsOf('int f(void)\n{\n\ta();\n}\nint g(void)\n{\n\tb();\n}\n', {
    only: (name, body) => name !== 'h' && body.includes('b()'),
  });
  assert.deepEqual(
    facts.functions.map((fn) => fn.name),
    ['g'],
  );
  assert.equal(functionAt(facts, line1(7))?.name, 'g');
  assert.equal(functionAt(facts, line1(3)), undefined);
});

test('two hundred parses keep no memory', async () => {
  v8.setFlagsFromString('--expose-gc');
  const collectGarbage = vm.runInNewContext('gc') as () => void;
  const parser = await testParser();
  const one = (n: number): string =>
    `int f${n}(struct sk_buff *skb)\n{\n\tif (skb && g(${n}))\n\t\treturn h(skb, ${n});\n\treturn 0;\n}\n`;
  const text = Array.from({ length: 120 }, (_, n) => one(n)).join('\n');
  const usedAfter = (rounds: number): number => {
    for (let round = 0; round < rounds; round++) parser.facts(text);
    collectGarbage();
    const { external, heapUsed } = process.memoryUsage();
    return external + heapUsed;
  };
  const before = usedAfter(20);
  // Trees that are not deleted would add about 100 MB, nearly all of it in the WASM heap (`external`).
  assert.ok(usedAfter(200) - before < 8_000_000);
});

test('files that do not fit together are refused with a reason', async () => {
  const { runtime } = parserBytes();
  await assert.rejects(createKernelParser({ runtime, grammar: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]) }));
});
