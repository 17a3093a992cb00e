import type { TreeFiles } from '../ports.ts';
import { type CounterName, readCounters } from './counters.ts';
import type { TreeProblem } from './problem.ts';
import { type Reason, readReasons } from './reasons.ts';
import { type Release, readRelease } from './release.ts';
import { type SysctlName, readSysctls } from './sysctls.ts';
import { readNetworkSources } from './sources.ts';

/** What a tree says of itself. Everything is read from its files; nothing is known beforehand. */
export interface TreeKnowledge {
  readonly release: Release;
  /** By MIB item: `LINUX_MIB_LISTENDROPS` is `TcpExtListenDrops`. An item in several tables has several names. */
  readonly counters: ReadonlyMap<string, CounterName>;
  /** By enumerator: `SKB_DROP_REASON_NO_SOCKET`. Empty in a tree that gives no reasons. */
  readonly dropReasons: ReadonlyMap<string, Reason>;
  /** By enumerator: `SK_RST_REASON_NO_SOCKET`. */
  readonly rstReasons: ReadonlyMap<string, Reason>;
  /** By the field or variable that code reads: `tcp_be_liberal` is `net.netfilter.nf_conntrack_tcp_be_liberal`. */
  readonly sysctls: ReadonlyMap<string, readonly SysctlName[]>;
}

export interface KnowledgeOptions {
  /** Where tables are looked for, with all folders below; `net` when not said. */
  readonly folders?: readonly string[];
}

/** Reads a tree's tables once. Costs one read of every C file below the folders. */
export async function readKnowledge(
  files: TreeFiles,
  options: KnowledgeOptions = {},
): Promise<{ readonly value: TreeKnowledge; readonly problems: readonly TreeProblem[] }> {
  const [release, sources, reasons] = await Promise.all([
    readRelease(files),
    readNetworkSources(files, options.folders ?? ['net']),
    readReasons(files),
  ]);
  const counters = readCounters(sources);
  const sysctls = readSysctls(sources);
  return {
    value: {
      release: release.value,
      counters: counters.value,
      dropReasons: reasons.value.drop,
      rstReasons: reasons.value.rst,
      sysctls: sysctls.value,
    },
    problems: [release, counters, reasons, sysctls].flatMap((part) => part.problems),
  };
}
