/** Every construct the normaliser knows, and what becomes of it. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Parser } from 'web-tree-sitter';
import { oneLine } from '../../src/core/base/text.ts';
import { normalise } from '../../src/core/syntax/normalise/normalise.ts';
import { faultsOf, loadParser, sameShape } from '../trees/normalise-sweep.ts';

let parser: Parser;
before(async () => {
  parser = await loadParser();
});

/** Normalises, and demands of every text: same shape, and nothing left that the grammar does not understand. */
function check(source: string, expected: string): void {
  const normalised = normalise(source);
  assert.equal(oneLine(normalised.text), oneLine(expected));
  assert.ok(sameShape(source, normalised.text), 'length and lines stay');
  assert.deepEqual(faultsOf(parser, source, normalised), []);
}

/** Statements, as the body of a function. */
const statements: readonly (readonly [construct: string, source: string, expected: string])[] = [
  ['comments', '/* a */ x = 1; // b\n', 'x = 1;'],
  [
    'a loop macro with a block',
    'list_for_each_entry(p, head, node) {\n drop(p);\n}',
    'while (p, head, node) { drop(p); }',
  ],
  ['a loop macro with a statement', 'list_for_each_entry(p, head, node)\n drop(p);', 'while (p, head, node) drop(p);'],
  ['a loop macro with an if', 'sk_for_each(sk, list)\n if (sk) return;', 'while (sk, list) if (sk) return;'],
  ['a loop macro with one argument', 'for_each_possible_cpu(i) { n++; }', 'while (i) { n++; }'],
  ['a loop macro without arguments', 'for_each_thing() { n++; }', 'while (0) { n++; }'],
  ['a loop macro before ++', 'for_each_thing(i)\n ++n;', 'while (i) ++n;'],
  ['a short loop macro', 'each(i) { n++; }', 'if (i) { n++; }'],
  ['a guarded block', 'scoped_guard(mutex, &lock) { n++; }', 'while (mutex, &lock) { n++; }'],
  ['do while_macro', 'do {\n n++;\n} while_each_thread(g, t);', 'do { n++; } while (g, t);'],
  ['a macro without semicolon before if', 'NOTE(x)\n if (y) goto out;\nout: ;', 'NOTE(x) ;if (y) goto out; out: ;'],
  ['a macro without semicolon before else', 'if (x)\n NOTE(x)\n else\n n++;', 'if (x) NOTE(x) ;else n++;'],
  ['a macro without semicolon at the end', '{ NOTE(x) }', '{ NOTE(x);}'],
  ['a macro without semicolon and no room for one', '{ NOTE(x)}', '{ }'],
  ['a macro without parentheses before if', 'NOTE\n if (x) n++;', 'if (x) n++;'],
  ['a macro without parentheses before a label', 'n++;\nNOTE\nout:\n n++;', 'n++; out: n++;'],
  ['a macro without parentheses at the end', '{ n++; NOTE }', '{ n++; }'],
  ['a label at the end of a block', 'if (x) {\n n++;\nout: \n}', 'if (x) { n++; out:; }'],
  ['a label before a declaration', 'out:\n int x;', 'out: int x;'],
  ['a case range', 'switch (x) { case 1 ... 5: n++; }', 'switch (x) { case 1 + 5: n++; }'],
  [
    'fallthrough',
    'switch (x) { case 1: fallthrough; default: n++; }',
    'switch (x) { case 1: fallthrough; default: n++; }',
  ],
  [
    'attribute fallthrough',
    'switch (x) { case 1: __attribute__((__fallthrough__)); default: n++; }',
    'switch (x) { case 1: ; default: n++; }',
  ],
  ['a type as argument', 'p = container_of(q, struct sock, node);', 'p = container_of(q, sock, node);'],
  ['a keyword type as argument', 'n = min_t(int, a, b);', 'n = min_t(Int, a, b);'],
  ['a pointer type as argument', 'p = va_arg(ap, struct foo *);', 'p = va_arg(ap, foo );'],
  ['a plain pointer type as argument', 'p = va_arg(ap, u8 *);', 'p = va_arg(ap, u8 );'],
  ['a typeof as argument', 'p = min_t(typeof(x), a, b);', 'p = min_t(typeof , a, b);'],
  ['an operator as argument', 'compare(a, <=, b);', 'compare(a, 0 , b);'],
  ['an empty argument', 'trace(a, , b);', 'trace(a,0, b);'],
  ['an empty argument without room', 'trace(a,,b);', 'trace(a, b);'],
  ['a member as argument', 'init(x, .field = 1);', 'init(x, field = 1);'],
  ['statements as argument', 'once(x, { n++; n--; });', 'once(x, 0 );'],
  ['an annotated argument', 'f(__user p, x);', 'f( p, x);'],
  ['offsetof with an index', 'n = offsetof(struct sk_buff, cb[1]);', 'n = offsetoF( sk_buff, cb[1]);'],
  ['alignof', 'n = __alignof__(struct foo);', 'n = sizeof (struct foo);'],
  ['typeof', 'typeof(*p) x = *p;', 'struct T x = *p;'],
  ['typeof of two words', '__typeof__(p) x;', 'struct T x;'],
  ['auto', 'auto x = f(); __auto_type y = g();', 'int x = f(); int y = g();'],
  ['an unknown annotation before a pointer', 'char far *p;', 'char *p;'],
  ['an unknown annotation before a name', 'int odd x;', 'int x;'],
  [
    'a macro without parentheses before a case',
    'switch (x) { MORE_CASES\n default: n++; }',
    'switch (x) { default: n++; }',
  ],
  ['an annotated pointer', 'struct sock __rcu *p;', 'struct sock *p;'],
  ['an annotated cast', 'p = (struct foo __force *)q;', 'p = (struct foo *)q;'],
  ['a cast with an unknown annotation', 'p = (__odd be32)q;', 'p = ( be32)q;'],
  ['cleanup', 'struct foo *p __free(kfree) = NULL;', 'struct foo *p = NULL;'],
  ['a member named like an annotation', 'p->__weak = q.__init;', 'p->__weak = q.__init;'],
  ['guard', 'guard(mutex)(&lock);', 'guard(mutex)(&lock);'],
  ['a statement expression', 'x = ({ int y = f(); y; });', 'x = ({ int y = f(); y; });'],
  [
    'a loop macro in a statement expression',
    'x = ({ for_each_y(y) { n++; } n; });',
    'x = ({ while (y) { n++; } n; });',
  ],
  ['a local struct', 'struct { u8 a; DECLARE_FLEX(u8, b); } x;', 'struct { u8 a; } x;'],
  ['a local struct with a group', 'struct foo { struct_group(g, u8 a; u8 b; ); } x;', 'struct foo { } x;'],
  ['a local enum with a macro', 'enum { A, MORE(b) C };', 'enum { A, C };'],
  ['a tag made by a macro', 'struct NAME(foo) *p;', 'struct NAME *p;'],
  [
    'a pointer to a function',
    'enum verdict (*hook)(struct sk_buff *skb);',
    'enum verdict (*hook)(struct sk_buff *skb);',
  ],
  ['a macro that declares', 'DECLARE_MASK(mask, 8) = { 0 };', 'int X = { 0 };'],
  ['a static macro', 'static DEFINE_MUTEX(lock); n++;', '; n++;'],
  ['a static macro with a value', 'static DEFINE_X(lock) = 1;', 'int X = 1;'],
  ['a macro as a type', 'PADDED_KEY(k, 8) key;', 'int key;'],
  ['pasted strings', 'printk(KERN_INFO "a" STR(X) "b");', 'printk(KERN_INFO "a" "b");'],
  ['a number the grammar does not know', 'x = 4ADDR_EVENT;', 'x = _ADDR_EVENT;'],
  ['numbers', 'x = 0x1fUL + 017 + 1.5e-3f + 0b11;', 'x = 0x1fUL + 017 + 1.5e-3f + 0b11;'],
  ['a macro that ends an expression', 'x = y TIMES_TWO;', 'x = y ;'],
  ['an annotated array', 'static int t[2] __odd = { 1, 2 };', 'static int t[2] = { 1, 2 };'],
  ['inline assembly', 'asm volatile ("nop" : "=r" (x) : "r" (y));', 'a__ ( );'],
  ['a computed goto', 'goto *table[i];', 'goto table ;'],
  [
    'a designated initialiser',
    'struct foo f = { .a = { 1, 2 }, [3] = { {4}, {5} } };',
    'struct foo f = { .a = { 1, 2 }, [3] = { {4}, {5} } };',
  ],
  ['a compound literal', 'f = (struct foo) { .a = 1 };', 'f = (struct foo) { .a = 1 };'],
];

