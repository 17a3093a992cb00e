import { bpftraceValue, cast, pointer } from './bpftrace-values.ts';
import type { Attachment, ProbeValue } from './plan-model.ts';
import { callLines, quotedText, slug } from './script-text.ts';

/** Frames printed with a hit: from the probed function out to the driver or system call in most paths. */
const stackDepth = 20;
/** Frames that tell callers apart when hits are counted. */
const callerDepth = 3;

/** A piece of the one printf that a hit makes: pieces in several calls could be mixed with those of other CPUs. */
interface Piece {
  readonly format: string;
  readonly values: readonly string[];
}

/** The statements that print and count one hit. */
export function bpftraceBody(attachment: Attachment): readonly string[] {
  const { shown, form, says } = attachment;
  const head: Piece = { format: `%s ${quotedText(says)}`, values: ['strftime("%H:%M:%S", nsecs)'] };
  const rest = [
    ...(shown.socket === undefined ? [] : [socketPiece]),
    ...(shown.netns === undefined ? [] : [netnsPiece]),
    ...shown.arguments.map((value) => argumentPiece(value, attachment)),
    ...(shown.result === undefined ? [] : [{ format: ' = %ld', values: [cast(shown.result, 'retval')] }]),
    ...(shown.stack ? [{ format: '%s', values: [`kstack(${stackDepth})`] }] : []),
  ];
  const byCaller = 'caller' in attachment && form !== 'return' && attachment.caller !== undefined;
  return [
    ...(needsPacket(attachment) ? [`  $skb = ${pointerTo(packetOf(attachment), attachment)};`] : []),
    ...(needsSocket(attachment) ? [`  $sk = ${pointerTo(shown.socket ?? shown.netns, attachment)};`] : []),
    ...(shown.netns === undefined ? [] : netnsLines(shown.netns, attachment)),
    ...(shown.packet === undefined ? print([head, ...rest], '  ') : packetLines(head, rest)),
    `  @${slug(says, '_', 'hits')}${byCaller ? `[kstack(${callerDepth})]` : ''} = count();`,
  ];
}

/** The parameters a return must keep from the entry, each once. */
export function entryValues(attachment: Attachment): readonly ProbeValue[] {
  if (attachment.form !== 'return') return [];
  const { packet, socket, netns, arguments: all } = attachment.shown;
  const tested = attachment.conditions.flatMap(({ subject }) => (subject.kind === 'value' ? [subject.value] : []));
  const needed = [...tested, packet, socket, netns, ...all].filter((value) => value !== undefined);
  return [...new Map(needed.map((value) => [value.name, value])).values()];
}

const pointsAt = (value: ProbeValue | undefined, to: string): boolean =>
  value?.type.kind === 'pointer' && value.type.to === to;

function packetOf({ shown }: Attachment): ProbeValue | undefined {
  return shown.packet ?? (pointsAt(shown.netns, 'sk_buff') ? shown.netns : undefined);
}

const needsPacket = (attachment: Attachment): boolean => packetOf(attachment) !== undefined;

const needsSocket = ({ shown }: Attachment): boolean => shown.socket !== undefined || pointsAt(shown.netns, 'sock');

function pointerTo(value: ProbeValue | undefined, { form }: Attachment): string {
  return value === undefined ? '0' : pointer(value, form).slice(1, -1);
}

/**
 * The packet's own headers, found as skb_network_header() and skb_transport_header() do; a transport header that is
 * not set (all bits one) is counted from the IPv4 header's length. No socket is needed. 6 is TCP and 17 UDP: what
 * other protocols have in the place of ports and flags is not shown.
 */
