/**
 * Who calls a function, in a small tree: `// <- direct target`, `// <- field target 1/2` stand on the lines of calls,
 * each with the function that is asked about; nothing else may be found.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callersOf } from '../../src/core/callers/callers.ts';
import { chainsTo } from '../../src/core/callers/chains.ts';
import { eventsInside } from '../../src/core/callers/events-inside.ts';
import { treeOutlines, type TreeOutlines } from '../../src/core/callers/tree-outlines.ts';
import { hasPrint, wordPrint, wordPrints } from '../../src/core/callers/word-prints.ts';
import { indexWords } from '../../src/core/callers/word-index.ts';
import { eventsIn } from '../../src/core/tree/events.ts';
import { memoryFiles } from '../lab/memory-files.ts';

const tree: Readonly<Record<string, string>> = {
  'include/net/hook.h': `
struct packet_ops { int (*take)(struct sk_buff *skb); struct packet_ops *next; };
struct other_ops { int (*take)(struct sk_buff *skb); };
#define CALL_ONE(f, f1, ...) ({ likely(f == f1) ? f1(__VA_ARGS__) : f(__VA_ARGS__); })
#define TAKE(skb) take_packet(skb, 0) // <- macro take_packet
static inline int PASS(int n, struct sk_buff *skb, int (*okfn)(struct sk_buff *))
{
	return n ? okfn(skb) : 0;
}
`,
  'include/trace/events/lab.h': `
#define TRACE_SYSTEM lab
TRACE_EVENT(lab_gone, TP_PROTO(int a));
DECLARE_EVENT_CLASS(lab_class, TP_PROTO(int a));
DEFINE_EVENT(lab_class, lab_seen, TP_PROTO(int a));
`,
  'net/a.c': `
int take_packet(struct sk_buff *skb, int how)
{
	trace_lab_gone(how);
	return how;
}
static int local(struct sk_buff *skb) { return TAKE(skb); }
static int finish(struct sk_buff *skb)
{
	/* local(skb) in words */
	return local(skb); // <- direct local
}
static struct packet_ops ops = { .take = first };
static int first(struct sk_buff *skb)
{
	return PASS(1, skb, finish); // <- callback finish
}
static int again(struct sk_buff *skb, int first)
{
	return first + (first == 1 ? 2 : use(first));
}
static int second(struct sk_buff *skb) { return 0; }
static void set(struct packet_ops *to) { to->take = second; }
`,
  'net/b.c': `
static int local(struct sk_buff *skb) { return 1; }
int mine(struct sk_buff *skb) { return local(skb); }
int deliver(struct packet_ops *to, struct sk_buff *skb)
{
	if (skb->len)
		return to->take(skb); // <- field first 1/2
	return CALL_ONE(to->take, first_by_name, skb); // <- field first 1/2
}
int wrong(struct other_ops *to, struct sk_buff *skb) { return to->take(skb); }
int wide(struct packet_ops *to, struct sk_buff *skb) { return to->take(skb, 1); }
SYSCALL_DEFINE1(lab, int, fd)
{
	return deliver(0, 0); // <- direct deliver
}
static void tick(struct timer_list *t)
{
#ifdef CONFIG_LAB
	deliver(0, t); // <- direct deliver
#endif
}
static void start(void) { setup_elsewhere(&timer, tick, 0); }
`,
};

test('calls are found by name, through macros, callbacks and pointers', async () => {
  const outlines = await outlinesOf();
  for (const [name, file] of [['take_packet'], ['local', 'net/a.c'], ['finish'], ['first'], ['deliver']] as const)
    await check(outlines, name ?? '', file);
});

async function check(outlines: TreeOutlines, name: string, file: string | undefined): Promise<void> {
  const { calls } = await callersOf(outlines, { function: name, ...(file === undefined ? {} : { file }) });
  const found = calls.map(({ file: at, line, kind, candidates }) =>
    [`${at}:${line}`, kind, ...(candidates === undefined ? [] : [`1/${candidates.length}`])].join(' '),
  );
  const drawn = Object.entries(tree).flatMap(([at, text]) =>
    text.split('\n').flatMap((line, index) => {
      const [, kind = '', target, count] = /\/\/ <- (\w+) (\w+)(?: (\S+))?/.exec(line) ?? [];
      return target === name ? [[`${at}:${index + 1}`, kind, ...(count === undefined ? [] : [count])].join(' ')] : [];
    }),
  );
  assert.deepEqual(found, drawn, name);
}

test('a function that nothing calls says how it is registered', async () => {
  const outlines = await outlinesOf();
  const ask = async (name: string): Promise<readonly [string | undefined, readonly string[]]> => {
    const { entry, registrations } = await callersOf(outlines, { function: name });
    return [entry, registrations.map(({ as }) => as)];
  };
  assert.deepEqual(await ask('lab'), ['syscall', []]);
  assert.deepEqual(await ask('tick'), ['registered', ['setup_elsewhere()']]);
  assert.deepEqual(await ask('again'), ['unknown', []]);
});

test('chains go up to the entries, the least doubtful first', async () => {
  const { chains } = await chainsTo(await outlinesOf(), { function: 'local', file: 'net/a.c' });
  assert.deepEqual(
    chains.map(({ entry, steps }) => [entry.kind, ...steps.map((step) => step.function)].join(' ')),
    ['syscall lab deliver first finish', 'registered tick deliver first finish'],
  );
  const shallow = await chainsTo(await outlinesOf(), { function: 'finish' }, { depth: 1 });
  assert.deepEqual(
    shallow.chains.map(({ entry, steps }) => [entry.kind, entry.function, steps.length]),
    [['depth', 'first', 1]],
  );
});

test('functions that only call each other have no entry', async () => {
  const source =
    'int odd(int n)\n{\n\treturn n ? even(n - 1) : 0;\n}\nint even(int n)\n{\n\treturn odd(n) + even(n);\n}\n';
  const { chains, leftOut } = await chainsTo(await outlinesOf({ 'net/r.c': source }), { function: 'odd' });
  assert.deepEqual([chains, leftOut], [[], undefined]);
});

test('tracepoints are those that the tree defines, also inside of what is called', async () => {
  const header = 'include/trace/events/lab.h';
  const events = eventsIn(tree[header] ?? '', header);
  assert.deepEqual(
    events.map(({ group, name, line }) => `${group}:${name} ${line}`),
    ['lab:lab_gone 3', 'lab:lab_seen 5'],
  );
  const known = new Map(events.map((event) => [event.name, event]));
  const inside = await eventsInside(await outlinesOf(), 'TAKE', known);
  assert.deepEqual(
    inside.map(({ event, by }) => `${event.name} ${by.name}`),
    ['lab_gone take_packet'],
  );
});

test('the index knows the words of files, and is made anew after a cancellation', async () => {
  const prints = wordPrints('static int tcp_v4_rcv(struct sk_buff *skb)');
  for (const word of ['static', 'tcp_v4_rcv', 'sk_buff']) assert.ok(hasPrint(prints, wordPrint(word)), word);
  assert.ok(!hasPrint(prints, wordPrint('tcp_v4')));
  const cancelled = new AbortController();
  cancelled.abort();
  const options = { folders: ['net'], signal: cancelled.signal, progress: () => {} };
  await assert.rejects(indexWords(memoryFiles(tree), options), { name: 'AbortError' });
});

async function outlinesOf(record: Readonly<Record<string, string>> = tree): Promise<TreeOutlines> {
  const files = memoryFiles(record);
  const { signal } = new AbortController();
  const index = await indexWords(files, { folders: ['net', 'include'], signal, progress: () => {} });
  return treeOutlines(files, index);
}
