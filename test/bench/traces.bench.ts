/** Reading pasted traces; nothing is resolved. The peer is the search for a symbol that every script starts from. */
import { readTrace } from '../../src/core/traces/read-trace.ts';
import type { Bench } from './bench.ts';

const symbols = ['tcp_v4_rcv+0x99b/0xee0', 'nf_conntrack_in+0x265/0x730 [nf_conntrack]', '? ip_rcv+0x2b9/0x410'];

/** An oops of the kernel's shape: headlines, registers, code bytes, a stack. */
function oops(index: number): string {
  const lines = [
    'BUG: kernel NULL pointer dereference, address: 0000000000000018',
    `CPU: 1 PID: ${index} Comm: nginx Not tainted 6.1.0-56-amd64 #1  Debian 6.1.192-2`,
    'RIP: 0010:tcp_v4_rcv+0x99b/0xee0',
    `Code: ${'48 8b 43 58 '.repeat(16)}`,
    ...Array.from({ length: 8 }, () => 'RAX: 0000000000000000 RBX: ffff888005e2d7c0 RCX: 0000000000000001'),
    'Call Trace:',
    ' <TASK>',
    ...Array.from({ length: 24 }, (_, frame) => ` ${symbols[frame % symbols.length] ?? ''}`),
    ' </TASK>',
    '---[ end trace 0000000000000000 ]---',
  ];
  return lines.map((line, at) => `[${String(index).padStart(5)}.${String(at).padStart(6, '0')}] ${line}`).join('\n');
}

const text = Array.from({ length: 1_600 }, (_, index) => oops(index)).join('\n');
const naive = /(\w+)\+0x[0-9a-f]+\/0x[0-9a-f]+/g;

export const benches: readonly Bench[] = [
  {
    name: `reading ${(text.length / 1e6).toFixed(1)} MB of oopses`,
    run: () => void readTrace(text),
    runs: 10,
    peer: { name: 'one regular expression over the same text', run: () => void [...text.matchAll(naive)] },
  },
];
