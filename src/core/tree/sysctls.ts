import type { Line1 } from '../base/position.ts';
import type { TreeProblem } from './problem.ts';
import type { Source } from './sources.ts';

/** One sysctl behind a field or variable. */
export interface SysctlName {
  /** `net.ipv4.tcp_syncookies`; a `*` stands for what is filled in at run time: `net.ipv4.conf.*.rp_filter`. */
  readonly name: string;
  /** What the table points at, as written: `&init_net.ipv4.sysctl_tcp_syncookies`. */
  readonly data: string;
  /** Where the table names it. */
  readonly file: string;
  readonly line: Line1;
}

export function readSysctls(_sources: readonly Source[]): {
  readonly value: ReadonlyMap<string, readonly SysctlName[]>;
  readonly problems: readonly TreeProblem[];
} {
  return { value: new Map(), problems: [] };
}
