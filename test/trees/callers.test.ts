/**
 * How packets, system calls and timers get to functions of real trees: chains read by hand in the sources, each edge
 * held against what is found. What stands at the line is looked up, for lines move.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { CallKind, Callers, Chains } from '../../src/core/callers/call-model.ts';
import { callersOf } from '../../src/core/callers/callers.ts';
import { chainsTo } from '../../src/core/callers/chains.ts';
import { treeOutlines, type TreeOutlines } from '../../src/core/callers/tree-outlines.ts';
import { indexWords } from '../../src/core/callers/word-index.ts';
import type { Path } from '../../src/core/model.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { runCli } from '../lab/cli.ts';
import { type TreeName, treeNames, treePath } from '../lab/trees.ts';

/** A caller's name, how it calls where that is not by name, and what stands at the line where the name does not. */
type Step = string | readonly [caller: string, kind: CallKind, text: string];

interface ChainTruth {
  /** The function that is called, with its file where others have the name. */
  readonly of: string;
  readonly file?: string;
  /** The callers, from it upwards; by tree where they differ. */
  readonly steps: readonly (Step | { readonly [Tree in TreeName]?: Step })[];
  /** How the last one is registered; where nothing calls it by name. */
  readonly registered?: string;
  readonly entry?: NonNullable<Callers['entry']>;
}

const deliver: Step = ['ip_protocol_deliver_rcu', 'macro', 'INDIRECT_CALL_2(ipprot->handler, tcp_v4_rcv, udp_rcv'];

