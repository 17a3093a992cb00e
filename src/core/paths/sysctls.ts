/** Which sysctls a condition depends on. */
import type { Sysctl } from '../model.ts';
import type { SysctlName } from '../tree/sysctls.ts';
import { expressionOf } from './flow-graph.ts';
import type { Flow } from './flow.ts';

export interface SysctlReader {
  /** The sysctls that a condition at `line` reads, directly or through a variable that was given one. */
  readIn(text: string, line: number): readonly Sysctl[];
}

/**
 * @param known by field or variable
 * @param file the file the function stands in, relative to the tree
 */
export function sysctlReader(
  flow: Flow,
  known: ReadonlyMap<string, readonly SysctlName[]>,
  file: string,
): SysctlReader {
  const kept = remembered.get(flow);
  if (kept?.known === known) return kept.reader;
  const reader = newReader(flow, known, file);
  remembered.set(flow, { known, reader });
  return reader;
}

/** A flow holds several sites. */
const remembered = new WeakMap<Flow, { readonly known: Names['known']; readonly reader: SysctlReader }>();

function newReader(flow: Flow, known: Names['known'], file: string): SysctlReader {
  const variables = new Map<string, Sysctl[]>();
  const assigned = new Set(flow.fn.parameters.map(({ name }) => name));
  const assignments = flow.graph.nodes.flatMap((node) => expressionOf(node)?.assignments ?? []);
  for (const { target } of assignments) assigned.add(target);
  for (const { target, value, place } of assignments) {
    const read = namedIn(value, place.line, { known, file, assigned });
    if (read.length > 0) variables.set(target, [...(variables.get(target) ?? []), ...read]);
  }
  return {
    readIn: (text, line) => {
      const through = (text.match(/[A-Za-z_]\w*/g) ?? []).flatMap((word) => variables.get(word) ?? []);
      return [...namedIn(text, line, { known, file, assigned }), ...through];
    },
  };
}

interface Names {
  readonly known: ReadonlyMap<string, readonly SysctlName[]>;
  readonly file: string;
  readonly assigned: ReadonlySet<string>;
}

function namedIn(text: string, line: number, { known, file, assigned }: Names): readonly Sysctl[] {
  const found: Sysctl[] = [];
  let owner = '';
  for (const [, member, identifier] of text.matchAll(/(->|\.)?\s*([A-Za-z_]\w*)/g)) {
    if (identifier === undefined) continue;
    const isMember = member !== undefined;
    const local = !isMember && assigned.has(identifier);
    const names = (local ? [] : (known.get(identifier) ?? [])).filter((name) =>
      isSame(name, identifier, isMember ? owner : undefined, file),
    );
    found.push(...names.map(({ name }) => ({ name, identifier, line })));
    owner = identifier;
  }
  for (const { key, identifier } of pastedIn(text))
    found.push(...(known.get(key) ?? []).map(({ name }) => ({ name, identifier, line })));
  return found;
}

/**
 * Fields that are picked by a constant: `timeouts[TCP_CONNTRACK_CLOSE]`, and by macros that paste its name together,
 * as NEIGH_VAR(p, PROXY_QLEN) does (include/net/neighbour.h) and IN_DEV_ORCONF(in_dev, ROUTE_LOCALNET) with those
 * named after a field, IN_DEV_FORWARD(in_dev) (include/linux/inetdevice.h).
 */
function pastedIn(text: string): readonly { readonly key: string; readonly identifier: string }[] {
  const picked = [...text.matchAll(/\b(\w+)\[([A-Z]\w+)\]/g)].map(([identifier]) => ({ key: identifier, identifier }));
  const pasted = [...text.matchAll(/\b([A-Z]\w+)\([^(),]+(?:\([^()]*\))?,\s*([A-Z]\w+)\)/g)].flatMap(
    ([identifier, macro = '', field = '']) =>
      [`data[${macro}_${field}]`, `IPV4_DEVCONF_${field}`].map((key) => ({ key, identifier })),
  );
  const named = [...text.matchAll(/\bIN_DEV_([A-Z]\w+)\(/g)].flatMap(([, field = '']) =>
    [field, `${field}ING`].map((name) => ({ key: `IPV4_DEVCONF_${name}`, identifier: `IN_DEV_${field}` })),
  );
  return [...picked, ...pasted, ...named];
}

/**
 * A field's name alone may mean anything (`timeout`, `burst`): it is the sysctl's when it says so itself, when the
 * table reaches it through the same owner, or when the table is of the same folder.
 */
function isSame(
  { data, file: tableFile }: SysctlName,
  identifier: string,
  owner: string | undefined,
  file: string,
): boolean {
  const member = data.endsWith(`->${identifier}`) || data.endsWith(`.${identifier}`);
  if (owner === undefined) return !member || identifier.startsWith('sysctl_');
  if (identifier.includes('sysctl_')) return true;
  if (!member) return false;
  return (
    data.endsWith(`${owner}.${identifier}`) || data.endsWith(`${owner}->${identifier}`) || sameFolder(tableFile, file)
  );
}

function sameFolder(a: string, b: string): boolean {
  return a.slice(0, a.lastIndexOf('/')) === b.slice(0, b.lastIndexOf('/'));
}
