import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCli } from '../lab/cli.ts';
import { labPaths } from '../lab/paths.ts';
import { compareLines, noPerf, perfRegisters, sampleLines } from '../lab/perf-lines.ts';
import { checkWithBpftrace, checkWithStap, noBpftrace, noStap } from '../lab/probe-tools.ts';
import { treePath } from '../lab/trees.ts';

const { vmlinux, debugModules } = labPaths();
const tree = treePath('6.1');
const noTree = tree === undefined ? 'no 6.1 tree: node test/lab/fetch.mjs trees' : false;
const noKernel =
  vmlinux === undefined || debugModules === undefined ? 'no debug kernel: node test/lab/fetch.mjs debug' : false;

test('lines have the instructions that perf probe gives them', { skip: noPerf }, async () => {
  const { wrong, tally } = await compareLines(await sampleLines(8, 3));
  assert.deepEqual(wrong, []);
  assert.ok((tally.get('the same instructions') ?? 0) > 0, JSON.stringify([...tally]));
});

/** `FILE:LINE` of the first line that holds a text. */
function placeOf(file: string, text: string): string {
  const lines = readFileSync(path.join(tree ?? '', file), 'latin1').split('\n');
  const index = lines.findIndex((line) => line.includes(text));
  assert.ok(index >= 0, text);
  return `${file}:${index + 1}`;
}

function probe(tool: 'bpftrace' | 'stap', place: string): string {
  const words = ['probe', '--tree', tree ?? '', '--vmlinux', vmlinux ?? '', '--modules', debugModules ?? ''];
  const { status, out, err } = runCli([...words, '--tool', tool, place]);
  assert.equal(status, 0, err);
  return out;
}

/** Places that no function's entry stands for in this kernel, and what a probe of them holds. */
const places = [
  { file: 'net/ipv4/tcp_ipv4.c', text: 'no_tcp_socket:', point: /^kprobe:tcp_v4_rcv\+\d+$/m },
  {
    file: 'net/netfilter/nf_conntrack_proto_tcp.c',
    text: 'if (sender->td_maxwin == 0) {',
    point: /^kprobe:nf_conntrack_tcp_packet\+\d+$/m,
  },
  {
    file: 'net/netfilter/ipvs/ip_vs_xmit.c',
    text: 'return kmalloc(sizeof(struct ip_vs_dest_dst)',
    point: /^kprobe:__ip_vs_get_out_rt_v6\+\d+,\nkprobe:__ip_vs_get_out_rt\+\d+$/m,
  },
];

for (const { file, text, point } of places) {
  test(`bpftrace takes the probe of "${text}"`, { skip: noTree || noKernel || noBpftrace }, () => {
    const script = probe('bpftrace', placeOf(file, text));
    assert.match(script, point);
    const { accepted, output } = checkWithBpftrace(script);
    assert.ok(accepted, output);
  });
  test(`SystemTap takes the probe of "${text}"`, { skip: noTree || noKernel || noStap }, () => {
    const script = probe('stap', placeOf(file, text));
    assert.match(script, /\.statement\("/);
    const { accepted, output } = checkWithStap(script);
    assert.ok(accepted, output);
  });
}

test('values are in the registers that perf gives', { skip: noTree || noPerf }, () => {
  const place = placeOf('net/ipv4/tcp_ipv4.c', 'tcp_v4_send_reset(NULL, skb);');
  const script = probe('bpftrace', place);
  const registers = perfRegisters(place);
  assert.ok(
    script.includes(`$skb = (struct sk_buff *)reg("${registers.get('skb')}");`),
    JSON.stringify([...registers]),
  );
  assert.ok(script.includes(`$sk = (struct sock *)reg("${registers.get('sk')}");`));
});
