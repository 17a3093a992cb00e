import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line1, LineIndex } from '../../src/core/base/position.ts';
import { sourceLines } from '../lab/source-lines.ts';
import type { CodeFinder, DescribedPoint } from '../../src/core/probes/code-finder.ts';
import type { ProbeContext } from '../../src/core/probes/context.ts';
import { lineWithCode, statementAt } from '../../src/core/probes/line-with-code.ts';
import { planProbe } from '../../src/core/probes/plan.ts';
import { printBpftrace } from '../../src/core/probes/print-bpftrace.ts';
import { printStap } from '../../src/core/probes/print-stap.ts';
import { requestForLine } from '../../src/core/probes/request-for.ts';
import { functionAt } from '../../src/core/syntax/walk.ts';
import { memoryFiles } from '../lab/memory-files.ts';
import { factsOf } from '../lab/parser.ts';
import { probeContext } from '../lab/probe-context.ts';

const file = 'net/ipv4/receive.c';
const source = `int receive(struct sk_buff *skb, int how)
{
	int left;

	if (how &&
	    skb->len)
		goto no_socket;
	/* taken */
	return 0;

no_socket:
	left = send(skb,
		    how);
	count(left);
	return 1;
}
`;
const lineOf = sourceLines(source);
const name = 'receive';

/** Code at some lines, given by their texts; a copy of its own id is another one. */
function finder(points: readonly Partial<DescribedPoint>[], isOtherSource = false): CodeFinder {
  const all = points.map((point) => ({
    line: line1(1),
    symbol: name,
    offset: 16,
    copy: 'own',
    isOwn: true,
    variables: [],
    ...point,
  }));
  return {
    find: async () => ({
      value: {
        image: '/debug/vmlinux',
        function: name,
        build: { kind: 'built-in' },
        points: all,
        isOtherSource,
        describe: async (some) => all.filter((point) => some.includes(point)),
      },
      problems: [],
    }),
  };
}

async function script(
  asked: string,
  code: CodeFinder | undefined,
  tool: ProbeContext['tool'] = 'bpftrace',
): Promise<string> {
  const { functions } = await factsOf(source);
  const facts = functionAt({ functions, conditionals: [], unparsed: [] }, lineOf(asked));
  assert.ok(facts !== undefined);
  const statement = statementAt(facts, lineOf(asked), new LineIndex(source));
  const context = probeContext(memoryFiles({ [file]: source }), { tool, ...(code && { code }) }, [file]);
  const known = statement === undefined ? {} : { statement };
  const request = await requestForLine({ file, facts }, lineOf(asked), context.functionNamed, undefined, known);
  const { value } = await planProbe(request, context);
  assert.ok(value !== undefined);
  return (tool === 'stap' ? printStap(value) : printBpftrace(value)).text;
}

const sentence = (text: string): string => text.replaceAll(/\n\/\/\s*/g, ' ');

test('statements by line', async () => {
  const [facts] = (await factsOf(source)).functions;
  assert.ok(facts !== undefined);
  const lines = new LineIndex(source);
  const at = (text: string): unknown => statementAt(facts, lineOf(text), lines);
  assert.deepEqual(at('how);'), { kind: 'statement', first: lineOf('left = send'), last: lineOf('how);') });
  assert.deepEqual(at('skb->len'), { kind: 'statement', first: lineOf('if (how'), last: lineOf('skb->len') });
  assert.deepEqual(at('no_socket:'), { kind: 'label', first: lineOf('no_socket:'), last: lineOf('no_socket:') });
  assert.equal(at('/* taken'), undefined);
});

