/** How a C value is read out of a register: what a probe must know of a parameter's or a return's type. */
export type ValueType =
  /** `to` is the struct's name where it points at one: `sk_buff`. */
  | { readonly kind: 'pointer'; readonly to?: string }
  /** A register is wider than most integers and its upper bits are not cleared: `bits` and `signed` say how to cast. */
  | {
      readonly kind: 'integer';
      readonly bits: 8 | 16 | 32 | 64;
      readonly signed: boolean;
      /** `__be16`, `__be32`: stored as on the wire. */
      readonly network: boolean;
    }
  /** A struct or union passed whole: it takes no register, or several. */
  | { readonly kind: 'aggregate' }
  /** Characters in a tracepoint's record, or behind an offset in it. */
  | { readonly kind: 'text'; readonly behind: boolean }
  | { readonly kind: 'void' }
  /** A typedef that is not known here: it is read as one register. */
  | { readonly kind: 'unknown' };

/** Reads a type as written in a head: `const struct sock *`, `__be32`, `static enum nf_ct_tcp_action`. */
export function valueType(written: string): ValueType {
  const words = written
    .replaceAll('*', ' * ')
    .split(/\s+/)
    .filter((word) => word !== '' && !qualifiers.has(word));
  if (written.includes('(') || written.includes('[')) return { kind: 'pointer' };
  const stars = words.filter((word) => word === '*').length;
  const base = words.filter((word) => word !== '*');
  if (stars > 0) {
    const [tag, name] = base;
    return stars === 1 && tag === 'struct' && name !== undefined ? { kind: 'pointer', to: name } : { kind: 'pointer' };
  }
  if (base[0] === 'struct' || base[0] === 'union') return { kind: 'aggregate' };
  if (base[0] === 'enum') return integer(32, false);
  return scalars.get(base.filter((word) => word !== 'int' || base.length === 1).join(' ')) ?? { kind: 'unknown' };
}

const qualifiers: ReadonlySet<string> = new Set(
  (
    'const volatile static extern inline __inline__ __inline __always_inline noinline noinline_for_stack register ' +
    'restrict __user __rcu __iomem __percpu __force __init __exit __sched __cold __must_check __maybe_unused ' +
    '__net_init __net_exit __visible asmlinkage notrace __bpf_kfunc __releases __acquires INDIRECT_CALLABLE_SCOPE'
  ).split(' '),
);

function integer(bits: 8 | 16 | 32 | 64, signed: boolean, network = false): ValueType {
  return { kind: 'integer', bits, signed, network };
}

/** The kernel's own names for integers (include/linux/types.h, include/uapi/linux/types.h, netdev_tx_t and its kin). */
const scalars: ReadonlyMap<string, ValueType> = new Map([
  ['void', { kind: 'void' }],
  ...named(['char', 'signed char', 's8', '__s8', 'int8_t'], integer(8, true)),
  ...named(['bool', '_Bool', 'u8', '__u8', 'unsigned char', 'uint8_t', 'u_int8_t', 'dscp_t'], integer(8, false)),
  ...named(['short', 'signed short', 's16', '__s16', 'int16_t'], integer(16, true)),
  ...named(
    ['unsigned short', 'u16', '__u16', 'uint16_t', 'u_int16_t', '__sum16', 'umode_t', 'sa_family_t'],
    integer(16, false),
  ),
  ...named(['__be16'], integer(16, false, true)),
  ...named(
    ['int', 'signed', 's32', '__s32', 'int32_t', 'pid_t', 'netdev_tx_t', 'rx_handler_result_t'],
    integer(32, true),
  ),
  ...named(
    ['unsigned', 'u32', '__u32', 'uint32_t', 'u_int32_t', 'gfp_t', '__wsum', 'fmode_t', 'uid_t', 'gid_t'],
    integer(32, false),
  ),
  ...named(['unsigned int'], integer(32, false)),
  ...named(['__be32'], integer(32, false, true)),
  ...named(['long', 'long long', 's64', '__s64', 'ssize_t', 'int64_t', 'ktime_t', 'loff_t'], integer(64, true)),
  ...named(
    ['unsigned long', 'unsigned long long', 'u64', '__u64', 'uint64_t', 'size_t', 'uintptr_t'],
    integer(64, false),
  ),
  ...named(['netdev_features_t', 'dma_addr_t', 'phys_addr_t'], integer(64, false)),
  ...named(['__be64'], integer(64, false, true)),
  ...named(['sockptr_t', 'bpfptr_t', 'possible_net_t', 'kuid_t', 'kgid_t', 'xdp_md'], { kind: 'aggregate' }),
]);

function named(names: readonly string[], type: ValueType): readonly (readonly [string, ValueType])[] {
  return names.map((name) => [name, type]);
}
