/**
 * The architecture that a register line of a report gives away, as `uname -m` says it. Each line is one that
 * only that port's show_regs() prints (arch/<port>/kernel/{process,traps,dumpstack}*.c).
 */
export function archOf(text: string): string | undefined {
  const line = text.trimStart();
  return marks.find(([start, within]) => line.startsWith(start) && line.includes(within))?.[2];
}

const marks: readonly (readonly [start: string, within: string, arch: string])[] = [
  ['RIP: ', '', 'x86_64'],
  ['RIP  [<', '', 'x86_64'],
  ['EIP: ', '', 'i686'],
  ['EIP is at ', '', 'i686'],
  ['pstate: ', '', 'aarch64'],
  ['pc : [<', '  lr : [<', 'arm'],
  ['Krnl PSW : ', '', 's390x'],
  ['epc : ', '', 'riscv64'],
  ['epc   : ', '', 'mips'],
  ['ERA: ', '', 'loongarch64'],
  ['TPC: <', '', 'sparc64'],
  ['TSTATE: ', '', 'sparc64'],
];
