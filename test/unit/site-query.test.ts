import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Site } from '../../src/core/model.ts';
import { queryFor, recogniseTerm } from '../../src/core/paths/recognise-term.ts';
import { matchesQuery, parseSiteQuery } from '../../src/core/paths/site-query.ts';
import { readKnowledge } from '../../src/core/tree/knowledge.ts';
import { memoryFiles } from '../lab/memory-files.ts';

const site: Site = {
  id: 'tcp_v4_rcv/no_tcp_socket/1',
  kind: 'reset',
  file: 'net/ipv4/tcp_ipv4.c',
  line: 2053,
  column: 3,
  function: 'tcp_v4_rcv',
  label: 'no_tcp_socket',
  callee: 'tcp_v4_send_reset',
  why: 'sends-reset',
  reasons: ['SKB_DROP_REASON_NO_SOCKET'],
  rstReasons: ['SK_RST_REASON_TCP_FLAGS'],
  counters: [{ mib: 'LINUX_MIB_LISTENDROPS', nstat: 'TcpExtListenDrops', line: 2040 }],
  sysctls: [
    { name: 'net.ipv4.tcp_syncookies', identifier: 'sysctl_tcp_syncookies', line: 2030 },
    { name: 'net.ipv4.conf.*.rp_filter', identifier: 'IPV4_DEVCONF_RP_FILTER', line: 2031 },
  ],
  incidents: ['tcp-no-socket-rst'],
  paths: 1,
};

/** Queries that the site above answers to, and queries that it does not. */
const matching = [
  '',
  'kind:reset',
  'kind:drop kind:reset',
  'function:tcp_v4_rcv',
  'function:TCP_V4_SEND_RESET',
  'function:tcp_*_rcv',
  'file:net/ipv4/tcp_ipv4.c',
  'file:tcp_ipv4.c',
  'file:net',
  'file:net/ipv4/',
  'file:ipv4',
  'file:tcp_*.c',
  'reason:NO_SOCKET',
  'reason:skb_drop_reason_no_socket',
  'reason:TCP_FLAGS',
  'reason:*SOCKET',
  'counter:tcpextlistendrops',
  'counter:LINUX_MIB_LISTENDROPS',
  'counter:TcpExt*',
  'sysctl:net.ipv4.tcp_syncookies',
  'sysctl:tcp_syncookies',
  'sysctl:sysctl_tcp_syncookies',
  'sysctl:/proc/sys/net/ipv4/tcp_syncookies',
  'sysctl:net/ipv4/tcp_syncookies',
  'sysctl:net.ipv4.conf.eth0.rp_filter',
  'sysctl:/proc/sys/net/ipv4/conf/eth0.10/rp_filter',
  'sysctl:rp_filter',
  'incident:tcp-no-socket-rst',
  'listen',
  '"no_tcp_socket"',
  'tcp_ipv4.c:2053',
  'reason:"NO_SOCKET" kind:reset send_reset',
];
const notMatching = [
  'kind:drop',
  'kind:reset function:tcp_v6_rcv',
  'function:tcp_v4',
  'file:tcp_ipv6.c',
  'file:et/ipv4',
  'file:ipv',
  'reason:SK_RST_REASON_NO_SOCKET',
  'reason:SOCKET',
  'counter:ListenDrops',
  'counter:TcpExt',
  'sysctl:syncookies',
  'sysctl:net.ipv6.conf.eth0.rp_filter',
  'sysctl:net.core.net.ipv4.tcp_syncookies',
  'incident:tcp',
  'listen overflow',
  'function:*rcv*rcv',
];

for (const [texts, wanted] of [
  [matching, true],
  [notMatching, false],
] as const)
  for (const text of texts)
    test(`${text || 'the empty query'} is ${wanted ? '' : 'not '}answered`, () => {
      const { value, problems } = parseSiteQuery(text);
      assert.deepEqual(problems, []);
      assert.equal(matchesQuery(site, value), wanted);
    });

for (const [text, kinds, left] of [
  ['colour:red listen', ['query-key-unknown'], { text: ['listen'] }],
  ['kind:drops counter:', ['query-kind-unknown', 'query-value-missing'], {}],
  ['kind:count "unclosed', [], { kind: ['count'], text: ['unclosed'] }],
] as const)
  test(`${text} is told of and the rest is kept`, () => {
    const { value, problems } = parseSiteQuery(text);
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      kinds,
    );
    const said = Object.fromEntries(Object.entries(value).filter(([, values]) => values.length > 0));
    assert.deepEqual(said, left);
  });

test('a pattern of many stars is looked at once', () => {
  const { value } = parseSiteQuery(`function:${'*a'.repeat(200)}b`);
  assert.equal(matchesQuery({ ...site, function: 'a'.repeat(5000) }, value), false);
});

