import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constantIn, findConstant } from '../../src/core/probes/constants.ts';
import { readProbeTarget } from '../../src/core/probes/request-for.ts';
import { tracepointIn } from '../../src/core/probes/tracepoints.ts';
import { type ValueType, valueType } from '../../src/core/probes/value-type.ts';
import { memoryFiles } from '../lab/memory-files.ts';

const integer = (bits: 8 | 16 | 32 | 64, signed: boolean, network = false): ValueType => ({
  kind: 'integer',
  bits,
  signed,
  network,
});

const types: readonly (readonly [written: string, type: ValueType])[] = [
  ['const struct sock *', { kind: 'pointer', to: 'sock' }],
  ['struct sk_buff*', { kind: 'pointer', to: 'sk_buff' }],
  ['struct sk_buff **', { kind: 'pointer' }],
  ['__be32 *', { kind: 'pointer' }],
  ['int (*)(struct sock *)', { kind: 'pointer' }],
  ['u8 []', { kind: 'pointer' }],
  ['static int', integer(32, true)],
  ['unsigned', integer(32, false)],
  ['const unsigned short', integer(16, false)],
  ['unsigned long int', integer(64, false)],
  ['static enum nf_ct_tcp_action', integer(32, false)],
  ['bool', integer(8, false)],
  ['__be16', integer(16, false, true)],
  ['const __be32', integer(32, false, true)],
  ['struct flowi', { kind: 'aggregate' }],
  ['sockptr_t', { kind: 'aggregate' }],
  ['void', { kind: 'void' }],
  ['mystery_t', { kind: 'unknown' }],
];

test('a type says how a register is read', () => {
  for (const [written, type] of types) assert.deepEqual(valueType(written), type, written);
});

test('constants are counted in enums and read from macros', () => {
  const header = `
#define NF_ACCEPT 1
#define BIT_TWO (1 << 2)
#define STATE_LISTEN STATE_LISTEN
enum { STATE_OPEN = 1, STATE_CLOSED, /* a comment, with commas */ STATE_LISTEN = BIT_TWO | 2, STATE_LAST };
enum named { FIRST, UNKNOWN = SOMETHING_ELSE, AFTER };
`;
  const read = (name: string): unknown => {
    const found = constantIn(header, name, 'a.h');
    return found === undefined ? undefined : [found.kind, found.value, found.line];
  };
  assert.deepEqual(read('NF_ACCEPT'), ['macro', 1, 2]);
  assert.deepEqual(read('STATE_CLOSED'), ['enumerator', 2, 5]);
  assert.deepEqual(read('STATE_LISTEN'), ['enumerator', 6, 5]);
  assert.deepEqual(read('STATE_LAST'), ['enumerator', 7, 5]);
  assert.deepEqual(read('FIRST'), ['enumerator', 0, 6]);
  assert.deepEqual(read('AFTER'), ['enumerator', undefined, 6]);
  assert.equal(read('NOWHERE'), undefined);
});

test('a constant is looked for along the includes, nearest first', async () => {
  const files = memoryFiles({
    'net/a/a.c': '#include <net/one.h>\n#include "own.h"\n',
    'net/a/own.h': '#define OWN 3\n',
    'include/net/one.h': '#include <linux/two.h>\n#include <net/one.h>\n',
    'include/uapi/linux/two.h': '#define DEEP 7\n#define OWN 9\n',
  });
  assert.equal((await findConstant(files, 'OWN', 'net/a/a.c'))?.file, 'net/a/own.h');
  assert.equal((await findConstant(files, 'DEEP', 'net/a/a.c'))?.file, 'include/uapi/linux/two.h');
  assert.equal(await findConstant(files, 'NONE', 'net/a/a.c'), undefined);
});

test('a tracepoint has its parameters, and its fields with what they copy', () => {
  const header = `
DECLARE_EVENT_CLASS(pair,
	TP_PROTO(const struct sock *sk, struct sk_buff *buff),
	TP_ARGS(sk, buff),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(int, state)
		__array(__u8, saddr, 4)
		__string(device, dev->name)
		__dynamic_array(u8, options, length)
	),
	TP_fast_assign(
		__entry->skbaddr = buff;
		__entry->state = sk ? sk->sk_state : 0;
	),
	TP_printk("%p", __entry->skbaddr)
);
DEFINE_EVENT(pair, reset_sent,
	TP_PROTO(const struct sock *sk, struct sk_buff *buff),
	TP_ARGS(sk, buff)
);
`;
  const found = tracepointIn(header, 'tcp', 'reset_sent', 'include/trace/events/tcp.h');
  assert.equal(found?.line, 18);
  assert.deepEqual(found?.parameters, [
    { name: 'sk', type: 'const struct sock*' },
    { name: 'buff', type: 'struct sk_buff*' },
  ]);
  assert.deepEqual(found?.fields, [
    { name: 'skbaddr', type: 'const void*', copies: 'buff' },
    { name: 'state', type: 'int' },
    { name: 'saddr', type: '__u8', holds: 'array' },
    { name: 'device', type: 'char', holds: 'text' },
  ]);
  assert.equal(tracepointIn(header, 'tcp', 'pair', 'x.h'), undefined);
});

const targets: readonly (readonly [text: string, target: unknown])[] = [
  ['incident:tcp-no-socket-rst', { kind: 'incident', id: 'tcp-no-socket-rst' }],
  ['drop-reason:NO_SOCKET', { kind: 'drop-reason', name: 'NO_SOCKET' }],
  ['drop-reason:NO SOCKET', undefined],
  ['net/ipv4/tcp_ipv4.c:2149', { kind: 'line', file: 'net/ipv4/tcp_ipv4.c', line: 2149 }],
  ['net/ipv4/tcp_ipv4.c:0', undefined],
  ['net/ipv4/tcp_ipv4.c:2149;reboot', undefined],
  ['tcp_v4_rcv', { kind: 'function', name: 'tcp_v4_rcv' }],
  ['tcp v4', undefined],
  ['', undefined],
];

test('what is to be probed is read from one word', () => {
  for (const [text, target] of targets) assert.deepEqual(readProbeTarget(text), target, text);
});
