import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counterNear, readCounters } from '../../src/core/tree/counters.ts';

const v4 = `
static const struct snmp_mib toy_tcp_list[] = {
	SNMP_MIB_ITEM("ListenDrops", LINUX_MIB_LISTENDROPS),
	/* SNMP_MIB_ITEM("Gone", LINUX_MIB_GONE), */
	SNMP_MIB_ITEM("Overflows",
		      LINUX_MIB_LISTENOVERFLOWS),
	SNMP_MIB_SENTINEL
};

static const struct snmp_mib toy_udp_list[] = {
	SNMP_MIB_ITEM("InErrors", UDP_MIB_INERRORS),
};

static void icmp_show(struct seq_file *seq)
{
	seq_puts(seq, "\\nIcmp: InMsgs");
	for (i = 0; names[i].name; i++)
		seq_printf(seq, " In%s", names[i].name);
	seq_puts(seq, " OutMsgs");
	seq_printf(seq, "\\nIcmp: %lu", fold(net, ICMP_MIB_INMSGS));
	seq_printf(seq, " %lu", fold(net, ICMP_MIB_OUTMSGS));
}

static int show(struct seq_file *seq, void *v)
{
	unsigned long buff[TCP_MIB_MAX];

	seq_puts(seq, "TcpExt: Forwarding");
	for (i = 0; toy_tcp_list[i].name; i++)
		seq_printf(seq, " %s", toy_tcp_list[i].name);
	seq_puts(seq, "\\nUdp:");
	for (i = 0; i < cnt; i++)
		seq_printf(seq, " %s", toy_udp_list[i].name);
	seq_puts(seq, "\\nUdpLite:");
	for (i = 0; i < cnt; i++)
		seq_printf(seq, " %s", toy_udp_list[i].name);
	return 0;
}
`;
const v6 = `
static const struct snmp_mib toy6_list[] = {
	SNMP_MIB_ITEM("Udp6InErrors", UDP_MIB_INERRORS),
};

static int show6(struct seq_file *seq, void *v)
{
	show_item(seq, net->mib.udp6, toy6_list);
	return 0;
}
`;
const sources = [
  { file: 'net/ipv4/proc.c', text: v4 },
  { file: 'net/ipv6/proc.c', text: v6 },
];

test('a counter has the group that its table is printed under', () => {
  const { value, problems } = readCounters(sources);
  const names = [...value].map(([mib, { nstat, group, file, line }]) => [mib, nstat, group, file, line]);
  assert.deepEqual(names, [
    ['LINUX_MIB_LISTENDROPS', 'TcpExtListenDrops', 'TcpExt', 'net/ipv4/proc.c', 3],
    ['LINUX_MIB_LISTENOVERFLOWS', 'TcpExtOverflows', 'TcpExt', 'net/ipv4/proc.c', 5],
    ['UDP_MIB_INERRORS', 'UdpInErrors', 'Udp', 'net/ipv4/proc.c', 11],
    ['ICMP_MIB_INMSGS', 'IcmpInMsgs', 'Icmp', 'net/ipv4/proc.c', 16],
    ['ICMP_MIB_OUTMSGS', 'IcmpOutMsgs', 'Icmp', 'net/ipv4/proc.c', 19],
  ]);
  assert.deepEqual(problems, []);
});

test('an item in several tables has several names, and the nearest is taken', () => {
  const counter = readCounters(sources).value.get('UDP_MIB_INERRORS');
  assert.deepEqual(
    counter?.others.map((other) => other.nstat),
    ['UdpLiteInErrors', 'Udp6InErrors'],
  );
  if (counter === undefined) return;
  assert.equal(counterNear(counter, 'net/ipv6/udp.c').nstat, 'Udp6InErrors');
  assert.equal(counterNear(counter, 'net/ipv4/udp.c').nstat, 'UdpInErrors');
  assert.equal(counterNear(counter, 'net/core/dev.c').nstat, 'UdpInErrors');
});

test('a tree without tables says so', () => {
  assert.deepEqual(readCounters([]).problems, [{ kind: 'no-counters', folder: 'net' }]);
});
