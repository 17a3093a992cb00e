import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProbeContext } from '../../src/core/probes/context.ts';
import { planProbe } from '../../src/core/probes/plan.ts';
import { printBpftrace } from '../../src/core/probes/print-bpftrace.ts';
import { printStap } from '../../src/core/probes/print-stap.ts';
import { requestForDropReason, requestForFunction, requestForLine } from '../../src/core/probes/request-for.ts';
import type { ProbeEvent, ProbeRequest } from '../../src/core/probes/request.ts';
import { matchesGolden } from '../lab/golden.ts';
import { memoryFiles } from '../lab/memory-files.ts';
import { probeContext } from '../lab/probe-context.ts';

const resetFile = 'net/ipv4/tcp_ipv4.c';
const trackFile = 'net/netfilter/nf_conntrack_proto_tcp.c';
const tunnelFile = 'net/netfilter/ipvs/ip_vs_xmit.c';

/** The reset sender as older trees have it: two parameters, and a tracepoint for full sockets only. */
const twoParameters = `
static void tcp_v4_send_reset(const struct sock *sk, struct sk_buff *skb)
{
	if (sk) {
		bind(sk);
		if (sk_fullsock(sk))
			trace_tcp_send_reset(sk, skb);
	}
	send(skb);
}
int tcp_v4_rcv(struct sk_buff *skb)
{
no_tcp_socket:
	tcp_v4_send_reset(NULL, skb);
	return 0;
}
`;
/** As newer trees have it: a reason behind, and a tracepoint that is always raised. */
const threeParameters = `
static void tcp_v4_send_reset(const struct sock *sk, struct sk_buff *skb, enum sk_rst_reason reason)
{
	if (sk)
		bind(sk);
	trace_tcp_send_reset(sk, skb, reason);
	send(skb);
}
`;
const resetHeader = (extra: boolean): string => `
TRACE_EVENT(tcp_send_reset,
	TP_PROTO(const struct sock *sk, const struct sk_buff *buff${extra ? ', const enum sk_rst_reason reason' : ''}),
	TP_STRUCT__entry(__field(const void *, skbaddr) __field(const void *, skaddr) __field(int, state)),
	TP_fast_assign(__entry->skbaddr = buff; __entry->skaddr = sk; __entry->state = sk ? sk->sk_state : 0;),
	TP_printk("%p", __entry->skbaddr)
);
`;
const others = {
  [trackFile]: `#include <linux/netfilter.h>
int nf_conntrack_tcp_packet(struct nf_conn *ct, struct sk_buff *skb, unsigned int dataoff) { return 1; }
`,
  [tunnelFile]: `#include <net/tcp_states.h>
enum { MODE_LOCAL = 1, MODE_CONNECT = 8 };
static struct rtable *do_output_route4(struct net *net, __be32 daddr, int rt_mode, __be32 *ret_saddr) { return 0; }
static void by_value(struct pair both, int mode) { }
static inline int never(struct sk_buff *skb) { return 0; }
`,
  'include/linux/netfilter.h': '#define NF_ACCEPT 1\n',
  'include/net/tcp_states.h': 'enum { TCP_ESTABLISHED = 1, TCP_LISTEN = 10 };\n',
  'include/trace/events/skb.h': `TRACE_EVENT(kfree_skb,
	TP_PROTO(struct sk_buff *skb, void *location, enum skb_drop_reason reason),
	TP_STRUCT__entry(__field(void *, skbaddr) __field(void *, location) __field(enum skb_drop_reason, reason)),
	TP_fast_assign(__entry->skbaddr = skb; __entry->location = location; __entry->reason = reason;),
);
#include <net/dropreason.h>
`,
  'include/trace/events/queue.h': `TRACE_EVENT(queue_stuck,
	TP_PROTO(struct net_device *dev, int number),
	TP_STRUCT__entry(__string(device, dev->name) __array(char, kind, 8) __array(long, limits, 3) __field(int, number)),
	TP_fast_assign(__assign_str(device, dev->name); __entry->number = number;),
);
`,
  'include/net/dropreason.h':
    'enum skb_drop_reason { SKB_NOT_DROPPED_YET, SKB_CONSUMED, SKB_DROP_REASON_NO_SOCKET };\n',
};
const older = memoryFiles({
  ...others,
  [resetFile]: `#include <net/tcp_states.h>${twoParameters}`,
  'include/trace/events/tcp.h': resetHeader(false),
});
const newer = memoryFiles({
  ...others,
  [resetFile]: `#include <net/tcp_states.h>${threeParameters}`,
  'include/trace/events/tcp.h': resetHeader(true),
});