for (const [construct, source, expected] of statements) {
  test(`statement: ${construct}`, () => check(`void f(void)\n{\n${source}\n}\n`, `void f(void) { ${expected} }`));
}

/** Whole files. */
const files: readonly (readonly [construct: string, source: string, expected: string])[] = [
  [
    'prototypes, types and macros go',
    'struct a { int b; };\nint f(int);\ntypedef int t;\nMODULE_LICENSE("GPL");\n',
    '',
  ],
  ['a macro without semicolon', 'EXPORT_SYMBOL(f)\nint g(void) { }', 'int g(void) { }'],
  [
    'macros without semicolon on one line',
    'FLAG(Young, young) __CLEARFLAG(Young, young)\n\tTESTFLAG(Young, young)\nstatic int g(void) { }',
    'static int g(void) { }',
  ],
  [
    'a macro without parentheses before one without semicolon',
    'NO_ID\nID(func, f)\nint g(void) { }',
    'int g(void) { }',
  ],
  ['a type in capitals on a line of its own', 'VOID\ng(void)\n{ }', 'VOID g(void) { }'],
  ['a macro without parentheses', 'SOME_SCOPE\nstatic int g(void) { }', 'static int g(void) { }'],
  ['extern "C"', 'extern "C" {\nint g(void) { }\n}', 'int g(void) { }'],
  ['an annotated head', 'static int __init foo(void) { }', 'static int foo(void) { }'],
  ['an unknown annotation', 'static __odd int foo(void) __odder { }', 'static int foo(void) { }'],
  ['an unknown annotation with arguments', 'int foo(int a) __odd(x) { }', 'int foo(int a) { }'],
  ['an unknown annotation behind a named type', 'static u32 odd_scope foo(void) { }', 'static odd_scope foo(void) { }'],
  ['lock annotations', 'void foo(void) __acquires(&lock) __releases(lock) { }', 'void foo(void) { }'],
  [
    'INDIRECT_CALLABLE_SCOPE',
    'INDIRECT_CALLABLE_SCOPE int rcv(struct sk_buff *skb) { }',
    'int rcv(struct sk_buff *skb) { }',
  ],
  [
    'annotated parameters',
    'long f(char __user *p, u8 odd *q, typeof(x) r) { }',
    'long f(char *p, u8 *q, struct T r) { }',
  ],
  ['a parameter made by a macro', 'int f(int a ARCH_MORE(int b), int c) { }', 'int f(int a , int c) { }'],
  ['a system call', 'SYSCALL_DEFINE2(bind, int, fd, char __user *, addr) { }', 'int bind( int fd, char * addr) { }'],
  ['a system call without arguments', 'SYSCALL_DEFINE0(fork) { }', 'int fork() { }'],
  ['a BPF helper', 'BPF_CALL_1(bpf_x, u64, r1)\n{ }', 'int bpf_x( u64 r1) { }'],
  ['a collector', 'META_COLLECTOR(int_loadavg)\n{ }', 'int int_loadavg() { }'],
  ['a macro with more', 'DEFINE_THING(name, 1, 2) { }', 'int name( ) { }'],
  ['a pasted name', 'static int\nTOKEN(A, _add)(struct net *net) { }', 'static int TOKEN (struct net *net) { }'],
  ['old-style parameters', 'int f(a, b)\nint a;\nchar *b;\n{ }', 'int f(a, b) { }'],
  ['an enum in the head', 'static enum r {\n A, B\n} f(void) { }', 'static enum r f(void) { }'],
  ['a returned function pointer', 'void (*f(int a))(int) { }', 'void (*f(int a))(int) { }'],
  [
    'a table',
    'static const struct ops __ro_after_init o = { .call = f, };',
    'static const struct ops o = { .call = f, };',
  ],
  ['a table by macro', 'static DEFINE_PER_CPU(int, x) = 1;', 'int X = 1;'],
  ['macros as elements', 'static int *t[] = { &a, MORE EVEN_MORE &b };', 'static int *t[] = { &a, EVEN_MORE &b };'],
];

