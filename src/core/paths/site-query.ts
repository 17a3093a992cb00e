/** Which sites are wanted, as it is written in a filter box or behind `--where`. */
import type { Site, SiteKind } from '../model.ts';
import type { Problem } from '../problem.ts';

/**
 * All that is named must be so; of several values of one key any will do. Values are lower case, and `*` in one stands
 * for any text.
 */
export interface SiteQuery {
  readonly kind: readonly SiteKind[];
  /** The function a site stands in, or the one it calls. */
  readonly function: readonly string[];
  /** A path, a folder, or the end of either: `tcp_ipv4.c`, `net/ipv4`. */
  readonly file: readonly string[];
  /** With its prefix one reason, without it the drop and the RST reason of that name. */
  readonly reason: readonly string[];
  /** A MIB item or the name that nstat prints. */
  readonly counter: readonly string[];
  /** A name as sysctl or /proc/sys has it, the end of one (`tcp_syncookies`), or the field that code reads. */
  readonly sysctl: readonly string[];
  readonly incident: readonly string[];
  /** Each is found somewhere in what is known of the site. */
  readonly text: readonly string[];
}

export type QueryKey = Exclude<keyof SiteQuery, 'text'>;

export const queryKeys: readonly QueryKey[] = ['kind', 'function', 'file', 'reason', 'counter', 'sysctl', 'incident'];

export const siteKinds: readonly SiteKind[] = ['drop', 'reset', 'verdict', 'count', 'free'];

/** What can be wrong with a query. */
export type QueryProblem = Extract<Problem, { readonly kind: `query-${string}` }>;

/**
 * Reads `counter:TcpExtListenDrops kind:drop reason:NO_SOCKET listen`: words with a key, words without, blanks in
 * quotes. A word that is no good is left out and told.
 */
export function parseSiteQuery(text: string): {
  readonly value: SiteQuery;
  readonly problems: readonly QueryProblem[];
} {
  const value: Record<keyof SiteQuery, string[]> & { kind: SiteKind[] } = {
    kind: [],
    function: [],
    file: [],
    reason: [],
    counter: [],
    sysctl: [],
    incident: [],
    text: [],
  };
  const problems: QueryProblem[] = [];
  for (const word of text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []) {
    const { key, rest } = keyOf(word);
    const wanted = rest.replaceAll('"', '').toLowerCase();
    const known = queryKeys.find((each) => each === key);
    const kind = siteKinds.find((each) => each === wanted);
    if (key === undefined) value.text.push(...(wanted === '' ? [] : [wanted]));
    else if (known === undefined) problems.push({ kind: 'query-key-unknown', key, known: queryKeys });
    else if (wanted === '') problems.push({ kind: 'query-value-missing', key });
    else if (known !== 'kind') value[known].push(known === 'sysctl' ? sysctlName(wanted) : wanted);
    else if (kind === undefined) problems.push({ kind: 'query-kind-unknown', value: wanted, known: siteKinds });
    else value.kind.push(kind);
  }
  return { value, problems };
}

export const isEmptyQuery = (query: SiteQuery): boolean => Object.values(query).every((values) => values.length === 0);

export function matchesQuery(site: Site, query: SiteQuery): boolean {
  const reasons = [...site.reasons, ...site.rstReasons];
  const { counters, sysctls } = site;
  return (
    (query.kind.length === 0 || query.kind.includes(site.kind)) &&
    any(query.function, [site.function, site.callee ?? '']) &&
    any(query.file.flatMap(inFolders), [site.file]) &&
    any(query.reason, [...reasons, ...reasons.map((name) => name.replace(reasonPrefix, ''))]) &&
    any(
      query.counter,
      counters.flatMap(({ mib, nstat }) => [mib, nstat]),
    ) &&
    (query.sysctl.length === 0 || sysctls.some((read) => query.sysctl.some((wanted) => isSysctl(wanted, read)))) &&
    any(query.incident, site.incidents) &&
    (query.text.length === 0 || holds(site, query.text))
  );
}

/** Prefixes of the reasons that every subsystem shares. */
export const reasonPrefix: RegExp = /^(?:SKB_DROP_REASON_|SK_RST_REASON_)/i;

/**
 * As sysctl(8) prints it, in lower case: `/proc/sys/net/ipv4/conf/eth0.10/rp_filter` is
 * `net.ipv4.conf.eth0/10.rp_filter`. A name whose first separator is a dot is so already.
 */
export function sysctlName(text: string): string {
  const path = text.toLowerCase().replace(/^\/?proc\/sys\//, '');
  const isPath = /[./]/.exec(path)?.[0] === '/';
  return isPath ? path.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/')) : path;
}

/**
 * Whether a name (lower case) is that of a sysctl: whole, its end, or the identifier behind it. `*` in the sysctl's own
 * name stands for what is filled in at run time: `net.ipv4.conf.eth0.rp_filter` is `net.ipv4.conf.*.rp_filter`.
 */
export function isSysctl(
  wanted: string,
  { name, identifier }: { readonly name: string; readonly identifier: string },
): boolean {
  if (like(wanted, identifier.toLowerCase()) || like(wanted, name)) return true;
  const parts = wanted.split('.');
  const own = name.toLowerCase().split('.');
  if (parts.length > own.length) return false;
  const tail = own.slice(own.length - parts.length);
  return tail.every((part, at) => part === '*' || like(parts[at] ?? '', part));
}

function keyOf(word: string): { readonly key?: string; readonly rest: string } {
  const colon = word.indexOf(':');
  const key = word.slice(0, colon).toLowerCase();
  // What looks like FILE:LINE or quotes a colon has no key.
  return colon > 0 && /^[a-z]+$/.test(key) ? { key, rest: word.slice(colon + 1) } : { rest: word };
}

const any = (wanted: readonly string[], names: readonly string[]): boolean =>
  wanted.length === 0 || names.some((name) => wanted.some((each) => like(each, name.toLowerCase())));

const inFolders = (path: string): readonly string[] => {
  const whole = path.replace(/\/+$/, '');
  return [whole, `*/${whole}`, `${whole}/*`, `*/${whole}/*`];
};

function holds(site: Site, words: readonly string[]): boolean {
  const { id, file, callee = '', why, reasons, rstReasons, counters, sysctls, incidents } = site;
  const names = [...counters.flatMap(({ mib, nstat }) => [mib, nstat]), ...sysctls.map(({ name }) => name)];
  const all = [id, `${file}:${site.line}`, callee, why, ...reasons, ...rstReasons, ...names, ...incidents];
  const text = all.join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Whether a lower-case name is as a pattern says, whose `*` stand for any text. Looks at each part once. */
function like(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
