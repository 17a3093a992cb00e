import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type TreeKnowledge, readKnowledge } from '../../src/core/tree/knowledge.ts';
import type { TreeProblem } from '../../src/core/tree/problem.ts';
import { isTree } from '../../src/core/tree/release.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { type TreeName, treeNames, treePath } from '../lab/trees.ts';

interface Read {
  readonly root: string;
  readonly value: TreeKnowledge;
  readonly problems: readonly TreeProblem[];
}

const reads = new Map<TreeName, Promise<Read>>();

function readTree(name: TreeName, root: string): Promise<Read> {
  const known = reads.get(name) ?? readKnowledge(treeFilesOnDisk(root)).then((found) => ({ root, ...found }));
  reads.set(name, known);
  return known;
}

/** One test a tree, skipped where the tree was not fetched. */
function inEachTree(
  what: string,
  names: readonly TreeName[],
  check: (read: Read, name: TreeName, context: TestContext) => Promise<void> | void,
): void {
  for (const name of names) {
    const root = treePath(name);
    const skip = root === undefined ? `no ${name} tree: node test/lab/fetch.mjs trees` : false;
    test(`${name}: ${what}`, { skip }, async (context) => {
      if (root !== undefined) await check(await readTree(name, root), name, context);
    });
  }
}

const textOf = (root: string, file: string): string => readFileSync(path.join(root, file), 'utf8');
const lineOf = (root: string, file: string, line: number): string => textOf(root, file).split('\n')[line - 1] ?? '';

inEachTree('is a tree and says its release', treeNames, async ({ root, value }, name) => {
  assert.equal(await isTree(treeFilesOnDisk(root)), true);
  assert.equal(value.release.text.startsWith(name === '7.x' ? '7.' : `${name}.`), true, value.release.text);
});

inEachTree('every LINUX_MIB item has a name', treeNames, ({ root, value }) => {
  const header = textOf(root, 'include/uapi/linux/snmp.h');
  const items = [...header.matchAll(/^\s(LINUX_MIB_\w+)(?:,| = )/gm)].map((match) => match[1] ?? '');
  const named = items.filter((item) => !item.endsWith('NUM'));
  assert.ok(named.length > 120, `${named.length} items`);
  assert.deepEqual(
    named.filter((item) => !value.counters.has(item)),
    [],
  );
});

inEachTree('names are those that the kernel prints', treeNames, ({ root, value }) => {
  const names = [
    'LINUX_MIB_LISTENDROPS',
    'TCP_MIB_OUTRSTS',
    'IPSTATS_MIB_INNOROUTES',
    'UDP_MIB_NOPORTS',
    'ICMP_MIB_INERRORS',
  ];
  const nstat = names.map((name) => value.counters.get(name)?.nstat);
  assert.deepEqual(nstat, ['TcpExtListenDrops', 'TcpOutRsts', 'IpExtInNoRoutes', 'UdpNoPorts', 'IcmpInErrors']);
  assert.equal(value.counters.get('MPTCP_MIB_MPCAPABLEPASSIVE')?.nstat, 'MPTcpExtMPCapableSYNRX');
  assert.equal(value.counters.get('LINUX_MIB_XFRMINERROR')?.nstat, 'XfrmInError');
  const all = [...value.counters.values()].map((counter) => counter.nstat);
  assert.equal(all.includes('TcpExtPAWSPassive'), /"PAWSPassive"/.test(textOf(root, 'net/ipv4/proc.c')));
  for (const [mib, { file, line }] of value.counters) {
    const near = textOf(root, file)
      .split('\n')
      .slice(line - 1, line + 1)
      .join(' ');
    assert.ok(near.includes(mib) || mib.startsWith('ICMP_MIB_'), `${mib} at ${file}:${line}`);
  }
});

inEachTree('PAWSPassive is gone', ['6.1'], ({ value }) => {
  assert.deepEqual(
    [...value.counters.values()].filter((counter) => counter.nstat === 'TcpExtPAWSPassive'),
    [],
  );
});

inEachTree('there are no reasons yet', ['5.10'], ({ value }) => {
  assert.deepEqual([value.dropReasons.size, value.rstReasons.size], [0, 0]);
});

inEachTree(
  'reasons have the numbers that a compiler gives them',
  ['6.1', '6.12', '7.x'],
  ({ root, value }, name, context) => {
    const reasons = [...value.dropReasons.values(), ...value.rstReasons.values()];
    const compiled = compile(root, reasons);
    if (compiled === undefined) return context.skip('gcc is missing');
    assert.ok(reasons.length > 60);
    assert.equal(value.rstReasons.size > 0, name !== '6.1');
    assert.deepEqual(
      reasons.map((reason) => `${reason.name} ${reason.number}`),
      compiled,
    );
    for (const { name: reason, file, line } of reasons.slice(0, 60))
      assert.ok(lineOf(root, file, line).includes(reason));
  },
);

