import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { assess } from '../../src/core/incidents/assess.ts';
import { builtInPacks } from '../../src/packs/index.ts';
import { treeFacts } from '../lab/facts-source.ts';
import { treeNames, treePath, type TreeName } from '../lab/trees.ts';

/** Evidence as the text of its line. Where a text stands more than once in the file, `after` says behind what. */
interface Line {
  readonly file: string;
  readonly function: string;
  readonly text: string;
  readonly after?: string;
}

interface Expected {
  readonly id: string;
  readonly trees: readonly TreeName[];
  readonly status: string;
  readonly why: RegExp;
  readonly evidence: readonly Line[];
}

const tcp4 = 'net/ipv4/tcp_ipv4.c';
const tcp6 = 'net/ipv6/tcp_ipv6.c';
const input = 'net/ipv4/tcp_input.c';
const hashtables = 'net/ipv4/inet_hashtables.c';
const track = 'net/netfilter/nf_conntrack_proto_tcp.c';
const xmit = 'net/netfilter/ipvs/ip_vs_xmit.c';

const group = {
  file: hashtables,
  function: 'inet_lookup_reuseport',
  text: 'reuse_sk = reuseport_select_sock(sk, phash',
};
const requestHashed = {
  file: tcp4,
  function: 'tcp_v4_rcv',
  text: 'if (sk->sk_state == TCP_NEW_SYN_RECV) {',
  after: 'int tcp_v4_rcv(',
};
const alloc = { file: xmit, function: 'ip_vs_dest_dst_alloc', text: '*ip_vs_dest_dst_alloc(void)' };

const expected: readonly Expected[] = [
  {
    id: 'tcp-no-socket-rst',
    trees: treeNames,
    status: 'present',
    why: /^By design/,
    evidence: [
      { file: tcp4, function: 'tcp_v4_rcv', text: 'no_tcp_socket:' },
      { file: tcp4, function: 'tcp_v4_rcv', text: 'tcp_v4_send_reset(NULL, skb' },
      { file: tcp6, function: 'tcp_v6_rcv', text: 'no_tcp_socket:' },
    ],
  },
  {
    id: 'tcp-tw-recycle-paws-passive',
    trees: ['5.10', '6.1'],
    status: 'fixed',
    why: /^Check and sysctl removed.* only reached from the last-quarter clause\.$/,
    evidence: [{ file: input, function: 'tcp_conn_request', text: 'drop_and_release:' }],
  },
  {
    id: 'tcp-tw-recycle-paws-passive',
    trees: ['6.12', '7.x'],
    status: 'fixed',
    why: /^Check and sysctl removed.* and from bad TCP-AO\/MD5 options\.$/,
    evidence: [{ file: input, function: 'tcp_conn_request', text: 'drop_and_release:' }],
  },
  {
    id: 'ct-out-of-window-invalid-no-nat-rst',
    trees: ['5.10'],
    status: 'present',
    why: /every window miss returns -NF_ACCEPT/,
    evidence: [
      { file: track, function: 'tcp_in_window', text: 'static bool tcp_in_window(' },
      { file: track, function: 'nf_conntrack_tcp_packet', text: 'if (!tcp_in_window(ct, ' },
    ],
  },
  {
    id: 'ct-out-of-window-invalid-no-nat-rst',
    trees: ['6.1', '6.12', '7.x'],
    status: 'mitigated',
    why: /^Delayed ACK, old SEQ and small overshoot stay tracked/,
    evidence: [
      { file: track, function: 'tcp_in_window', text: 'tcp_in_window(struct nf_conn *ct' },
      { file: track, function: 'nf_conntrack_tcp_packet', text: 'res = tcp_in_window(ct, ' },
      { file: track, function: 'tcp_in_window', text: 'NFCT_TCP_IGNORE', after: 'tcp_in_window(struct nf_conn *ct' },
    ],
  },
  {
    id: 'reuseport-phash-unstable-rst',
    trees: ['5.10'],
    status: 'fixed',
    why: /closing a listener still resets/,
    evidence: [group, requestHashed],
  },
  {
    id: 'reuseport-phash-unstable-rst',
    trees: ['6.1', '6.12', '7.x'],
    status: 'fixed',
    why: /request migration available/,
    evidence: [group, requestHashed, { file: tcp4, function: 'tcp_v4_rcv', text: 'nsk = reuseport_migrate_sock(' }],
  },
  {
    id: 'ipvs-dest-dst-garbage-saddr',
    trees: ['5.10'],
    status: 'fixed',
    why: /^Fixed address, residual read of uninitialised memory \(CVE-2025-37961\)/,
    evidence: [alloc, { file: xmit, function: 'do_output_route4', text: '} else if (!*saddr && rt_mode' }],
  },
  {
    id: 'ipvs-dest-dst-garbage-saddr',
    trees: ['6.1', '6.12', '7.x'],
    status: 'fixed',
    why: /only writes the address/,
    evidence: [
      alloc,
      { file: xmit, function: 'do_output_route4', text: 'int rt_mode, __be32 *ret_saddr)' },
      { file: xmit, function: 'do_output_route4', text: 'if (ret_saddr)' },
      { file: xmit, function: 'do_output_route4', text: '*ret_saddr = fl4.saddr;' },
    ],
  },
];

const incidents = builtInPacks.flatMap((pack) => pack.incidents);

for (const name of treeNames) {
  const tree = treePath(name);
  const source = tree === undefined ? undefined : treeFacts(tree);
  for (const { id, trees, status, why, evidence } of expected) {
    if (!trees.includes(name)) continue;
    test(`${name}: ${id} is ${status}`, { skip: source ? false : `no tree ${name}` }, async () => {
      const incident = incidents.find((candidate) => candidate.id === id);
      assert.ok(source && tree && incident);
      const found = await assess(incident, source);
      assert.equal(found.status, status);
      assert.match(found.why, why);
      assert.equal(found.uncertain, undefined);
      assert.deepEqual(
        found.evidence.map(({ file, line, function: where }) => ({ file, line, function: where })),
        evidence.map((line) => ({ file: line.file, line: lineOf(tree, line), function: line.function })),
      );
    });
  }
}

test('every built-in incident has an expected status in every tree', () => {
  const told = expected.flatMap(({ id, trees }) => trees.map((tree) => `${id} ${tree}`));
  const wanted = incidents.flatMap(({ id }) => treeNames.map((tree) => `${id} ${tree}`));
  assert.deepEqual(told.toSorted(), wanted.toSorted());
});

/** The line (from 1) of the first occurrence of the text behind `after`. */
function lineOf(tree: string, { file, text, after = '' }: Line): number {
  const source = readFileSync(path.join(tree, file), 'utf8');
  const at = source.indexOf(text, source.indexOf(after));
  assert.ok(at >= 0, `${file} has no ${text}`);
  return source.slice(0, at).split('\n').length;
}
