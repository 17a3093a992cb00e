/** #if groups: what stays side by side, what is chosen, what is dropped, and what is told of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneLine } from '../../src/core/base/text.ts';
import { normalise, type Normalised, type NormaliseOptions } from '../../src/core/syntax/normalise/normalise.ts';
import { sameShape } from '../trees/normalise-sweep.ts';

function check(source: string, expected: string, options?: NormaliseOptions): Normalised {
  const normalised = normalise(source, options);
  assert.equal(oneLine(normalised.text), expected);
  assert.ok(sameShape(source, normalised.text));
  return normalised;
}

const inFunction = (body: string): string => `void f(void)\n{\n${body}\n}\n`;

/** No choice: everything that may be compiled is in the text. */
const sideBySide: readonly (readonly [what: string, source: string, expected: string])[] = [
  ['one branch', '#ifdef A\na();\n#endif', 'a();'],
  ['whole statements', '#ifdef A\na();\n#else\nb();\n#endif', 'a(); b();'],
  ['whole blocks', 'if (x) {\n#if A\na();\n#elif B\nb();\n#else\nc();\n#endif\n}', 'if (x) { a(); b(); c(); }'],
  ['an empty branch', '#ifdef A\n#else\nb();\n#endif', 'b();'],
  ['arguments', 'f(x,\n#ifdef A\na,\n#else\nb,\n#endif\ny);', 'f(x, a, b, y);'],
  ['nested groups', '#ifdef A\n#ifdef B\na();\n#else\nb();\n#endif\n#else\nc();\n#endif', 'a(); b(); c();'],
  ['a condition over two lines', '#if defined(A) || \\\n    defined(B)\na();\n#endif', 'a();'],
];

for (const [what, source, expected] of sideBySide) {
  test(`side by side: ${what}`, () => {
    const { choices, dropped } = check(inFunction(source), `void f(void) { ${expected} }`);
    assert.deepEqual([choices, dropped], [[], []]);
  });
}

/** One branch is kept; the numbers are the branches. */
const chosen: readonly (readonly [
  what: string,
  source: string,
  expected: string,
  kept: number,
  others: readonly number[],
])[] = [
  ['other nesting', '#ifdef A\nif (a) {\n#else\nif (b) {\n#endif\nx();\n}', 'if (a) { x(); }', 0, [1]],
  ['inside a condition', 'if (x\n#ifdef A\n&& a\n#else\n&& b\n#endif\n) x();', 'if (x && a ) x();', 0, [1]],
  ['an else', 'if (x) y();\n#ifdef A\nelse a();\n#else\nelse b();\n#endif', 'if (x) y(); else a();', 0, [1]],
  ['the first that is not empty', 'x = 1\n#ifdef A\n#else\n+ b\n#endif\n;', 'x = 1 + b ;', 1, [0]],
  ['an initialiser', 'x =\n#if A\n1\n#elif B\n2\n#else\n3\n#endif\n;', 'x = 1 ;', 0, [1, 2]],
  ['a nested group', '#ifdef A\n#ifdef B\nif (a) {\n#else\nif (b) {\n#endif\n}\n#endif', 'if (a) { }', 0, [1]],
];

for (const [what, source, expected, kept, others] of chosen) {
  test(`chosen: ${what}`, () => {
    const normalised = check(inFunction(source), `void f(void) { ${expected} }`);
    const [choice] = normalised.choices;
    assert.deepEqual([choice?.kept, choice?.alternatives], [kept, others]);
    assert.equal(normalised.dropped.length, others.length);
  });
}

test('another branch can be asked for', () => {
  const source = inFunction('#ifdef A\nif (a) {\n#else\nif (b) {\n#endif\n}');
  const { choices } = check(source, 'void f(void) { if (b) { } }', { choose: () => 1 });
  assert.deepEqual(choices, [{ conditional: 0, kept: 1, alternatives: [0] }]);
});

