import type { Attachment } from './plan-model.ts';
import { netnsFunction } from './stap-body.ts';

/** The functions a script calls, each as its lines; only those that are called. */
export function stapFunctions(attachments: readonly Attachment[]): readonly (readonly string[])[] {
  const shown = attachments.map((attachment) => attachment.shown);
  const netns = new Set(shown.flatMap((each) => (each.netns === undefined ? [] : [netnsFunction(each.netns)])));
  return [
    ...(shown.some((each) => each.packet !== undefined) ? [packetFunction] : []),
    ...(shown.some((each) => each.socket !== undefined) ? [socketFunction] : []),
    ...(netns.has('netns_of_packet') ? [netnsOfPacket] : []),
    ...(netns.has('netns_of_socket') ? [netnsOfSocket] : []),
    ...(netns.size > 0 ? [netnsNumber] : []),
  ];
}

/** As skb_transport_header(); one that is not set (all bits one) is counted from the IPv4 header's length. */
const packetFunction: readonly string[] = [
  '// The packet by its own headers: no socket is needed. 2 and 10 are AF_INET and AF_INET6, 6 is TCP and 17 UDP.',
  'function packet:string(skb:long) {',
  '  try {',
  '    ip = __get_skb_iphdr(skb)',
  '    tcp = __get_skb_tcphdr(skb)',
  '    if (@cast(ip, "iphdr", "kernel")->version == 6) {',
  '      from = format_ipaddr(&@cast(ip, "ipv6hdr", "kernel")->saddr, 10)',
  '      to = format_ipaddr(&@cast(ip, "ipv6hdr", "kernel")->daddr, 10)',
  '      protocol = @cast(ip, "ipv6hdr", "kernel")->nexthdr',
  '    } else {',
  '      from = format_ipaddr(__ip_skb_saddr(ip), 2)',
  '      to = format_ipaddr(__ip_skb_daddr(ip), 2)',
  '      protocol = __ip_skb_proto(ip)',
  '      if (@cast(skb, "sk_buff", "kernel")->transport_header == 0xffff)',
  '        tcp = ip + @cast(ip, "iphdr", "kernel")->ihl * 4',
  '    }',
  '    if (protocol != 6 && protocol != 17) return sprintf("%s > %s protocol %d", from, to, protocol)',
  '    ends = sprintf("%s:%d > %s:%d", from, __tcp_skb_sport(tcp), to, __tcp_skb_dport(tcp))',
  '    if (protocol != 6) return sprintf("%s protocol %d", ends, protocol)',
  '    return sprintf("%s protocol %d flags %s%s%s%s%s seq %u ack %u", ends, protocol,',
  '      __tcp_skb_syn(tcp) ? "S" : ".", __tcp_skb_ack(tcp) ? "A" : ".", __tcp_skb_rst(tcp) ? "R" : ".",',
  '      __tcp_skb_fin(tcp) ? "F" : ".", __tcp_skb_psh(tcp) ? "P" : ".",',
  '      ntohl(@cast(tcp, "tcphdr", "kernel")->seq), ntohl(@cast(tcp, "tcphdr", "kernel")->ack_seq))',
  '  } catch {',
  '    return "(packet not readable)"',
  '  }',
  '}',
];

const socketFunction: readonly string[] = [
  'function socket:string(sk:long) {',
  '  if (sk == 0) return "no socket"',
  '  try {',
  '    return sprintf("sk 0x%x state %d family %d local port %d", sk,',
  '      @cast(sk, "sock", "kernel")->__sk_common->skc_state, @cast(sk, "sock", "kernel")->__sk_common->skc_family,',
  '      @cast(sk, "sock", "kernel")->__sk_common->skc_num)',
  '  } catch {',
  '    return sprintf("sk 0x%x (not readable)", sk)',
  '  }',
  '}',
];

/** As dev_net(skb_dst(skb)->dev): the packet's own device may already be gone. The lowest bit of the dst is a flag. */
const netnsOfPacket: readonly string[] = [
  'function netns_of_packet:string(skb:long) {',
  '  try {',
  '    dev = @cast(skb, "sk_buff", "kernel")->dev',
  '    dst = @cast(skb, "sk_buff", "kernel")->_skb_refdst & ~1',
  '    if (dst != 0) dev = @cast(dst, "dst_entry", "kernel")->dev',
  '    return netns_number(@cast(dev, "net_device", "kernel")->nd_net->net)',
  '  } catch {',
  '    return "?"',
  '  }',
  '}',
];

const netnsOfSocket: readonly string[] = [
  'function netns_of_socket:string(sk:long) {',
  '  try {',
  '    return netns_number(@cast(sk, "sock", "kernel")->__sk_common->skc_net->net)',
  '  } catch {',
  '    return "?"',
  '  }',
  '}',
];

const netnsNumber: readonly string[] = [
  'function netns_number:string(net:long) {',
  '  try {',
  '    return sprintf("%u", @cast(net, "net", "kernel")->ns->inum)',
  '  } catch {',
  '    return "?"',
  '  }',
  '}',
];
