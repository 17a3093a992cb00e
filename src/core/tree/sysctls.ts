import { type Line1, LineIndex } from '../base/position.ts';
import type { Definitions } from './definitions.ts';
import { definitionsWhere } from './parts.ts';
import type { TreeProblem } from './problem.ts';
import type { Source } from './sources.ts';
import { type SysctlEntry, type SysctlTable, tablesOf } from './sysctl-tables.ts';
import { followTables } from './sysctl-flow.ts';
import { type Token, closing, textOf } from './tokens.ts';

/** One sysctl behind a field or variable. */
export interface SysctlName {
  /** `net.ipv4.tcp_syncookies`; a `*` stands for what is filled in at run time: `net.ipv4.conf.*.rp_filter`. */
  readonly name: string;
  /** What the table points at, as written: `&init_net.ipv4.sysctl_tcp_syncookies`; empty where a handler keeps it. */
  readonly data: string;
  /** Where the table names it. */
  readonly file: string;
  readonly line: Line1;
}

/**
 * Follows every table of sysctls from its entries' `.data` to the field, and from its registration to the folder.
 * Keys: the last field or variable (`tcp_be_liberal`), with a constant subscript where that makes the difference
 * (`timeouts[TCP_CONNTRACK_CLOSE]`), or the constant that is counted from (`IPV4_DEVCONF_RP_FILTER`). An entry that
 * points at nothing has the function that handles it as its key: `set_default_qdisc`.
 */
export function readSysctls(sources: readonly Source[]): {
  readonly value: ReadonlyMap<string, readonly SysctlName[]>;
  readonly problems: readonly TreeProblem[];
} {
  const units = sources.filter((source) => source.text.includes('ctl_table')).map(readUnit);
  followTables(units);
  const sysctls = new Map<string, SysctlName[]>();
  const problems: TreeProblem[] = [];
  for (const { file, lines, tables } of units) {
    for (const table of tables) {
      const folderless = table.folders.size === 0 && table.entries.length > 0;
      if (folderless)
        problems.push({ kind: 'sysctl-folder-unknown', file, line: lines.lineAt(table.at), table: table.name });
      for (const { key, name, data, at } of namesIn(table)) {
        sysctls.set(key, [...(sysctls.get(key) ?? []), { name, data, file, line: lines.lineAt(at) }]);
      }
    }
  }
  return { value: sysctls, problems };
}

interface Unit {
  readonly file: string;
  readonly lines: LineIndex;
  readonly definitions: Definitions;
  readonly tables: readonly SysctlTable[];
}

/** Tables, what sets them up, and the macros that either may use. */
const relevant = /ctl_table|register_(?:net_)?sysctl|#\s*define\s+\w*(?:SYSCTL|PATH)/;

function readUnit({ file, text }: Source): Unit {
  const definitions = definitionsWhere(text, relevant);
  return { file, lines: new LineIndex(text), definitions, tables: definitions.initialisers.flatMap(tablesOf) };
}

interface Named {
  readonly key: string;
  readonly name: string;
  readonly data: string;
  readonly at: number;
}

function namesIn(table: SysctlTable): readonly Named[] {
  return table.entries.flatMap((entry) => {
    const names = [...table.folders].map((folder) => `${folder.replaceAll('/', '.')}.${entry.procname}`);
    const filledIn = table.data.get(entry.index);
    const pointers = filledIn ?? (entry.data === undefined ? [] : [entry.data]);
    if (pointers.length === 0) {
      const key = ownHandler(entry);
      return key === undefined ? [] : names.map((name) => ({ key, name, data: '', at: entry.at }));
    }
    return pointers.flatMap((pointer) => {
      const key = keyOf(pointer);
      if (key === undefined) return [];
      return names.map((name) => ({ key, name, data: textOf(unwrapped(pointer)), at: entry.at }));
    });
  });
}

/** The handler of an entry that needs no data; those of the library, proc_dointvec and its kin, say nothing. */
function ownHandler({ handler }: SysctlEntry): string | undefined {
  return handler?.startsWith('proc_do') ? undefined : handler;
}

/** Without the brackets that a macro put around it. */
function unwrapped(pointer: readonly Token[]): readonly Token[] {
  const wrapped = pointer[0]?.text === '(' && closing(pointer, 0) === pointer.length - 1;
  return wrapped ? unwrapped(pointer.slice(1, -1)) : pointer;
}

/** `&init_net.ipv4.sysctl_x` is `sysctl_x`, `&tn->timeouts[CLOSE]` is `timeouts[CLOSE]`, `conf.data + X - 1` is `X`. */
function keyOf(pointer: readonly Token[]): string | undefined {
  const last = pointer.findLastIndex((token) => token.kind === 'word');
  const word = pointer[last]?.text;
  if (word === undefined || word === 'NULL') return undefined;
  const field = pointer[last - 2];
  return pointer[last - 1]?.text === '[' && field?.kind === 'word' ? `${field.text}[${word}]` : word;
}