test('only the conditional that is asked for changes', () => {
  const halves = (name: string): string => `x =\n#ifdef ${name}\n1\n#else\n2\n#endif\n;`;
  const source = inFunction(`${halves('A')}\n${halves('B')}`);
  check(source, 'void f(void) { x = 1 ; x = 2 ; }', { choose: (conditional) => (conditional === 1 ? 1 : undefined) });
});

test('a head in two halves is one function', () => {
  const source = '#ifdef A\nint f(int a)\n#else\nint f(long a)\n#endif\n{\n}\n';
  const { functions, choices } = check(source, 'int f(int a) { }');
  assert.deepEqual([functions.map(({ name }) => name), choices.length], [['f'], 1]);
});

test('functions in both halves are two functions', () => {
  const source = '#ifdef A\nint f(int a) { a(); }\n#else\nint f(int a) { return 0; }\n#endif\n';
  const { functions } = check(source, 'int f(int a) { a(); } int f(int a) { return 0; }');
  assert.equal(functions.length, 2);
});

/** What no kernel compiles is not in the text. */
const certain: readonly (readonly [source: string, expected: string])[] = [
  ['#if 0\na();\n#endif', ''],
  ['#if 0\na();\n#else\nb();\n#endif', 'b(); '],
  ['#if 1\na();\n#else\nb();\n#endif', 'a(); '],
  ['#if 0 /* not yet */\na();\n#endif', ''],
  ['#ifdef __cplusplus\na();\n#endif', ''],
  ['#ifndef __KERNEL__\na();\n#else\nb();\n#endif', 'b(); '],
  ['#ifdef __KERNEL__\na();\n#else\nb();\n#endif', 'a(); '],
  ['#if !defined(__KERNEL__)\na();\n#endif', ''],
  ['#if defined __CHECKER__\na();\n#endif', ''],
];

for (const [source, expected] of certain) {
  test(`certain: ${oneLine(source)}`, () => {
    const { choices, dropped } = check(inFunction(source), `void f(void) { ${expected}}`);
    assert.deepEqual([choices, dropped.length], [[], 1]);
  });
}

test('a configuration decides', () => {
  const source = inFunction(
    '#ifdef A\na();\n#else\nb();\n#endif\n#ifndef A\nc();\n#endif\n#if IS_ENABLED(B)\nd();\n#endif',
  );
  const answers = new Map([
    ['A', true],
    ['IS_ENABLED(B)', false],
  ]);
  check(source, 'void f(void) { a(); }', { isSet: (condition) => answers.get(condition) });
});

test('all conditionals are told in the order of their #if', () => {
  const source = [
    '#ifdef A /* why */',
    'int a;',
    '#if defined(B) || \\',
    '    defined(C) // or so',
    'int b;',
    '#endif',
    '#else',
    'int c;',
    '#endif',
    '#ifndef D',
    '#elif E',
    '#else',
    '#endif',
  ].join('\n');
  const told = normalise(source).conditionals.map(({ branches, endLine }) => [
    ...branches.map(({ directive, condition, line, body }) => [
      `${line}: ${directive} ${condition}`,
      oneLine(source.slice(body.start, body.end)),
    ]),
    endLine,
  ]);
  assert.deepEqual(told, [
    [['1: ifdef A', 'int a; #if defined(B) || \\ defined(C) // or so int b; #endif'], ['7: else !(A)', 'int c;'], 9],
    [['3: if defined(B) || defined(C)', 'int b;'], 6],
    [['10: ifndef D', ''], ['11: elif E', ''], ['12: else D && !(E)', ''], 13],
  ]);
});

test('a missing #endif, a stray #else and a second #else do no harm', () => {
  check(inFunction('#else\na();\n#endif\n#elif x\nb();'), 'void f(void) { a(); b(); }');
  check(inFunction('#ifdef A\na();\n#else\nb();\n#else\nc();\n#endif'), 'void f(void) { a(); b(); c(); }');
  check('#if 0\nint f(void) { }', '');
  check('int f(void) { }\n#ifdef A\nint g(void) { }', 'int f(void) { } int g(void) { }');
});