test('lines without code move', () => {
  const [first, second, third] = [line1(10), line1(12), line1(20)];
  const withCode = new Set([first, second, third]);
  const statement = { kind: 'statement', first: line1(11), last: line1(14) } as const;
  const label = { kind: 'label', first: line1(15), last: line1(15) } as const;
  assert.deepEqual(lineWithCode(second, undefined, withCode), { line: second, moved: 'same' });
  assert.deepEqual(lineWithCode(line1(14), statement, withCode), { line: second, moved: 'statement' });
  assert.deepEqual(lineWithCode(line1(15), label, withCode), { line: third, moved: 'label' });
  assert.deepEqual(lineWithCode(line1(15), undefined, withCode), { line: third, moved: 'next' });
  assert.deepEqual(lineWithCode(line1(25), undefined, withCode), { line: third, moved: 'before' });
  assert.equal(lineWithCode(line1(25), undefined, new Set()), undefined);
});

test('a label is probed at the code behind it, in all copies', async () => {
  const line = lineOf('left = send');
  const code = finder([
    { line, offset: 20 },
    { line, offset: 24 },
    { line: lineOf('count(left)'), offset: 30 },
    { line, symbol: 'outer.cold', offset: 7, copy: 'second', inlinedInto: 'outer' },
  ]);
  const text = await script('no_socket:', code);
  assert.ok(text.includes('kprobe:receive+20,\nkprobe:outer.cold+7\n'), text);
  assert.ok(!text.includes('receive+24'), 'one hit for a piece of code');
  const said = sentence(text);
  assert.ok(said.includes(`${file}:${lineOf('no_socket:')} is a label and has no code: line ${line}`), said);
  assert.ok(said.includes('receive was inlined into outer: copies with code of the line, all of them caught: 2.'));
  assert.ok(said.includes('Not shown, because no register is known to hold them'));
  const stp = await script('no_socket:', code, 'stap');
  assert.ok(stp.includes(`probe kernel.statement("receive@${file}:${line}") {`), stp);
  assert.ok(stp.includes('(@defined($skb) ? packet($skb) :'));
});

test('values are read from the registers of each copy', async () => {
  const line = lineOf('count(left)');
  const skb = { name: 'skb', isParameter: true, pointsAt: 'sk_buff' };
  const sk = { name: 'sk', isParameter: false, pointsAt: 'sock', register: 'r12' };
  const code = finder([
    { line, variables: [{ ...skb, register: 'bx' }, sk] },
    { line, offset: 99, copy: 'second', variables: [{ ...skb, register: 'r13' }] },
  ]);
  const text = await script('count(left)', code);
  assert.ok(
    text.includes('kprobe:receive+16\n{\n  $skb = (struct sk_buff *)reg("bx");\n  $sk = (struct sock *)reg("r12");'),
  );
  assert.ok(text.includes('kprobe:receive+99\n{\n  $skb = (struct sk_buff *)reg("r13");'), text);
});

const obstacles = [
  ['blacklisted', 'the kernel allows no probe there'],
  ['gone', 'thrown away once the kernel has started'],
  ['ambiguous', 'several functions have that name'],
  ['no-symbol', 'no symbol names that code'],
] as const;

for (const [obstacle, words] of obstacles) {
  test(`code that is ${obstacle} is not probed`, async () => {
    const text = await script('count(left)', finder([{ line: lineOf('count(left)'), obstacle }]));
    assert.ok(text.includes('\nkprobe:receive\n'), text);
    assert.ok(sentence(text).includes(words), text);
  });
}

test('without debug info, without code and from other source the function is probed', async () => {
  const plain = await script('count(left)', undefined);
  assert.ok(plain.includes('\nkprobe:receive\n'));
  const empty = await script('count(left)', finder([]));
  assert.ok(sentence(empty).includes('No line of receive has code in /debug/vmlinux'), empty);
  const other = await script('count(left)', finder([{ line: lineOf('count(left)') }], true));
  assert.ok(other.includes('\nkprobe:receive\n'));
  assert.ok(sentence(other).includes('was built from other source than this tree'), other);
});

test('a symbol that could not stand in a script is not probed', async () => {
  const code = finder([{ line: lineOf('count(left)'), symbol: 'x { system("id"); }' }]);
  assert.ok(!(await script('count(left)', code)).includes('system'));
});