const resetWithoutSocket: ProbeEvent = {
  catch: 'entry',
  functions: [{ name: 'tcp_v4_send_reset', files: [resetFile] }],
  tracepoint: 'tcp:tcp_send_reset',
  when: [{ of: 'sk', is: 'zero' }],
  caller: 'tcp_v4_rcv',
  show: ['packet', 'netns', 'stack'],
  says: 'RST without socket',
};
const resetFromListener: ProbeEvent = {
  catch: 'entry',
  functions: [{ name: 'tcp_v4_send_reset', files: [resetFile] }],
  when: [{ of: 'sk->__sk_common.skc_state', equals: 'TCP_LISTEN' }],
  show: ['packet', 'socket'],
  says: 'RST from a listener',
};
const invalid: ProbeEvent = {
  catch: 'return',
  functions: [{ name: 'nf_conntrack_tcp_packet', files: [trackFile] }],
  when: [{ of: 'return', equals: '-NF_ACCEPT' }],
  show: ['packet', 'result'],
  says: 'conntrack says INVALID',
};
const tunnelRoute: ProbeEvent = {
  catch: 'entry',
  functions: [{ name: 'do_output_route4', files: [tunnelFile] }],
  when: [{ of: 'rt_mode', has: 'MODE_CONNECT' }],
  show: ['arguments'],
  says: 'route for a tunnel',
};
const queueStuck: ProbeEvent = {
  catch: 'tracepoint',
  tracepoint: 'queue:queue_stuck',
  show: ['arguments'],
  says: 'queue stuck',
};
const request = (...events: readonly ProbeEvent[]): ProbeRequest => ({
  title: 'What is probed',
  meansYes: 'A line is printed.',
  events,
});

async function scripts(
  asked: ProbeRequest,
  tree = older,
  overrides: Partial<ProbeContext> = {},
): Promise<{ readonly bt: string; readonly stp: string; readonly problems: readonly unknown[] }> {
  const bt = await planProbe(asked, probeContext(tree, overrides));
  const stp = await planProbe(asked, probeContext(tree, { ...overrides, tool: 'stap' }));
  return {
    bt: bt.value === undefined ? '' : printBpftrace(bt.value).text,
    stp: stp.value === undefined ? '' : printStap(stp.value).text,
    problems: bt.problems,
  };
}

const goldens: readonly (readonly [name: string, asked: ProbeRequest, tree: typeof older])[] = [
  ['two-parameters', request(resetWithoutSocket), older],
  ['three-parameters', request(resetWithoutSocket), newer],
  ['field-of-a-socket', request(resetFromListener), newer],
  ['return-value', request(invalid, resetWithoutSocket), older],
  ['bits-of-an-argument', request(tunnelRoute), older],
  ['drop-reason', requestForDropReason('NO_SOCKET'), older],
];

for (const [name, asked, tree] of goldens) {
  test(`scripts: ${name}`, async () => {
    const { bt, stp, problems } = await scripts(asked, tree);
    assert.deepEqual(problems, []);
    matchesGolden(`probes/${name}.bt`, bt);
    matchesGolden(`probes/${name}.stp`, stp);
  });
}

/** A request, and what must or must not be in its bpftrace and SystemTap scripts. */
interface Case {
  readonly name: string;
  readonly asked: ProbeRequest;
  readonly tree?: typeof older;
  readonly context?: Partial<ProbeContext>;
  readonly bt?: readonly RegExp[];
  readonly stp?: readonly RegExp[];
  readonly not?: readonly RegExp[];
}