for (const [construct, source, expected] of files) test(`file: ${construct}`, () => check(source, expected));

test('a function knows its extent, head, body and name', () => {
  const source = 'int x;\nstatic inline int __init foo(void)\n{\n}\n';
  const [found] = normalise(source).functions;
  assert.ok(found);
  const text = ({ start, end }: { start: number; end: number }): string => source.slice(start, end);
  assert.equal(text(found.extent), 'static inline int __init foo(void)\n{\n}');
  assert.equal(text(found.head), 'static inline int __init foo(void)');
  assert.equal(text(found.body), '{\n}');
  assert.equal(found.name, 'foo');
  assert.equal(source.indexOf('foo'), found.nameAt);
  assert.deepEqual([found.isStatic, found.isInline, found.definedBy], [true, true, undefined]);
});

test('a function made by a macro has the name it is given and the macro', () => {
  const source = 'SYSCALL_DEFINE1(close, int, fd) { }\nBPF_CALL_0(bpf_now) { }';
  const told = normalise(source).functions.map(({ name, nameAt, definedBy }) => [name, nameAt, definedBy]);
  assert.deepEqual(told, [
    ['close', source.indexOf('close'), 'SYSCALL_DEFINE1'],
    ['bpf_now', source.indexOf('bpf_now'), 'BPF_CALL_0'],
  ]);
});

