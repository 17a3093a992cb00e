import { type Line1, LineIndex } from '../base/position.ts';
import { type Definitions, definitionsOf } from './definitions.ts';
import type { TreeProblem } from './problem.ts';
import type { Source } from './sources.ts';
import { type SysctlTable, tablesOf } from './sysctl-tables.ts';
import { followTables } from './sysctl-flow.ts';
import { type Token, textOf, tokenize } from './tokens.ts';

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

/**
 * Follows every table of sysctls from its entries' `.data` to the field, and from its registration to the folder.
 * Keys: the last field or variable (`tcp_be_liberal`); with a constant subscript where that makes the difference
 * (`timeouts[TCP_CONNTRACK_CLOSE]`), then also the constant alone (`IPV4_DEVCONF_RP_FILTER`).
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
      for (const { keys, name, data, at } of namesIn(table)) {
        const found = { name, data, file, line: lines.lineAt(at) };
        for (const key of keys) sysctls.set(key, [...(sysctls.get(key) ?? []), found]);
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

function readUnit({ file, text }: Source): Unit {
  const tokens = topLevelParts(text)
    .filter(([start, end]) => /sysctl|SYSCTL|ctl_table/.test(text.slice(start, end)))
    .flatMap(([start, end]) => tokenize(text, start, end));
  const definitions = definitionsOf(tokens);
  return { file, lines: new LineIndex(text), definitions, tables: definitions.initialisers.flatMap(tablesOf) };
}

/** Stretches of a file that end with a closing brace alone at the start of a line, as the kernel's style has it. */
function topLevelParts(text: string): readonly (readonly [number, number])[] {
  const parts: (readonly [number, number])[] = [];
  let start = 0;
  for (const match of text.matchAll(/\n\};?\r?\n/g)) {
    const end = match.index + match[0].length;
    parts.push([start, end]);
    start = end;
  }
  return [...parts, [start, text.length]];
}

interface Named {
  readonly keys: readonly string[];
  readonly name: string;
  readonly data: string;
  readonly at: number;
}

function namesIn(table: SysctlTable): readonly Named[] {
  return table.entries.flatMap((entry) => {
    const filledIn = table.data.get(entry.index);
    const pointers = filledIn ?? (entry.data === undefined ? [] : [entry.data]);
    return pointers.flatMap((pointer) =>
      [...table.folders].map((folder) => ({
        keys: keysOf(pointer),
        name: `${folder.replaceAll('/', '.')}.${entry.procname}`,
        data: textOf(pointer),
        at: entry.at,
      })),
    );
  });
}

/** `&init_net.ipv4.sysctl_x` is `sysctl_x`; `&tn->timeouts[CLOSE]` is `timeouts[CLOSE]` and `CLOSE`. */
function keysOf(pointer: readonly Token[]): readonly string[] {
  const words = pointer.filter((token) => token.kind === 'word');
  const last = words.at(-1);
  if (last === undefined || last.text === 'NULL') return [];
  if (!/^[A-Z][A-Z0-9_]+$/.test(last.text)) return [last.text];
  const field = words.findLast((token) => !/^[A-Z][A-Z0-9_]+$/.test(token.text));
  return field === undefined ? [last.text] : [`${field.text}[${last.text}]`, last.text];
}
