import type { Initialiser } from './definitions.ts';
import { expand } from './macros.ts';
import { type Token, closing, splitAtCommas } from './tokens.ts';

/** One `struct ctl_table` array, and what the code does with it (filled in by following the code). */
export interface SysctlTable {
  readonly name: string;
  /** The field that holds the array, where it is part of a structure: `devinet_vars`. */
  readonly member?: string;
  readonly at: number;
  readonly entries: readonly SysctlEntry[];
  /** Where it is registered: `net/ipv4`. */
  readonly folders: Set<string>;
  /** What entries are pointed at when the table is set up, by index. */
  readonly data: Map<string, (readonly Token[])[]>;
}

export interface SysctlEntry {
  /** The designator as written, else the position: `NF_SYSCTL_CT_MAX`, `0`. */
  readonly index: string;
  readonly procname: string;
  readonly data?: readonly Token[];
  /** The function that reads and writes it: `proc_dointvec`, `set_default_qdisc`. */
  readonly handler?: string;
  readonly at: number;
}

/** The tables in one initialiser: it is one itself, or a structure that holds one. */
export function tablesOf(initialiser: Initialiser): readonly SysctlTable[] {
  const parts = splitAtCommas(withoutDirectives(expand(initialiser.body, initialiser.macros)));
  const entries = entriesOf(parts);
  if (entries.length > 0) return [tableOf(initialiser, entries)];
  return parts.flatMap((part) => {
    const member = part[0]?.text === '.' ? part[1] : undefined;
    if (member === undefined || part[3]?.text !== '{') return [];
    const inner = entriesOf(splitAtCommas(part.slice(4, closing(part, 3))));
    return inner.length === 0 ? [] : [{ ...tableOf(initialiser, inner), member: member.text }];
  });
}

function tableOf({ name, at }: Initialiser, entries: readonly SysctlEntry[]): SysctlTable {
  return { name, at, entries, folders: new Set(), data: new Map() };
}

function withoutDirectives(tokens: readonly Token[]): readonly Token[] {
  return tokens.filter((token) => token.kind !== 'directive');
}

function entriesOf(parts: readonly (readonly Token[])[]): readonly SysctlEntry[] {
  return parts.flatMap((part, position) => {
    const open = part.findIndex((token) => token.kind === 'punctuation' && token.text === '{');
    const designator = part[0]?.text === '[' ? part.slice(1, closing(part, 0)) : undefined;
    if (open < 0 || (designator === undefined && open > 0)) return [];
    const fields = fieldsOf(part.slice(open + 1, closing(part, open)));
    const procname = fields.get('procname')?.[0];
    if (procname?.kind !== 'string') return [];
    const data = fields.get('data');
    const handler = fields.get('proc_handler')?.findLast((token) => token.kind === 'word')?.text;
    return [
      {
        index: designator?.[0]?.text ?? String(position),
        procname: procname.text,
        at: procname.at,
        ...(data === undefined ? {} : { data }),
        ...(handler === undefined ? {} : { handler }),
      },
    ];
  });
}

/** `.name = value` pairs. */
function fieldsOf(tokens: readonly Token[]): ReadonlyMap<string, readonly Token[]> {
  const fields = new Map<string, readonly Token[]>();
  for (const part of splitAtCommas(tokens)) {
    const name = part[1];
    if (part[0]?.text === '.' && name !== undefined && part[2]?.text === '=') fields.set(name.text, part.slice(3));
  }
  return fields;
}
