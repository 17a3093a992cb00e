/** The sites that matter most, in real trees with the trees' own names. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findSites, type FileSites } from '../../src/core/paths/sites.ts';
import { readKnowledge, type TreeKnowledge } from '../../src/core/tree/knowledge.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { factsOf } from '../lab/parser.ts';
import { type TreeName, treeNames, treePath } from '../lab/trees.ts';

interface Expected {
  readonly trees: readonly TreeName[];
  readonly file: string;
  readonly id: string;
  readonly kind: string;
  readonly why: string;
  /** What its line starts with. */
  readonly text: string;
  readonly reasons?: readonly string[];
  readonly nstat?: readonly string[];
  readonly sysctls?: readonly string[];
  readonly leadsTo?: string;
}

const all: readonly TreeName[] = ['5.10', '6.1', '6.12', '7.x'];
const reasoned: readonly TreeName[] = ['6.1', '6.12', '7.x'];
const received = { trees: all, file: 'net/ipv4/tcp_ipv4.c' };
const requested = { trees: all, file: 'net/ipv4/tcp_input.c', kind: 'count', nstat: ['TcpExtListenDrops'] };

const expectations: readonly Expected[] = [
  {
    ...received,
    id: 'tcp_v4_rcv/no_tcp_socket/1',
    kind: 'reset',
    why: 'call:tcp_v4_send_reset',
    text: 'tcp_v4_send_reset(NULL, skb',
    leadsTo: 'tcp_v4_rcv/discard_it/1',
  },
  {
    ...received,
    trees: reasoned,
    id: 'tcp_v4_rcv/no_tcp_socket/1',
    kind: 'reset',
    why: 'call:tcp_v4_send_reset',
    text: 'tcp_v4_send_reset(NULL, skb',
    reasons: ['SKB_DROP_REASON_NO_SOCKET'],
  },
  {
    ...received,
    id: 'tcp_v4_rcv/csum_error/1',
    kind: 'count',
    why: 'counter:TCP_MIB_CSUMERRORS',
    text: '__TCP_INC_STATS(net, TCP_MIB_CSUMERRORS);',
    nstat: ['TcpInCsumErrors'],
    leadsTo: 'tcp_v4_rcv/bad_packet/1',
  },
  {
    ...received,
    id: 'tcp_v4_rcv/bad_packet/1',
    kind: 'count',
    why: 'counter:TCP_MIB_INERRS',
    text: '__TCP_INC_STATS(net, TCP_MIB_INERRS);',
    nstat: ['TcpInErrs'],
    leadsTo: 'tcp_v4_rcv/discard_it/1',
  },
  {
    ...received,
    trees: ['5.10'],
    id: 'tcp_v4_rcv/discard_it/1',
    kind: 'drop',
    why: 'call:kfree_skb',
    text: 'kfree_skb(skb);',
    reasons: [],
  },
  {
    ...received,
    trees: ['6.1'],
    id: 'tcp_v4_rcv/discard_it/1',
    kind: 'drop',
    why: 'call:kfree_skb_reason',
    text: 'kfree_skb_reason(skb, drop_reason);',
  },
  {
    ...received,
    trees: ['6.12', '7.x'],
    id: 'tcp_v4_rcv/discard_it/1',
    kind: 'drop',
    why: 'call:sk_skb_reason_drop',
    text: 'sk_skb_reason_drop(sk, skb, drop_reason);',
  },
  {
    ...requested,
    id: 'tcp_conn_request/drop_and_release/1',
    why: 'label-leads-to:drop',
    text: 'drop_and_release:',
    sysctls: ['net.ipv4.tcp_max_syn_backlog', 'net.ipv4.tcp_syncookies'],
    leadsTo: 'tcp_conn_request/drop/1',
  },
  {
    ...requested,
    id: 'tcp_conn_request/drop_and_free/1',
    why: 'label-leads-to:drop',
    text: 'drop_and_free:',
    leadsTo: 'tcp_conn_request/drop/1',
  },
  {
    ...requested,
    id: 'tcp_conn_request/drop/1',
    why: 'counter:LINUX_MIB_LISTENDROPS',
    text: 'tcp_listendrop(sk);',
    reasons: [],
  },
  {
    trees: all,
    file: 'net/netfilter/nf_conntrack_proto_tcp.c',
    id: 'nf_conntrack_tcp_packet/-NF_ACCEPT/6',
    kind: 'verdict',
    why: 'return:-NF_ACCEPT',
    text: 'return -NF_ACCEPT;',
  },
];

for (const name of treeNames) {
  const tree = treePath(name);
  const skip = tree === undefined ? `tree ${name} was not fetched` : false;
  for (const expected of expectations.filter(({ trees }) => trees.includes(name))) {
    const shown = expected.reasons === undefined ? expected.id : `${expected.id} with its reasons`;
    test(`${name} ${shown}`, { skip }, async () => check(tree ?? '', expected));
  }
}

async function check(tree: string, expected: Expected): Promise<void> {
  const { sites, paths } = await sitesOf(tree, expected.file);
  const site = sites.find(({ id }) => id === expected.id);
  assert.ok(site, `no site ${expected.id}`);
  const line = readFileSync(path.join(tree, expected.file), 'utf8').split('\n')[site.line - 1] ?? '';
  assert.equal(line.slice(site.column - 1, site.column - 1 + expected.text.length), expected.text);
  assert.deepEqual([site.kind, site.why], [expected.kind, expected.why]);
  assert.equal(paths[site.id]?.length, site.paths);
  if (expected.reasons !== undefined) assert.deepEqual(site.reasons, expected.reasons);
  if (expected.leadsTo !== undefined) assert.equal(site.leadsTo, expected.leadsTo);
  if (expected.nstat !== undefined) {
    assert.deepEqual(
      site.counters.map(({ nstat }) => nstat),
      expected.nstat,
    );
  }
  if (expected.sysctls !== undefined) {
    const names = new Set(site.sysctls.map((sysctl) => sysctl.name));
    assert.deepEqual([...names].sort(), expected.sysctls);
  }
}

const knowledge = new Map<string, Promise<TreeKnowledge>>();
const found = new Map<string, Promise<FileSites>>();

function sitesOf(tree: string, file: string): Promise<FileSites> {
  const full = path.join(tree, file);
  const known = found.get(full) ?? readSites(tree, file);
  found.set(full, known);
  return known;
}

async function readSites(tree: string, file: string): Promise<FileSites> {
  const names = knowledge.get(tree) ?? readKnowledge(treeFilesOnDisk(tree)).then(({ value }) => value);
  knowledge.set(tree, names);
  return findSites({ file, facts: await factsOf(path.join(tree, file)), knowledge: await names });
}