const truths: readonly ChainTruth[] = [
  {
    of: 'tcp_v4_rcv',
    steps: [
      ['ip_protocol_deliver_rcu', 'macro', 'INDIRECT_CALL_2(ipprot->handler, tcp_v4_rcv'],
      'ip_local_deliver_finish',
      ['ip_local_deliver', 'callback', 'NF_HOOK('],
      ['dst_input', 'macro', 'INDIRECT_CALL_INET('],
      'ip_rcv_finish',
      ['ip_rcv', 'callback', 'NF_HOOK('],
      ['__netif_receive_skb_one_core', 'macro', 'INDIRECT_CALL_INET(pt_prev->func'],
      '__netif_receive_skb',
      'process_backlog',
    ],
    registered: 'sd->backlog.poll',
  },
  {
    of: 'tcp_conn_request',
    steps: [
      'tcp_v4_conn_request',
      ['tcp_rcv_state_process', 'field', 'icsk_af_ops->conn_request(sk, skb)'],
      'tcp_v4_do_rcv',
      {
        '5.10': ['sk_backlog_rcv', 'field', 'sk->sk_backlog_rcv(sk, skb)'],
        '6.1': ['sk_backlog_rcv', 'macro', 'INDIRECT_CALL_INET(sk->sk_backlog_rcv'],
      },
      '__release_sock',
      'release_sock',
    ],
  },
  {
    of: 'tcp_in_window',
    file: 'net/netfilter/nf_conntrack_proto_tcp.c',
    steps: ['nf_conntrack_tcp_packet', 'nf_conntrack_handle_packet', 'nf_conntrack_in', 'ipv4_conntrack_in'],
    registered: 'nf_hook_ops.hook',
  },
  {
    of: 'ipv4_conntrack_in',
    steps: [
      ['nf_hook_entry_hookfn', 'field', 'entry->hook(entry->priv, skb, state)'],
      'nf_hook_slow',
      'nf_hook',
      'NF_HOOK',
      'ip_rcv',
    ],
  },
  {
    of: 'reuseport_select_sock',
    steps: [
      'inet_lookup_reuseport',
      'inet_lhash2_lookup',
      '__inet_lookup_listener',
      '__inet_lookup',
      '__inet_lookup_skb',
      'tcp_v4_rcv',
    ],
  },
  {
    of: 'ip_vs_dest_dst_alloc',
    steps: [
      '__ip_vs_get_out_rt',
      'ip_vs_tunnel_xmit',
      {
        '5.10': ['ip_vs_in', 'field', 'cp->packet_xmit(skb, cp, pp, &iph)'],
        '6.1': ['ip_vs_in_hook', 'field', 'cp->packet_xmit(skb, cp, pp, &iph)'],
      },
    ],
  },
  { of: 'icmp_rcv', steps: [['ip_protocol_deliver_rcu', 'field', 'INDIRECT_CALL_2(ipprot->handler']] },
  {
    of: 'tcp_v6_rcv',
    steps: [
      ['ip6_protocol_deliver_rcu', 'macro', 'INDIRECT_CALL_2(ipprot->handler'],
      'ip6_input_finish',
      ['ip6_input', 'callback', 'NF_HOOK('],
      ['dst_input', 'macro', 'INDIRECT_CALL_INET('],
      'ip6_rcv_finish',
      ['ipv6_rcv', 'callback', 'NF_HOOK('],
      ['__netif_receive_skb_one_core', 'macro', 'INDIRECT_CALL_INET(pt_prev->func'],
    ],
  },
  {
    of: 'udp_queue_rcv_one_skb',
    file: 'net/ipv4/udp.c',
    steps: [
      'udp_queue_rcv_skb',
      'udp_unicast_rcv_skb',
      { '5.10': '__udp4_lib_rcv', '7.x': 'udp_rcv' },
      { '5.10': 'udp_rcv', '7.x': deliver },
      { '5.10': deliver, '7.x': 'ip_local_deliver_finish' },
    ],
  },
  { of: 'arp_process', steps: [['arp_rcv', 'callback', 'NF_HOOK(']], registered: 'packet_type.func' },
  {
    of: 'arp_rcv',
    steps: [['deliver_skb', 'field', 'pt_prev->func(skb, skb->dev, pt_prev, orig_dev)'], '__netif_receive_skb_core'],
  },
  {
    of: 'ip_forward_finish',
    steps: [
      ['ip_forward', 'callback', 'NF_HOOK('],
      ['dst_input', 'field', 'INDIRECT_CALL_INET('],
    ],
  },
  {
    of: 'tcp_sendmsg',
    steps: [
      ['inet_sendmsg', 'macro', 'INDIRECT_CALL_2('],
      ['sock_sendmsg_nosec', 'macro', 'INDIRECT_CALL_INET('],
      '____sys_sendmsg',
      '___sys_sendmsg',
      '__sys_sendmsg',
      'sendmsg',
    ],
    entry: 'syscall',
  },
  { of: 'br_handle_frame_finish', steps: ['nf_hook_bridge_pre', 'br_handle_frame'], registered: 'return' },
  { of: 'tcp_keepalive_timer', steps: [], registered: 'inet_csk_init_xmit_timers()', entry: 'registered' },
];

for (const name of treeNames) {
  const root = treePath(name);
  const skip = root === undefined ? `the ${name} tree is not in the cache: run node test/lab/fetch.mjs trees` : false;
  test(`callers of ${name} are those read by hand`, { skip }, async () => {
    const outlines = await outlinesOf(root ?? '');
    for (const truth of truths) await check(outlines, truth, name);
    await checkChain(outlines, name);
  });
}

const tree = treePath('6.1');
const skip = tree === undefined ? 'the 6.1 tree is not in the cache: run node test/lab/fetch.mjs trees' : false;

test('paths --callers prints chains, with the guards of each call', { skip }, () => {
  const words = ['paths', '--tree', tree ?? '', '--callers'];
  const { status, out } = runCli([...words, '--json', 'ip_vs_dest_dst_alloc']);
  assert.equal(status, 0);
  const { target, chains } = JSON.parse(out) as Chains;
  assert.equal(target.file, 'net/netfilter/ipvs/ip_vs_xmit.c');
  const last = chains[0]?.steps.at(-1);
  assert.equal(last?.function, '__ip_vs_get_out_rt');
  const guards = last?.guards?.map(({ text, holds }) => `${holds ? '' : 'not '}${text}`) ?? [];
  assert.ok(guards.includes('dest'), guards.join(', '));
  const text = runCli([...words.slice(0, 3), '--callers=1', 'ip_vs_dest_dst_alloc']);
  assert.match(text.out, /__ip_vs_get_out_rt -> ip_vs_dest_dst_alloc\(\)/);
  assert.match(text.err, /Callers elsewhere in the tree are not known/);
  const wrong = runCli([...words.slice(0, 3), '--callers=many', 'ip_vs_dest_dst_alloc']);
  assert.equal(wrong.status, 2);
});