const cases: readonly Case[] = [
  {
    name: 'a tracepoint that is raised for full sockets only is not taken, and the guard is told',
    asked: request(resetWithoutSocket),
    bt: [/^kprobe:tcp_v4_send_reset$/m, /^\/arg0 == 0\/$/m, /raised only if sk && sk_fullsock\(sk\)/],
    not: [/^tracepoint:/m],
  },
  {
    name: 'a tracepoint that is always raised is taken, its fields standing for the parameters',
    asked: request(resetWithoutSocket),
    tree: newer,
    bt: [/^tracepoint:tcp:tcp_send_reset$/m, /^\/args->skaddr == 0\/$/m, /\(struct sk_buff \*\)args->skbaddr/],
    stp: [/kernel\.trace\("tcp:tcp_send_reset"\)/, /\$sk == 0/, /packet\(\$buff\)/],
    not: [/^kprobe:/m],
  },
  {
    name: 'argument numbers are those of the prototype',
    asked: request({ ...tunnelRoute, show: ['arguments'] }),
    bt: [/\(\(int32\)arg2 & 8\) == 8/, /8 is MODE_CONNECT/, /daddr=%s/, /ntop\(\(uint32\)arg1\)/],
    stp: [/\(\$rt_mode & \$MODE_CONNECT\) == \$MODE_CONNECT/, /format_ipaddr\(\$daddr, 2\)/],
  },
  {
    name: 'a built-in header is in the type information, so its names are used',
    asked: request(resetFromListener),
    bt: [/\(\(struct sock \*\)arg0\)->__sk_common\.skc_state == TCP_LISTEN/],
    stp: [/\$sk != 0 && \$sk->__sk_common->skc_state == \$TCP_LISTEN/],
  },
  {
    name: 'where it is not known to be built in, the number is used and its name told',
    asked: request(resetFromListener),
    context: { builtAs: async () => ({ kind: 'unknown' }) },
    bt: [/skc_state == 10/, /10 is TCP_LISTEN/, /Whether tcp_v4_send_reset .* is built in or a module is not known/],
    stp: [/kernel\.function\("[^"]+"\)!, module\("\*"\)\.function/],
  },
  {
    name: 'what may be a module is looked for in that module only',
    asked: request(invalid),
    context: { builtAs: async () => ({ kind: 'unknown', module: 'nf_conntrack' }) },
    bt: [/is built in or in module nf_conntrack/],
    stp: [/kernel\.function\("[^"]+"\)\.return!, module\("nf_conntrack"\)\.function\("[^"]+"\)\.return/],
  },
  {
    name: 'a tracepoint that two functions raise is attached once',
    asked: request(resetWithoutSocket, { ...resetWithoutSocket, says: 'RST (IPv6)' }),
    tree: newer,
    bt: [/RST without socket \/ RST \(IPv6\)/],
    not: [/tracepoint:[^]*\ntracepoint:/],
  },
  {
    name: 'text of a tracepoint is printed as text, and arrays of numbers are left out',
    asked: request(queueStuck),
    bt: [/device=%s kind=%s number=%ld/, /str\(args->device\),\s*args->kind,\s*args->number/],
    stp: [/number=%s/],
    not: [/limits/],
  },
  {
    name: 'without type information structs come from headers, and constants by number',
    asked: request(resetFromListener),
    context: { btf: false },
    bt: [/^#include <linux\/skbuff\.h>$/m, /skc_state == 10/],
    not: [/btf/i],
  },
  {
    name: 'a signed result is compared as such, and a name from a macro as its number',
    asked: request(invalid),
    bt: [
      /\(int32\)retval == -1/,
      /-1 is -NF_ACCEPT/,
      /modprobe\s+\/?\/?\s*nf_conntrack/,
      /@entry1_skb\[cpu, tid\] = arg1;/,
    ],
    stp: [/module\("nf_conntrack"\)\.function\("[^"]+"\)\.return/, /\$return == -1/, /packet\(@entry\(\$skb\)\)/],
  },
  {
    name: 'the first function that is there is taken, and the others are told',
    asked: request({ ...invalid, functions: [{ name: 'tcp_packet', files: [trackFile] }, ...invalid.functions] }),
    bt: [/^kretprobe:nf_conntrack_tcp_packet$/m, /stands in for tcp_packet/],
  },
  {
    name: 'an event without any of its functions is left out, and told',
    asked: request(tunnelRoute, { ...invalid, functions: [{ name: 'tcp_packet', files: [trackFile] }] }),
    bt: [/"conntrack says INVALID" is left out: this tree defines none of tcp_packet/],
    not: [/kretprobe/],
  },
  {
    name: 'without a packet among the parameters none is promised',
    asked: request({ ...tunnelRoute, show: ['packet', 'socket'] }),
    bt: [/do_output_route4 is given no packet/, /do_output_route4 is given no socket/],
    not: [/\$skb/],
  },
];

for (const { name, asked, tree, context, bt = [], stp = [], not = [] } of cases) {
  test(`plan: ${name}`, async () => {
    const made = await scripts(asked, tree, context);
    for (const pattern of bt) assert.match(unwrapped(made.bt), pattern);
    for (const pattern of stp) assert.match(unwrapped(made.stp), pattern);
    for (const pattern of not) assert.doesNotMatch(made.bt, pattern);
  });
}

/** Comments are wrapped; a pattern need not care where. */
const unwrapped = (text: string): string => text.replaceAll('\n//     ', ' ');

const impossible = (target: string, detail: string): unknown => ({ kind: 'probe-impossible', target, detail });

const refused: readonly (readonly [name: string, event: ProbeEvent, problem: unknown])[] = [
  [
    'a parameter the prototype does not have',
    { ...tunnelRoute, when: [{ of: 'skb', is: 'zero' }] },
    impossible('do_output_route4', 'it has no parameter or field skb'),
  ],
  [
    'a constant the tree does not define',
    { ...tunnelRoute, when: [{ of: 'rt_mode', has: 'MODE_GONE' }] },
    impossible('do_output_route4', 'this tree does not define MODE_GONE'),
  ],
  [
    'code in the place of a constant',
    { ...tunnelRoute, when: [{ of: 'rt_mode', equals: '1/ { system("x") } //' }] },
    impossible('do_output_route4', 'this tree does not define 1/ { system("x") } //'),
  ],
  [
    'code in the place of a field',
    { ...tunnelRoute, when: [{ of: 'net->a;system', is: 'zero' }] },
    impossible('do_output_route4', '"net->a;system" is not a parameter or a field'),
  ],
  [
    'a result at the entry',
    { ...tunnelRoute, when: [{ of: 'return', is: 'zero' }] },
    impossible('do_output_route4', 'nothing is returned where it is caught'),
  ],
  [
    'what comes behind a struct passed whole',
    { ...tunnelRoute, functions: [{ name: 'by_value', files: [tunnelFile] }], when: [{ of: 'mode', is: 'zero' }] },
    impossible('by_value', 'it has no parameter or field mode'),
  ],
  [
    'a test of text',
    { ...queueStuck, when: [{ of: 'device', is: 'zero' }] },
    impossible('queue:queue_stuck', 'device is text'),
  ],
  [
    'a tracepoint the tree does not have',
    { catch: 'tracepoint', tracepoint: 'tcp:tcp_gone', show: [], says: 'x' },
    impossible('tcp:tcp_gone', 'this tree has no such tracepoint'),
  ],
  [
    'a function that is nowhere',
    { ...tunnelRoute, functions: [{ name: 'gone', files: [tunnelFile] }] },
    { kind: 'no-such-function', name: 'gone' },
  ],
];

for (const [name, event, problem] of refused) {
  test(`refused: ${name}`, async () => {
    const planned = await planProbe(request(event), probeContext(older));
    assert.equal(planned.value, undefined);
    assert.deepEqual(planned.problems, [problem]);
  });
}

test('hostile words stay words in both scripts', async () => {
  const hostile = 'x"); system("id"); // %s %n $1 @2 \\ \n*/ } BEGIN { exit() }\r\u2028#include <x>';
  const { bt, stp } = await scripts({
    title: hostile,
    meansYes: hostile,
    events: [{ ...resetWithoutSocket, says: hostile }],
  });
  for (const text of [bt, stp]) {
    const code = text.split('\n').filter((line) => !line.startsWith('//'));
    assert.equal(
      code.some((line) => /^\s*(\*\/|\}? ?BEGIN \{|#include)/.test(line)),
      false,
    );
    // Strings with every escape in them, and then what is left, holds nothing that was brought in.
    // Map names are made of the words alone.
    const withoutStrings = code.join('\n').replace(/"(?:[^"\\\n]|\\.)*"|@[a-z][a-z0-9_]*/g, '""');
    assert.doesNotMatch(withoutStrings, /system|exit|\$1|@2|include|"x/);
    assert.doesNotMatch(text, /[\r\u2028]/);
    for (const quoted of code.join('\n').match(/"(?:[^"\\\n]|\\.)*"/g) ?? [])
      assert.doesNotMatch(quoted, /[$@]\d|[^%]%n/);
  }
});

test('a line is caught by the call on it, with the arguments that are constants there', async () => {
  const context = probeContext(older, {}, [resetFile]);
  const around = await context.functionNamed('tcp_v4_rcv');
  assert.ok(around !== undefined);
  const line = around.facts.place.line + 3;
  const asked = await requestForLine(around, line, context.functionNamed);
  const [event] = asked.events;
  assert.deepEqual(event, {
    catch: 'entry',
    functions: [{ name: 'tcp_v4_send_reset', files: [resetFile] }],
    when: [{ of: 'sk', is: 'zero' }],
    caller: 'tcp_v4_rcv',
    show: ['packet', 'socket', 'stack'],
    says: 'tcp_v4_send_reset from tcp_v4_rcv',
  });
  const planned = await planProbe(asked, context);
  assert.deepEqual(planned.value?.notes[0], {
    kind: 'line-by-callee',
    function: 'tcp_v4_rcv',
    place: `${resetFile}:${line}`,
    callee: 'tcp_v4_send_reset',
  });
});

test('a line without such a call is caught by the function around it', async () => {
  const context = probeContext(older, {}, [resetFile]);
  const around = await context.functionNamed('tcp_v4_rcv');
  assert.ok(around !== undefined);
  const planned = await planProbe(
    await requestForLine(around, around.facts.place.line + 2, context.functionNamed),
    context,
  );
  assert.equal(planned.value?.notes[0]?.kind, 'line-in-function');
  assert.match(planned.value === undefined ? '' : printBpftrace(planned.value).text, /^kprobe:tcp_v4_rcv$/m);
});

test('an inline function is told to have no symbol', async () => {
  const context = probeContext(older, {}, [tunnelFile]);
  const never = await context.functionNamed('never');
  assert.ok(never !== undefined);
  const planned = await planProbe(requestForFunction(never), context);
  assert.ok(planned.value?.notes.some((note) => note.kind === 'may-be-inlined' && note.inline));
});

test('a tree whose tracepoint gives no reason has no probe for one', async () => {
  const silent = memoryFiles({
    'include/trace/events/skb.h': `TRACE_EVENT(kfree_skb, TP_PROTO(struct sk_buff *skb), TP_STRUCT__entry(__field(void *, skbaddr)), TP_fast_assign(__entry->skbaddr = skb;))`,
  });
  const planned = await planProbe(requestForDropReason('NO_SOCKET'), probeContext(silent));
  assert.deepEqual(planned.problems, [impossible('skb:kfree_skb', 'it has no parameter or field reason')]);
});
