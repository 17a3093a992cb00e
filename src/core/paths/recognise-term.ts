/** What a word found anywhere (in a terminal, a log, a trace) names in this tree. */
import type { TreeKnowledge } from '../tree/knowledge.ts';
import { isSysctl, type QueryKey, reasonPrefix, sysctlName } from './site-query.ts';

/** One thing of a tree that sites can be looked for by. */
export interface Term {
  readonly kind: Exclude<QueryKey, 'kind' | 'file'>;
  /** As the tree has it: `TcpExtListenDrops`, `SKB_DROP_REASON_NO_SOCKET`, `net.ipv4.tcp_syncookies`. */
  readonly name: string;
}

export type KnownNames = Pick<TreeKnowledge, 'counters' | 'dropReasons' | 'rstReasons' | 'sysctls'> & {
  /** The ids of all incidents. */
  readonly incidents?: readonly string[];
  readonly functions?: readonly string[];
};

/** As long a text as anyone selects on purpose, in words. */
const mostWords = 2000;

/**
 * Everything that a text names: one word, or lines of `nstat`, `sysctl -a`, a log or a trace. All meanings of a word
 * are given: `NO_SOCKET` is a drop reason and a RST reason. In a longer text a plain word (`enabled`) is no sysctl, and
 * a reason is written in capitals.
 */
export function recogniseTerm(text: string, known: KnownNames): readonly Term[] {
  const words = [...new Set(text.split(separators).map(trimmed))].filter((word) => /^[a-z/]/i.test(word));
  const isText = words.length > 1;
  const terms = words.slice(0, mostWords).flatMap((word) => meaningsOf(word, known, isText));
  const first = new Map(terms.map((term) => [`${term.kind} ${term.name}`, term]));
  return [...first.values()];
}

/** The query that finds a term's sites: `counter:TcpExtListenDrops`. Several of one kind give one query for all. */
export function queryFor(terms: readonly Term[]): string {
  return terms.map(({ kind, name }) => `${kind}:${name}`).join(' ');
}

const separators = /[\s,;:=()[\]{}<>"'`+|]+/;

/** Without the stop at a sentence's end, and without C's operators. */
const trimmed = (word: string): string => word.replace(/^[^A-Za-z0-9_/]+|[^A-Za-z0-9_]+$/g, '');

function meaningsOf(word: string, known: KnownNames, isText: boolean): readonly Term[] {
  const isPlain = /^[A-Za-z]+$/.test(word);
  return [
    ...countersNamed(word, known),
    ...(isText && word !== word.toUpperCase() ? [] : reasonsNamed(word, known)),
    ...(isText && isPlain ? [] : sysctlsNamed(word, known)),
    ...named('incident', word, known.incidents ?? []),
    ...named('function', word, known.functions ?? []),
  ];
}

/** The item, the name that nstat prints, or the name without its group, as /proc/net/netstat has it. */
function countersNamed(word: string, { counters }: KnownNames): readonly Term[] {
  const lower = word.toLowerCase();
  const byItem = counters.get(word.toUpperCase());
  if (byItem !== undefined) {
    const name = byItem.others.length === 0 ? byItem.nstat : word.toUpperCase();
    return [{ kind: 'counter', name }];
  }
  const names = [...counters.values()].flatMap((counter) => [counter, ...counter.others]);
  const whole = names.filter(({ nstat }) => nstat.toLowerCase() === lower);
  const found = whole.length > 0 ? whole : names.filter((each) => each.nstat.slice(each.group.length) === word);
  return found.map(({ nstat }) => ({ kind: 'counter', name: nstat }));
}

function reasonsNamed(word: string, { dropReasons, rstReasons }: KnownNames): readonly Term[] {
  const upper = word.toUpperCase();
  const names = [...dropReasons.keys(), ...rstReasons.keys()];
  return names
    .filter((name) => name === upper || name.replace(reasonPrefix, '') === upper)
    .map((name) => ({ kind: 'reason', name }));
}

function sysctlsNamed(word: string, { sysctls }: KnownNames): readonly Term[] {
  const wanted = sysctlName(word);
  return [...sysctls].flatMap(([identifier, names]) =>
    names.filter(({ name }) => isSysctl(wanted, { name, identifier })).map(({ name }) => ({ kind: 'sysctl', name })),
  );
}

const named = (kind: Term['kind'], word: string, names: readonly string[]): readonly Term[] =>
  names.includes(word) ? [{ kind, name: word }] : [];
