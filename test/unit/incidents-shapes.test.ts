import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assess } from '../../src/core/incidents/assess.ts';
import type { FactsSource } from '../../src/core/incidents/facts-source.ts';
import { findFragment, tokensOf } from '../../src/core/incidents/fragment.ts';
import { matchShape } from '../../src/core/incidents/match-anchor.ts';
import type { Incident, Shape, StatusRule } from '../../src/core/incidents/pack.ts';
import { probeOf } from '../../src/core/incidents/probe-of.ts';
import { memoryFacts } from '../lab/facts-source.ts';
import { factsOf } from '../lab/parser.ts';

const tokenCases: readonly (readonly [string, readonly string[]])[] = [
  ['a->b.c', ['a', '->', 'b', '.', 'c']],
  ['!*saddr&&x', ['!', '*', 'saddr', '&&', 'x']],
  ['x<<=2>>1', ['x', '<<=', '2', '>>', '1']],
  ['a/* b */+// c\n d', ['a', '+', 'd']],
  ['f("a\\"b /* c", \'"\')', ['f', '(', '"a\\"b /* c"', ',', "'\"'", ')']],
  ['a \\\n b', ['a', 'b']],
  ['"open', ['"open']],
  ['/* open', []],
  ['0x1fUL', ['0x1fUL']],
];

