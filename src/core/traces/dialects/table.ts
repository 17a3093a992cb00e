import { bcc } from './bcc.ts';
import { bpftrace } from './bpftrace.ts';
import { crash } from './crash.ts';
import type { Dialect } from './dialect.ts';
import { drgn } from './drgn.ts';
import { dropwatch } from './dropwatch.ts';
import { faddr2line } from './faddr2line.ts';
import { ftrace } from './ftrace.ts';
import { gdb } from './gdb.ts';
import { nettrace } from './nettrace.ts';
import { perfReport } from './perf-report.ts';
import { perfScript } from './perf-script.ts';
import { plain } from './plain.ts';
import { printk } from './printk.ts';
import { pwru } from './pwru.ts';
import { retis } from './retis.ts';
import { stap } from './stap.ts';

/** Every dialect, the one with the strongest marks first; `plain` takes what no other knows and stays last. */
export const dialects: readonly Dialect[] = [
  stap,
  dropwatch,
  perfScript,
  ftrace,
  crash,
  drgn,
  gdb,
  nettrace,
  pwru,
  retis,
  perfReport,
  bcc,
  bpftrace,
  faddr2line,
  printk,
  plain,
];