function packetLines(head: Piece, rest: readonly Piece[]): readonly string[] {
  return [
    '  $network = (uint64)$skb->head + (uint64)$skb->network_header;',
    '  $transport = (uint64)$skb->head + (uint64)$skb->transport_header;',
    '  $first = *(uint8 *)$network;',
    '  if ($skb->transport_header == 0xffff) {',
    '    $transport = $network + (uint64)(($first & 15) * 4);',
    '  }',
    '  $ip = (struct iphdr *)$network;',
    '  $ip6 = (struct ipv6hdr *)$network;',
    '  $protocol = ($first >> 4) == 6 ? (uint64)$ip6->nexthdr : (uint64)$ip->protocol;',
    '  $tcp = (struct tcphdr *)$transport;',
    '  $source = (uint64)0;',
    '  $dest = (uint64)0;',
    '  if ($protocol == 6 || $protocol == 17) {',
    '    $source = (uint64)bswap($tcp->source);',
    '    $dest = (uint64)bswap($tcp->dest);',
    '  }',
    '  $flags = (uint64)0;',
    '  $seq = (uint64)0;',
    '  $ack = (uint64)0;',
    '  if ($protocol == 6) {',
    '    $flags = (uint64)*(uint8 *)($transport + 13);',
    '    $seq = (uint64)bswap($tcp->seq);',
    '    $ack = (uint64)bswap($tcp->ack_seq);',
    '  }',
    '  if (($first >> 4) == 6) {',
    ...print([head, packetPiece('$ip6->saddr.in6_u.u6_addr8', '$ip6->daddr.in6_u.u6_addr8'), ...rest], '    '),
    '  } else {',
    ...print([head, packetPiece('$ip->saddr', '$ip->daddr'), ...rest], '    '),
    '  }',
  ];
}

/** Bits of the 14th byte of a TCP header with the letter tcpdump gives them. */
const tcpFlags: readonly (readonly [bit: number, letter: string])[] = [
  [2, 'S'],
  [16, 'A'],
  [4, 'R'],
  [1, 'F'],
  [8, 'P'],
];

function packetPiece(from: string, to: string): Piece {
  const flags = tcpFlags.map(([bit, letter]) => `$flags & ${bit} ? ${letter.charCodeAt(0)} : 46`);
  return {
    format: ' %s:%d > %s:%d protocol %d flags %c%c%c%c%c seq %u ack %u',
    values: [`ntop(${from})`, '$source', `ntop(${to})`, '$dest', '$protocol', ...flags, '$seq', '$ack'],
  };
}

const socketPiece: Piece = {
  format: ' sk 0x%lx state %d family %d local port %d',
  values: ['(uint64)$sk', '$sk->__sk_common.skc_state', '$sk->__sk_common.skc_family', '$sk->__sk_common.skc_num'],
};

const netnsPiece: Piece = { format: ' netns %u', values: ['$netns'] };

/** As dev_net(skb_dst(skb)->dev): the packet's own device may already be gone. The lowest bit of the dst is a flag. */
function netnsLines(value: ProbeValue, { form }: Attachment): readonly string[] {
  if (pointsAt(value, 'net')) return [`  $netns = ${pointer(value, form)}->ns.inum;`];
  if (pointsAt(value, 'sock')) return ['  $netns = $sk->__sk_common.skc_net.net->ns.inum;'];
  return [
    '  $dst = (struct dst_entry *)($skb->_skb_refdst & 0xfffffffffffffffe);',
    '  $netns = $skb->dev->nd_net.net->ns.inum;',
    '  if ((uint64)$dst != 0) {',
    '    $netns = $dst->dev->nd_net.net->ns.inum;',
    '  }',
  ];
}

function argumentPiece(value: ProbeValue, { form }: Attachment): Piece {
  const { name, type } = value;
  const read = cast(type, bpftraceValue(value, form));
  if (type.kind === 'text') return { format: ` ${name}=%s`, values: [type.behind ? `str(${read})` : read] };
  if (type.kind !== 'integer') return { format: ` ${name}=0x%lx`, values: [`(uint64)${read}`] };
  if (type.network && type.bits === 32 && name.includes('addr'))
    return { format: ` ${name}=%s`, values: [`ntop(${read})`] };
  if (type.network) return { format: ` ${name}=%u`, values: [`bswap(${read})`] };
  return { format: ` ${name}=${type.signed ? '%ld' : '%lu'}`, values: [read] };
}

function print(pieces: readonly Piece[], indent: string): readonly string[] {
  const format = pieces.map((piece) => piece.format).join('');
  return callLines(
    `printf("${format}\\n",`,
    pieces.flatMap((piece) => piece.values),
    ');',
    indent,
  );
}
