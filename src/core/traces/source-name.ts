/**
 * The name that the source uses for a symbol: without what compilers and the kernel's build append
 * (`tcp_v4_rcv.cold`, `do_softirq.part.0`, `foo.constprop.0.isra.0`) or prepend (`__pfx_`, the leading dot of ppc64).
 */
export function sourceName(symbol: string): string {
  const bare = symbol.startsWith('.') ? symbol.slice(1) : symbol;
  const name = bare.startsWith('__pfx_') ? bare.slice(6) : bare;
  const dot = name.indexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/**
 * The names under which a symbol's definition may stand in the source, best first: system call entries
 * (`__x64_sys_connect`, `__se_sys_connect`, `__do_sys_connect`) are made by SYSCALL_DEFINEn(connect, ...), and
 * entries such as `asm_sysvec_apic_timer_interrupt` by macros around the name behind `asm_`. None for what `isNoise`.
 */
export function definitionNames(symbol: string): readonly string[] {
  if (isNoise(symbol)) return [];
  const name = sourceName(symbol);
  const call = syscallEntries.find((prefix) => name.startsWith(prefix));
  if (call !== undefined) return [`SYSCALL_DEFINE(${name.slice(call.length)})`];
  return name.startsWith('asm_') ? [name, name.slice(4)] : [name];
}

/**
 * Whether a symbol is of code that no one wrote or that only leads to other code: thunks (arch/x86/lib/retpoline.S), static
 * calls, compiled BPF programs, trampolines of tracing. A stack may show it, but nothing in the source is meant by it.
 */
export function isNoise(symbol: string): boolean {
  const name = sourceName(symbol);
  return isThunk(name) || compiledProgram.test(name) || isTrampoline(name);
}

/** `bpf_prog_6deef7357e7b4530_drop`: with the program's tag (bpf_get_prog_name in kernel/bpf/core.c). */
const compiledProgram = /^bpf_prog_[0-9a-f]{16}(?:_|$)/;

/** Code that passes a call or a return on: the frames on both sides of it belong together. */
export const isThunk = (symbol: string): boolean => thunks.some((start) => symbol.startsWith(start));

/** What tracing puts at the entry of a function: the frame behind it called nothing. */
export const isTrampoline = (symbol: string): boolean => trampolines.has(symbol) || /^bpf_trampoline_\d/.test(symbol);

const thunks = [
  '__x86_indirect_',
  '__x86_return_thunk',
  '__SCT__',
  'srso_',
  'retbleed_',
  'zen_untrain_ret',
  'its_return_thunk',
] as const;

const trampolines: ReadonlySet<string> = new Set([
  'ftrace_trampoline',
  'ftrace_call',
  'ftrace_caller',
  'ftrace_regs_call',
  'ftrace_regs_caller',
  'ftrace_common',
  'ftrace_graph_caller',
  'return_to_handler',
  '__fentry__',
  'kretprobe_trampoline',
  '__kretprobe_trampoline',
  'arch_rethook_trampoline',
]);

const syscallEntries = [
  '__x64_sys_',
  '__ia32_sys_',
  '__arm64_sys_',
  '__riscv_sys_',
  '__s390x_sys_',
  '__se_sys_',
  '__do_sys_',
  '__x64_compat_sys_',
  '__ia32_compat_sys_',
  '__do_compat_sys_',
  '__se_compat_sys_',
] as const;
