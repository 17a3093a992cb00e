import { bpftrace } from './bpftrace.ts';
import type { Dialect } from './dialect.ts';
import { kfreeSkb } from './kfree-skb.ts';
import { plain } from './plain.ts';
import { printk } from './printk.ts';
import { stap } from './stap.ts';

/** Every dialect, the one with the strongest marks first; `plain` takes what no other knows and stays last. */
export const dialects: readonly Dialect[] = [stap, kfreeSkb, bpftrace, printk, plain];
