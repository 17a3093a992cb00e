/** Lines of calls told from the source: fixtures of our own in the kernel's shapes, each line named by a text on it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Frame } from '../../src/core/model.ts';
import { decode } from '../../src/core/traces/decode.ts';
import { archFolder, callLineFinder, type CallRule } from '../../src/core/traces/infer/call-lines.ts';
import { codeItems } from '../../src/core/traces/infer/code-items.ts';
import { definitionHeads } from '../../src/core/symbols/definition-heads.ts';
import { definitionNames, isNoise } from '../../src/core/traces/source-name.ts';
import { memoryFiles } from '../lab/memory-files.ts';

const folder = path.join(process.cwd(), 'test', 'fixtures', 'inference');
const texts = Object.fromEntries(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[chS]$/.test(name))
    .map((name) => [name.replaceAll(path.sep, '/'), readFileSync(path.join(folder, name), 'utf8')]),
);
const c = 'net/lab/lab.c';
const finder = callLineFinder({ files: memoryFiles(texts) });

/** What stands on the lines that are found, and the rule that found them. */
async function found(
  caller: string,
  callee: string,
  file: string = c,
): Promise<{ readonly rule: CallRule; readonly lines: readonly string[] } | undefined> {
  const [lines] = await finder.find(
    [{ caller: { symbol: caller, files: [file] }, callee: { symbol: callee, files: [c] } }],
    {},
  );
  return (
    lines && {
      rule: lines.rule,
      lines: lines.lines.map((place) => (texts[place.file] ?? '').split('\n')[place.line - 1]?.trim() ?? ''),
    }
  );
}

const cases: readonly (readonly [
  what: string,
  caller: string,
  callee: string,
  rule: CallRule,
  lines: readonly string[],
])[] = [
  [
    'calls by name, all of them',
    'lab_direct',
    'lab_target',
    'call',
    ['return lab_target(NULL);', 'return lab_target(p) + 1; /* twice */'],
  ],
  ['through inlined functions of headers, three deep', 'lab_deep', 'lab_sink', 'call', ['lab_level1(p); /* deep */']],
  ['not through a function that is never inlined', 'lab_direct', 'lab_apart', 'call', ['lab_apart(p);']],
  [
    'an argument of a macro counts as on the line of its name',
    'lab_macro',
    'lab_target',
    'call',
    ['err = lab_dispatch(p->handler,'],
  ],
  ['the text of a macro', 'lab_macro', '__lab_free', 'call', ['lab_free(p); /* freed */']],
  ['the text of a loop macro', 'lab_loop', 'lab_next', 'call', ['lab_for_each(p, list) /* walked */']],
  [
    'a callback of an inlined function counts as on the line of its call',
    'lab_hooked',
    'lab_finish',
    'call',
    ['return LAB_HOOK(p, /* hooked */'],
  ],
  ['a field that holds the function', 'lab_field', 'lab_real_send', 'field', ['return lab_send(p); /* by field */']],
  ['a field that is read once', 'lab_read', 'lab_real_recv', 'field', ['return lab_read_recv(p); /* read once */']],
  ['a function that leaves no frame', 'lab_tail', 'lab_real_send', 'tail', ['int err = lab_end(p); /* jumps on */']],
  [
    'any pointer, when nothing else fits',
    'lab_pointer',
    'lab_unheard_of',
    'pointer',
    ['return handler(p); /* pointer */'],
  ],
  ['headers beside the file', 'lab_local', 'lab_hidden', 'call', ['lab_private(p); /* private */']],
  ['system calls', '__x64_sys_labcall', '__sys_lab', 'call', ['return __sys_lab(fd, p); /* system call */']],
  ['what compilers append', 'lab_deep.constprop.0.cold', 'lab_sink.isra.0', 'call', ['lab_level1(p); /* deep */']],
  ['halves of #if that open the same brace', 'lab_halves', 'lab_target', 'call', ['lab_target(p); /* in halves */']],
  ['what stands behind such halves', 'lab_behind', 'lab_other', 'call', ['return lab_other(p); /* behind halves */']],
];

for (const [what, caller, callee, rule, lines] of cases)
  test(what, async () => assert.deepEqual(await found(caller, callee), { rule, lines }));

test('nothing is made up: no pointer, no call, no such function', async () => {
  assert.equal(await found('lab_finish', 'lab_target'), undefined);
  assert.equal(await found('lab_nowhere', 'lab_target'), undefined);
  assert.equal(await found('lab_direct', 'lab_target', 'net/lab/none.c'), undefined);
  // lab_apart is never inlined: it has a frame of its own.
  assert.equal(await found('lab_direct', 'lab_sink'), undefined);
});

test('assembly: a call by name, else through a register', async () => {
  const entry = 'arch/x86/entry/entry.S';
  assert.deepEqual(await found('lab_entry_after_swap', 'lab_syscall', entry), {
    rule: 'call',
    lines: ['call lab_syscall /* here */'],
  });
  assert.deepEqual((await found('lab_fork', 'kthread', entry))?.lines, ['CALL_NOSPEC rbx']);
});

test('a file that changes is read again', async () => {
  const record = { 'net/a.c': 'int a(void)\n{\n\treturn b();\n}\n' };
  const changing = callLineFinder({ files: { ...memoryFiles({}), read: async () => record['net/a.c'] } });
  const asked = [{ caller: { symbol: 'a', files: ['net/a.c'] }, callee: { symbol: 'b', files: [] } }];
  assert.deepEqual((await changing.find(asked, {}))[0]?.lines, [{ file: 'net/a.c', line: 3 }]);
  record['net/a.c'] = `\n${record['net/a.c']}`;
  assert.deepEqual((await changing.find(asked, {}))[0]?.lines, [{ file: 'net/a.c', line: 4 }]);
});