test('macro loops are told with the place of their names', () => {
  const source = 'void f(void) { sk_for_each(sk, list) { scoped_guard(rcu) x(); } while (y) { } }';
  assert.deepEqual(normalise(source).macroLoops, [
    { at: source.indexOf('sk_for_each'), name: 'sk_for_each' },
    { at: source.indexOf('scoped_guard'), name: 'scoped_guard' },
  ]);
});

test('jumps that the parser can not see are told', () => {
  const source = `void f(void) {
    asm_volatile_goto("jmp %l[slow]" : : "r" (x) : : slow, slower);
    CHECK(x, goto drop);
    CHECK(y, if (z) goto out);
    goto plain;
  slow: slower: drop: out: plain: ;
  }`;
  assert.deepEqual(normalise(source).jumps, [
    { at: source.indexOf('slow,'), label: 'slow', from: 'asm' },
    { at: source.indexOf('slower'), label: 'slower', from: 'asm' },
    { at: source.indexOf('goto drop'), label: 'drop', from: 'macro' },
    { at: source.indexOf('goto out'), label: 'out', from: 'macro' },
  ]);
  check(source, 'void f(void) { a__ ( ); CHECK(x, 0 ); CHECK(y, 0 ); goto plain; slow: slower: drop: out: plain: ; }');
});

test('tables are told from their first word to the semicolon', () => {
  const source = 'int a;\nstatic struct ops o = { .reset = f };\nint g(void) { }';
  assert.deepEqual(
    normalise(source).tables.map(({ start, end }) => source.slice(start, end)),
    ['static struct ops o = { .reset = f };'],
  );
});
