import { type Line1, LineIndex } from '../base/position.ts';
import type { FunctionText, Initialiser } from './definitions.ts';
import { definitionsWhere } from './parts.ts';
import type { TreeProblem } from './problem.ts';
import type { Source } from './sources.ts';
import { type Token, closing, splitAtCommas } from './tokens.ts';

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

interface Item {
  readonly mib: string;
  readonly name: string;
  readonly group: string;
  readonly file: string;
  readonly line: Line1;
}

/** Reads every `SNMP_MIB_ITEM("Name", ITEM)` table, and the group that the table is printed under. */
export function readCounters(sources: readonly Source[]): {
  readonly value: ReadonlyMap<string, CounterName>;
  readonly problems: readonly TreeProblem[];
} {
  const items = sources.filter((source) => source.text.includes('SNMP_MIB_ITEM')).flatMap(readFile);
  return { value: byItem(items), problems: items.length === 0 ? [{ kind: 'no-counters', folder: 'net' }] : [] };
}

/**
 * The name of an item where it is bumped in `file`: of several tables the one that lies nearest, so that
 * `UDP_MIB_INERRORS` is `Udp6InErrors` in net/ipv6.
 */
export function counterNear(counter: CounterName, file: string): Omit<CounterName, 'others'> {
  const shared = (other: string): number => {
    const parts = file.split('/');
    return other.split('/').findIndex((part, index) => part !== parts[index]);
  };
  return [counter, ...counter.others].reduce((best, next) => (shared(next.file) > shared(best.file) ? next : best));
}

function byItem(items: readonly Item[]): ReadonlyMap<string, CounterName> {
  const counters = new Map<string, CounterName>();
  for (const { mib, name, group, file, line } of items) {
    const entry = { nstat: group + name, group, file, line };
    const first = counters.get(mib);
    if (first === undefined) counters.set(mib, { ...entry, others: [] });
    else if (first.nstat !== entry.nstat) counters.set(mib, { ...first, others: [...first.others, entry] });
  }
  return counters;
}

function readFile({ file, text }: Source): readonly Item[] {
  const lines = new LineIndex(text);
  const { initialisers, functions } = definitionsWhere(text, /SNMP_MIB_ITEM|_MIB_|\.name\b/);
  const tables = initialisers
    .map((table) => ({ table, items: itemsOf(table) }))
    .filter(({ items }) => items.length > 0);
  const groups = groupsOf(functions);
  const listed = tables.flatMap(({ table, items }) =>
    (groups.get(table.name) ?? ['']).flatMap((group) => items.map((item) => ({ ...item, group }))),
  );
  return [...listed, ...functions.flatMap(printedOneByOne)].map(({ mib, name, group, at }) => ({
    mib,
    name,
    group,
    file,
    line: lines.lineAt(at),
  }));
}

function itemsOf(table: Initialiser): readonly { readonly mib: string; readonly name: string; readonly at: number }[] {
  return table.body.flatMap((token, index) => {
    if (token.text !== 'SNMP_MIB_ITEM') return [];
    const [name, mib] = splitAtCommas(table.body.slice(index + 2, closing(table.body, index + 1)));
    if (name?.[0]?.kind !== 'string' || mib?.[0] === undefined) return [];
    return [{ mib: mib[0].text, name: name[0].text, at: token.at }];
  });
}

/** `seq_puts(seq, "\nTcpExt:")` and then `snmp4_net_list[i].name`: the table is printed under that group, or several. */
function groupsOf(functions: readonly FunctionText[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>();
  for (const { body } of functions) {
    let group = '';
    for (const [index, token] of body.entries()) {
      if (token.kind === 'string') group = groupIn(token.text) ?? group;
      if (token.kind !== 'word' || body[index + 1]?.text !== '[' || group === '') continue;
      const after = closing(body, index + 1);
      const known = groups.get(token.text) ?? [];
      if (body[after + 1]?.text === '.' && body[after + 2]?.text === 'name' && !known.includes(group)) {
        groups.set(token.text, [...known, group]);
      }
    }
  }
  return groups;
}

function groupIn(text: string): string | undefined {
  return /^(?:\\n)?([A-Za-z]\w*):/.exec(text)?.[1];
}

/**
 * A group without a table, as icmp_put() in net/ipv4/proc.c prints it: names in the heading strings, then as many
 * items in the calls that give the values. Names made at run time (`In%s`) have no item and are passed over.
 */
function printedOneByOne({ body }: FunctionText): readonly (Omit<Item, 'file' | 'line'> & { readonly at: number })[] {
  const values = body.filter((token) => token.kind === 'word' && isItem(token.text));
  const names = headingNames(body);
  if (names.length === 0 || names.length !== values.length) return [];
  return values.flatMap((value, index) => {
    const name = names[index];
    return name === undefined ? [] : [{ mib: value.text, name: name.name, group: name.group, at: name.at }];
  });
}

function isItem(word: string): boolean {
  return /^[A-Z][A-Z0-9]*_MIB_[A-Z0-9_]+$/.test(word) && !word.endsWith('_MAX');
}

function headingNames(
  body: readonly Token[],
): readonly { readonly name: string; readonly group: string; readonly at: number }[] {
  let group = '';
  return body.flatMap((token) => {
    if (token.kind !== 'string') return [];
    group = groupIn(token.text) ?? group;
    const words = token.text.replace(/^(?:\\n)?\w+:/, '').split(' ');
    return words.filter((word) => /^[A-Z]\w*$/.test(word)).map((name) => ({ name, group, at: token.at }));
  });
}