test('a cancelled search ends, and the next one begins anew', async () => {
  const own = callLineFinder({ files: memoryFiles(texts) });
  const asked = [{ caller: { symbol: 'lab_deep', files: [c] }, callee: { symbol: 'lab_sink', files: [] } }];
  await assert.rejects(own.find(asked, { signal: AbortSignal.abort(new Error('stopped')) }), /stopped/);
  assert.equal((await own.find(asked, {}))[0]?.rule, 'call');
});

test('items of damaged text: braces that close nothing, strings and comments without an end', () => {
  const names = (text: string): readonly string[] => codeItems(text).flatMap((item) => item.names);
  assert.deepEqual(names('}\n}\nint a(void)\n{\n}\n'), ['a']);
  assert.deepEqual(names('int a(void)\n{\n\tchar *s = "}\n}\nint b(void) { }\n'), ['a', 'b']);
  assert.deepEqual(names('int a(void) { /* }'), []);
  assert.deepEqual(
    names('struct s {\n\tint (*f)(void);\n};\nstatic int t[] = { g(1) };\n#define N 12\n#define F(x) g(x)\n'),
    ['F'],
  );
  assert.equal(codeItems('{('.repeat(20_000)).length, 0);
});

/** Frames of a pasted text, with definitions looked up in the fixture and lines inferred. */
async function frames(text: string): Promise<readonly Frame[]> {
  const { value } = await decode(text, {
    callLines: finder,
    exists: async (file) => texts[file] !== undefined,
    definitions: async (names) =>
      new Map(
        names.map((name) => [
          name,
          Object.entries(texts).flatMap(([file, source]) =>
            definitionHeads(source, new Set([name])).map(({ line }) => ({ file, line })),
          ),
        ]),
      ),
  });
  return value.sections.flatMap((section) => section.frames);
}

const seen = (all: readonly Frame[]): unknown[] =>
  all.map((frame) => [frame.certainty, frame.locations.length, frame.candidates?.length ?? 0]);

test('frames: one line is inferred, several are candidates, none falls back to the function; the first has no callee', async () => {
  const stack = 'Call Trace:\n lab_sink+0x1/0x2\n lab_deep+0x1/0x10\n lab_other+0x3/0x4\n';
  assert.deepEqual(seen(await frames(stack)), [
    ['none', 0, 0],
    ['inferred', 1, 0],
    ['none', 0, 0],
  ]);
  assert.deepEqual(
    seen(await frames('Call Trace:\n lab_target+0x1/0x2\n lab_direct+0x1/0x10\n lab_finish+0x1/0x2\n')),
    [
      ['none', 0, 0],
      ['inferred', 0, 2],
      ['definition', 1, 0],
    ],
  );
});

test('frames: doubtful ones are passed over, thunks lie between, what tracing entered called nothing', async () => {
  const at = async (text: string): Promise<readonly string[]> => (await frames(text)).map(({ certainty }) => certainty);
  assert.deepEqual(
    await at(
      'Call Trace:\n lab_sink+0x1/0x2\n ? lab_direct+0x1/0x10\n srso_return_thunk+0x5/0x10\n lab_deep+0x1/0x10\n',
    ),
    ['none', 'definition', 'none', 'inferred'],
  );
  assert.deepEqual(await at('Call Trace:\n ftrace_caller+0x1/0x2\n lab_deep+0x5/0x10\n'), ['none', 'definition']);
  assert.deepEqual(await at('Call Trace:\n bpf_prog_0123456789abcdef_run+0x1/0x2\n lab_pointer+0x5/0x10\n'), [
    'none',
    'inferred',
  ]);
  assert.equal((await at('RIP: 0010:lab_deep+0x5/0x10\n'))[0], 'definition');
});

test('frames that state their line get it in the tree, and say so', async () => {
  const [frame] = await frames('Call Trace:\n lab_deep+0x1/0x10 /build/linux/net/lab/lab.c:26\n');
  assert.deepEqual(
    [frame?.certainty, frame?.asStated, frame?.locations],
    ['unverified', true, [{ function: 'lab_deep', file: c, line: 26, inlined: false }]],
  );
  const [elsewhere] = await frames('Call Trace:\n lab_deep+0x1/0x10 drivers/other/file.c:25\n');
  assert.deepEqual([elsewhere?.certainty, elsewhere?.asStated], ['definition', undefined]);
});

test('noise is nothing of the source; functions that only look like it are', () => {
  for (const name of [
    'srso_alias_return_thunk',
    '__x86_indirect_thunk_rax',
    '__SCT__tp_func_x',
    'bpf_prog_6deef7357e7b4530',
    'bpf_trampoline_6442536467_0',
  ])
    assert.deepEqual([isNoise(name), definitionNames(name)], [true, []], name);
  for (const name of ['bpf_prog_run', 'bpf_prog_test_run_skb', 'bpf_trampoline_link_prog', 'ftrace_trace_function'])
    assert.equal(isNoise(name), false, name);
});

test('machines and their folders', () => {
  const folders = ['x86_64', 'i686', 'aarch64', 'ppc64le', 's390x', 'riscv64', 'armv7l', undefined].map(archFolder);
  assert.deepEqual(folders, ['x86', 'x86', 'arm64', 'powerpc', 's390', 'riscv', 'arm', 'x86']);
});