for (const [text, tokens] of tokenCases) {
  test(`tokens of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(
      tokensOf(text).map((token) => token.text),
      tokens,
    );
    for (const { text: piece, start, end } of tokensOf(text)) assert.equal(text.slice(start, end), piece);
  });
}

const fragmentCases: readonly (readonly [fragment: string, text: string, times: number])[] = [
  ['phash * matches', '((u64)phash\n\t* /* so far */ matches) >> 32', 1],
  ['matches', 'nr_matches + matches2', 0],
  ['*saddr', 'fl4.saddr', 0],
  ['*saddr', '!*saddr && **saddr', 2],
  ['a + a', 'a + a + a', 2],
  ['say', '"say" /* say */', 0],
  ['', 'anything', 0],
];

for (const [fragment, text, times] of fragmentCases) {
  test(`${fragment || 'nothing'} is ${times} times in ${JSON.stringify(text)}`, () => {
    assert.equal(findFragment(tokensOf(text), tokensOf(fragment)).length, times);
  });
}

/** Lines count from 1 at `int f(`. */
const source = `int f(struct sock *sk, int flags)
{
	int n = flags ? first(sk) : 0;

	if (!sk || is_dead(sk))
		goto drop;
	list_for_each_entry(pos, &list, node) {
		if (pos->key == n) {
			pos->value |= seen(pos);
			goto found;
		}
		tally(n);
	}
	tally(0);
	switch (flags) {
	case ONE:
	case TWO:
		goto found;
	case 3:
		return -EINVAL;
	default:
		sk->ops->reset(NULL, sk);
	}
found:
	return n + 1;
drop:
	kfree(sk);
	return 0;
}
`;

const shapeCases: readonly (readonly [shape: Shape, lines: readonly number[]])[] = [
  [{ definition: true }, [1]],
  [{ definition: true, returns: 'int' }, [1]],
  [{ definition: true, returns: 'bool' }, []],
  [{ parameter: 'flags' }, [1]],
  [{ parameter: 'n' }, []],
  [{ label: 'drop' }, [26]],
  [{ label: 'f' }, []],
  [{ goto: 'found' }, [10, 18]],
  [{ goto: 'found', in: 'loop' }, [10]],
  [{ goto: 'found', under: ['pos->key', 'n'] }, [10]],
  [{ goto: 'found', under: ['ONE'] }, [18]],
  [{ goto: 'found', under: ['3'] }, []],
  [{ goto: 'drop', under: ['is_dead'] }, [6]],
  [{ case: 'TWO' }, [17]],
  [{ case: 'T' }, []],
  [{ case: 'default' }, [21]],
  [{ call: ['tally'] }, [12, 14]],
  [{ call: ['tally'], in: 'loop' }, [12]],
  [{ call: ['tally', 'kfree'] }, [12, 14, 27]],
  [{ call: ['tally'], arguments: ['0'] }, [14]],
  [{ call: ['tally'], arguments: ['_', '_'] }, []],
  [{ call: ['reset'], arguments: ['NULL'] }, [22]],
  [{ call: ['reset'], arguments: ['_', 'sk'] }, [22]],
  [{ call: ['reset'], arguments: ['sk'] }, []],
  [{ call: ['reset'], under: ['default'] }, [22]],
  [{ call: ['first'], under: ['flags'] }, [3]],
  [{ condition: ['sk', 'is_dead'] }, [5]],
  [{ condition: ['!sk'] }, [5]],
  [{ condition: ['flags'] }, [3, 15]],
  [{ condition: ['pos->key', '=='], in: 'loop' }, [8]],
  [{ code: 'ONE' }, []],
  [{ code: 'n' }, [3, 8, 12, 25]],
  [{ code: 'n + 1' }, [25]],
  [{ call: ['is_dead'], under: ['!sk'] }, [5]],
  [{ code: 'sk', under: ['!sk'] }, []],
  [{ assignment: 'pos->value' }, [9]],
  [{ assignment: 'pos->value', value: ['seen'] }, [9]],
  [{ assignment: 'pos->value', value: ['n'] }, []],
  [{ assignment: 'value' }, []],
  [{ return: ['-EINVAL'] }, [20]],
  [{ return: ['1'] }, [25]],
  [{ loop: ['goto found', 'seen'] }, [7]],
  [{ loop: ['kfree'] }, []],
];

for (const [shape, lines] of shapeCases) {
  test(`${JSON.stringify(shape)} is in ${lines.length === 0 ? 'no line' : `line ${lines.join(', ')}`}`, async () => {
    const { functions } = await factsOf(source);
    const [only] = functions;
    assert.ok(only?.clean);
    assert.deepEqual([...new Set(matchShape(shape, only, source).map(({ place }) => place.line))], lines);
  });
}

const broken = `int f(struct sock *sk)
{
	timeout = timeout CONF_MULT 3 +;
	return 0;
}
`;

function incident(status: readonly StatusRule[]): Incident {
  const where = { role: 'where', files: ['net/a.c'], functions: ['f'] } as const;
  return {
    id: 'ours',
    area: 'ours',
    effect: 'drop',
    title: { en: 'Ours', 'zh-cn': '我们的' },
    symptom: 'None',
    cause: 'None',
    remedy: 'None',
    anchors: [
      { ...where, id: 'bad', find: { call: ['bad'] } },
      { ...where, id: 'cure', find: { call: ['cure'] } },
      { ...where, id: 'head', find: { definition: true } },
    ],
    status,
    confirm: { text: 'Look' },
  };
}

const badFirst: readonly StatusRule[] = [
  { when: { all: ['bad'] }, status: 'present', why: 'Bad.' },
  { when: { all: ['head'] }, status: 'fixed', why: 'No longer bad.' },
  { status: 'absent', why: 'Nothing.' },
];
const cureFirst: readonly StatusRule[] = [
  { when: { any: ['cure'] }, status: 'fixed', why: 'Cured.' },
  { when: { all: ['head'], none: ['cure'] }, status: 'mitigated', why: 'Not cured.' },
  { status: 'absent', why: 'Nothing.' },
];

const doubtCases: readonly (readonly [string, string, readonly StatusRule[], string, boolean])[] = [
  ['read whole, no match', broken.replace('timeout CONF_MULT 3 +', '1'), badFirst, 'fixed', false],
  ['not read whole, no match', broken, badFirst, 'present', true],
  ['not read whole, cure not seen', broken, cureFirst, 'mitigated', true],
  [
    'not read whole, but the match is in what was read',
    broken.replace('return 0;', 'bad();\n\treturn 0;'),
    badFirst,
    'present',
    false,
  ],
  ['another function not read whole', broken.replace('f(', 'g('), badFirst, 'absent', false],
  ['no such file', '', badFirst, 'absent', false],
];

for (const [name, text, rules, status, uncertain] of doubtCases) {
  test(`${name}: ${status}${uncertain ? ', uncertain' : ''}`, async () => {
    const found = await assess(incident(rules), memoryFacts({ 'net/a.c': text }));
    assert.equal(found.status, status);
    assert.equal(found.uncertain ?? false, uncertain);
    assert.equal(found.why.includes('f (net/a.c:1)'), uncertain);
    assert.deepEqual(found.doubts ?? [], uncertain ? [{ file: 'net/a.c', function: 'f', line: 1 }] : []);
  });
}

test('a file that could not be read leaves the answer uncertain', async () => {
  const unreadable: FactsSource = { facts: async () => 'unreadable', files: async () => [] };
  const found = await assess(incident(badFirst), unreadable);
  assert.equal(found.status, 'present');
  assert.equal(found.uncertain, true);
  assert.deepEqual(found.doubts, [{ file: 'net/a.c', function: 'f', line: 1 }]);
});

test('only functions that decide are named as doubtful', async () => {
  const decides = incident(badFirst);
  const anchors = [
    ...decides.anchors,
    { id: 'aside', role: 'cause', files: ['net/b.c'], functions: ['g'], find: { call: ['h'] } } as const,
  ];
  const files = memoryFacts({ 'net/a.c': broken, 'net/b.c': broken.replace('f(', 'g(') });
  assert.deepEqual((await assess({ ...decides, anchors }, files)).doubts, [
    { file: 'net/a.c', function: 'f', line: 1 },
  ]);
});

test('globs name files, and each is looked at once', async () => {
  const anchors = [
    { id: 'head', role: 'where', files: ['net/*.c', 'net/a.c'], functions: ['f'], find: { definition: true } },
  ] as const;
  const files = {
    'net/a.c': 'int f(void)\n{\n}\n',
    'net/b.c': '\nint f(void)\n{\n}\n',
    'net/c/d.c': 'int f(void)\n{\n}\n',
  };
  const found = await assess({ ...incident(badFirst), anchors }, memoryFacts(files));
  assert.deepEqual(
    found.anchors.map(({ file, line, column }) => `${file}:${line}:${column}`),
    ['net/a.c:1:5', 'net/b.c:2:5'],
  );
  assert.equal(found.evidence.length, 1);
});

test('an assessment speaks the language asked for', async () => {
  const files = memoryFacts({ 'net/a.c': broken });
  const rules = [{ status: 'absent', why: { en: 'Nothing.', 'zh-cn': '没有。' } }] as const;
  assert.deepEqual(
    await Promise.all(
      (['en', 'zh-cn'] as const).map(async (language) => (await assess(incident(rules), files, language)).why),
    ),
    ['Nothing.', '没有。'],
  );
  assert.equal((await assess(incident(badFirst), files, 'zh-cn')).title, '我们的');
});

test('the probe of an incident carries its title and what means yes', () => {
  const plain = incident(badFirst);
  const events = [{ catch: 'tracepoint', tracepoint: 'skb:kfree_skb', show: ['stack'], says: 'drop' }] as const;
  assert.equal(probeOf(plain), undefined);
  assert.deepEqual(probeOf({ ...plain, confirm: { text: 'Look', probe: { events } } }, 'zh-cn'), {
    title: '我们的',
    meansYes: 'Look',
    events,
  });
});
