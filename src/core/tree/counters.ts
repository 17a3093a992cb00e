import type { Line1 } from '../base/position.ts';
import type { TreeProblem } from './problem.ts';
import type { Source } from './sources.ts';

/** How a tree prints one MIB item. */
export interface CounterName {
  /** As nstat prints it: group and name together, `TcpExtListenDrops`. */
  readonly nstat: string;
  /** The group in front of it: `TcpExt`; empty where the name is printed alone (`Ip6InReceives`, `XfrmInError`). */
  readonly group: string;
  readonly file: string;
  readonly line: Line1;
  /** The same item in other tables: `UDP_MIB_INERRORS` is `UdpInErrors`, `UdpLiteInErrors` and `Udp6InErrors`. */
  readonly others: readonly Omit<CounterName, 'others'>[];
}

export function readCounters(_sources: readonly Source[]): {
  readonly value: ReadonlyMap<string, CounterName>;
  readonly problems: readonly TreeProblem[];
} {
  return { value: new Map(), problems: [] };
}