test('one reason has different numbers in different trees', async (context) => {
  const [older, newer] = [treePath('6.1'), treePath('7.x')];
  if (older === undefined || newer === undefined) return context.skip('needs the trees 6.1 and 7.x');
  const numbers = await Promise.all([readTree('6.1', older), readTree('7.x', newer)]);
  const [a, b] = numbers.map(({ value }) => value.dropReasons.get('SKB_DROP_REASON_NO_SOCKET')?.number);
  assert.ok(a !== undefined && b !== undefined && a !== b, `${a} ${b}`);
});

const fields: readonly (readonly [string, string])[] = [
  ['sysctl_tcp_syncookies', 'net.ipv4.tcp_syncookies'],
  ['tcp_be_liberal', 'net.netfilter.nf_conntrack_tcp_be_liberal'],
  ['bindv6only', 'net.ipv6.bindv6only'],
  ['sysctl_tcp_l3mdev_accept', 'net.ipv4.tcp_l3mdev_accept'],
  ['sysctl_tcp_abort_on_overflow', 'net.ipv4.tcp_abort_on_overflow'],
  ['sysctl_max_syn_backlog', 'net.ipv4.tcp_max_syn_backlog'],
  ['sysctl_somaxconn', 'net.core.somaxconn'],
  ['sysctl_conn_reuse_mode', 'net.ipv4.vs.conn_reuse_mode'],
  ['timeouts[TCP_CONNTRACK_ESTABLISHED]', 'net.netfilter.nf_conntrack_tcp_timeout_established'],
  ['IPV4_DEVCONF_RP_FILTER', 'net.ipv4.conf.*.rp_filter'],
  ['sysctl_tcp_mem', 'net.ipv4.tcp_mem'],
];

inEachTree('fields lead to their sysctls', treeNames, ({ root, value }) => {
  for (const [field, name] of fields) {
    const found = value.sysctls.get(field)?.find((sysctl) => sysctl.name === name);
    assert.ok(
      found,
      `${field}: ${value.sysctls
        .get(field)
        ?.map((sysctl) => sysctl.name)
        .join(' ')}`,
    );
    assert.match(lineOf(root, found.file, found.line), new RegExp(`"${name.split('.').at(-1)}"`));
  }
});

inEachTree('migration of requests came later', ['6.1', '6.12', '7.x'], ({ value }) => {
  assert.deepEqual(
    value.sysctls.get('sysctl_tcp_migrate_req')?.map((sysctl) => sysctl.name),
    ['net.ipv4.tcp_migrate_req'],
  );
});

inEachTree('only sunrpc, which registers nested tables of its own, is left out', treeNames, ({ problems }) => {
  const others = problems.filter((problem) => !('file' in problem && problem.file.startsWith('net/sunrpc/')));
  assert.deepEqual(others, []);
});

/** The numbers of reasons as gcc sees them, in the given order; undefined without gcc. */
function compile(
  root: string,
  reasons: readonly { readonly name: string; readonly file: string }[],
): readonly string[] | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-reasons-'));
  try {
    mkdirSync(path.join(folder, 'uapi/linux'), { recursive: true });
    for (const header of ['uapi/linux/mptcp.h', 'linux/skbuff.h']) {
      mkdirSync(path.join(folder, path.dirname(header)), { recursive: true });
      writeFileSync(path.join(folder, header), '');
    }
    const headers = [...new Set(reasons.map((reason) => path.join(root, reason.file)))];
    const prints = reasons.map(({ name }) => `printf("%s %u\\n", "${name}", (unsigned)${name});`);
    const program = [
      '#include <stdio.h>',
      '#include <stddef.h>',
      'typedef unsigned int u32;',
      'struct sk_buff;',
      'void kfree_skb_reason(struct sk_buff *, u32);',
      ...headers.map((header) => `#include "${header}"`),
      `int main(void) { ${prints.join('\n')} return 0; }`,
    ];
    writeFileSync(path.join(folder, 'reasons.c'), program.join('\n'));
    const defines = ['-D__rcu=', '-D__force=', '-D__bitwise='];
    const out = path.join(folder, 'reasons');
    const includes = ['-I', folder, '-I', path.join(root, 'include')];
    const built = spawnSync('gcc', ['-w', ...defines, ...includes, '-o', out, path.join(folder, 'reasons.c')], {
      encoding: 'utf8',
    });
    if (built.error !== undefined) return undefined;
    assert.equal(built.status, 0, built.stderr);
    return spawnSync(out, { encoding: 'utf8' }).stdout.trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