test('paths says which tracepoints a site fires, and under which condition', { skip }, () => {
  const file = 'net/ipv4/tcp_ipv4.c';
  const line =
    readFileSync(path.join(tree ?? '', file), 'utf8')
      .split('\n')
      .indexOf('no_tcp_socket:') + 1;
  const { out } = runCli(['paths', '--tree', tree ?? '', '--json', `${file}:${line}`]);
  const crossed = (JSON.parse(out) as Path[]).flatMap(({ tracepoints = [] }) => tracepoints);
  assert.deepEqual(
    crossed.map(({ name, inside, when = [] }) => [name, inside, ...when.map(({ text }) => text)]),
    [['tcp:tcp_send_reset', 'tcp_v4_send_reset', 'sk', 'sk_fullsock(sk)']],
  );
});

async function outlinesOf(root: string): Promise<TreeOutlines> {
  const files = treeFilesOnDisk(root);
  const { signal } = new AbortController();
  const index = await indexWords(files, { folders: ['net', 'include'], signal, progress: () => {} });
  return treeOutlines(files, index);
}

async function check(
  outlines: TreeOutlines,
  { of, file, steps, registered, entry }: ChainTruth,
  name: TreeName,
): Promise<void> {
  let at: { readonly function: string; readonly file?: string } = {
    function: of,
    ...(file === undefined ? {} : { file }),
  };
  let callers = await callersOf(outlines, at);
  for (const each of steps) {
    const step =
      typeof each === 'string' || Array.isArray(each) ? (each as Step) : stepIn(each as Record<string, Step>, name);
    const [caller, kind, text] = typeof step === 'string' ? [step, 'direct', `${at.function}(`] : step;
    const found = callers.calls.filter((call) => call.function === caller && call.kind === kind);
    const lines = await Promise.all(
      found.map(async (call) => ((await outlines.outline(call.file))?.text ?? '').split('\n')[call.line - 1] ?? ''),
    );
    const index = lines.findIndex((line) => line.includes(text));
    const call = found[index];
    assert.ok(
      call,
      `${name}: ${caller} calls ${at.function} (${kind}, ${text}); found: ${callers.calls.map((each2) => `${each2.function} ${each2.kind}`).join(', ')}`,
    );
    at = { function: call.function, file: call.file };
    callers = await callersOf(outlines, at);
  }
  if (registered !== undefined)
    assert.ok(
      callers.registrations.some(({ as }) => as.endsWith(registered)),
      `${name}: ${at.function} is registered as ${registered}: ${callers.registrations.map(({ as }) => as).join(', ')}`,
    );
  if (entry !== undefined) assert.equal(callers.entry, entry, `${name}: ${at.function}`);
}
/** Whole chains, found without help: IPVS's tunnels from its netfilter hook. */
async function checkChain(outlines: TreeOutlines, name: TreeName): Promise<void> {
  const { chains } = await chainsTo(outlines, { function: 'ip_vs_dest_dst_alloc' });
  const hooked = chains.find(({ entry }) => entry.registrations.some(({ as }) => as === 'nf_hook_ops.hook'));
  assert.ok(hooked, `${name}: ip_vs_dest_dst_alloc is reached from a netfilter hook`);
  assert.equal(hooked.steps.at(-1)?.function, '__ip_vs_get_out_rt');
  assert.ok(hooked.entry.dispatch?.some(({ function: caller }) => caller === 'nf_hook_entry_hookfn'));
}

/** As it is in that tree, or in the last one before it that is told. */
function stepIn(steps: Record<string, Step>, name: TreeName): Step {
  const told = treeNames.slice(0, treeNames.indexOf(name) + 1).findLast((each) => steps[each] !== undefined);
  return steps[told ?? ''] ?? '';
}