/** A tree whose tables name a few of everything. */
const tables = {
  'include/net/dropreason.h': 'enum skb_drop_reason { SKB_DROP_REASON_NO_SOCKET = 2, SKB_DROP_REASON_XDP };',
  'include/net/rstreason.h': 'enum sk_rst_reason { SK_RST_REASON_NO_SOCKET };',
  'net/ipv4/proc.c': `
static const struct snmp_mib snmp4_udp_list[] = { SNMP_MIB_ITEM("InErrors", UDP_MIB_INERRORS), SNMP_MIB_SENTINEL };
static const struct snmp_mib snmp4_net_list[] = { SNMP_MIB_ITEM("ListenDrops", LINUX_MIB_LISTENDROPS), SNMP_MIB_SENTINEL };
static int snmp_seq_show(struct seq_file *seq, void *v)
{
	int i;
	seq_puts(seq, "\\nUdp:");
	for (i = 0; snmp4_udp_list[i].name; i++)
		seq_printf(seq, " %s", snmp4_udp_list[i].name);
	seq_puts(seq, "\\nTcpExt:");
	for (i = 0; snmp4_net_list[i].name; i++)
		seq_printf(seq, " %s", snmp4_net_list[i].name);
	return 0;
}
`,
  'net/ipv6/proc.c':
    'static const struct snmp_mib snmp6_udp6_list[] = { SNMP_MIB_ITEM("Udp6InErrors", UDP_MIB_INERRORS), SNMP_MIB_SENTINEL };',
  'net/toy.c': `
static struct ctl_table toy_table[] = {
	{ .procname = "tcp_syncookies", .data = &init_net.ipv4.sysctl_tcp_syncookies },
	{ .procname = "enabled", .data = &toy_enabled },
	{ }
};
static int toy_init(struct net *net)
{
	register_net_sysctl(net, "net/ipv4", toy_table);
	return 0;
}
`,
};
const functions = ['tcp_v4_rcv'];
const incidents = ['tcp-no-socket-rst'];

for (const [text, terms] of [
  ['TcpExtListenDrops', 'counter:TcpExtListenDrops'],
  ['tcpextlistendrops', 'counter:TcpExtListenDrops'],
  ['LINUX_MIB_LISTENDROPS', 'counter:TcpExtListenDrops'],
  ['ListenDrops', 'counter:TcpExtListenDrops'],
  ['TcpExtListenDrops               1234               0.0', 'counter:TcpExtListenDrops'],
  ['UDP_MIB_INERRORS', 'counter:UDP_MIB_INERRORS'],
  ['Udp6InErrors', 'counter:Udp6InErrors'],
  ['NO_SOCKET', 'reason:SKB_DROP_REASON_NO_SOCKET reason:SK_RST_REASON_NO_SOCKET'],
  ['no_socket', 'reason:SKB_DROP_REASON_NO_SOCKET reason:SK_RST_REASON_NO_SOCKET'],
  ['SKB_DROP_REASON_NO_SOCKET', 'reason:SKB_DROP_REASON_NO_SOCKET'],
  ['net.ipv4.tcp_syncookies', 'sysctl:net.ipv4.tcp_syncookies'],
  ['net.ipv4.tcp_syncookies = 1', 'sysctl:net.ipv4.tcp_syncookies'],
  ['/proc/sys/net/ipv4/tcp_syncookies', 'sysctl:net.ipv4.tcp_syncookies'],
  ['`tcp_syncookies`.', 'sysctl:net.ipv4.tcp_syncookies'],
  ['&sysctl_tcp_syncookies', 'sysctl:net.ipv4.tcp_syncookies'],
  ['enabled', 'sysctl:net.ipv4.enabled'],
  ['the xdp program is enabled', ''],
  ['tcp-no-socket-rst', 'incident:tcp-no-socket-rst'],
  ['tcp_v4_rcv+0x99b/0xee0', 'function:tcp_v4_rcv'],
  [
    '    ksoftirqd/0-15 [000] ..s2. 12.3: kfree_skb: location=tcp_v4_rcv+0x99b/0xee0 reason: NO_SOCKET',
    'function:tcp_v4_rcv reason:SKB_DROP_REASON_NO_SOCKET reason:SK_RST_REASON_NO_SOCKET',
  ],
  ['hello world', ''],
  ['*', ''],
  ['', ''],
] as const)
  test(`"${text.trim()}" names ${terms || 'nothing'}`, async () => {
    const { value } = await readKnowledge(memoryFiles(tables));
    assert.equal(queryFor(recogniseTerm(text, { ...value, functions, incidents })), terms);
  });
