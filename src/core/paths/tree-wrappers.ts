/**
 * The wrappers that all of a tree may call, and the fields through which only wrappers are called. Each answer asks
 * for more: who calls what was found, where else its name is defined, what else its fields hold.
 */
import type { FieldValue } from './field-values.ts';
import { dropOf, isReset } from './primitives.ts';
import type { FunctionSummary } from './summaries.ts';
import type { Wanted, WrapperFacts } from './wrapper-facts.ts';
import { common, type Wrapper, type WrapperIndex, sharedWrappers, wrappersOf } from './wrappers.ts';

/** Asks all files of the tree (`wrapperFacts`); answers that tell nothing may be left out. */
export type AskFiles = (wanted: Wanted | undefined) => Promise<readonly WrapperFacts[]>;

export async function treeWrappers(ask: AskFiles): Promise<WrapperIndex> {
  const known: Known = { summaries: new Map(), values: new Map() };
  const asked: Asked = { defined: new Set(), called: new Set(), fields: new Set(), values: new Set() };
  let wanted: Wanted | undefined;
  for (;;) {
    for (const facts of await ask(wanted)) learn(known, facts);
    const found = solve(known);
    wanted = notAsked(asked, wantedFor(known, found));
    if (Object.values(wanted).every((names) => names.length === 0)) return found;
  }
}

/** As text, to keep and to send. */
export function wrappersToText(wrappers: WrapperIndex): string {
  return JSON.stringify([...wrappers].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @param text of `wrappersToText` */
export function wrappersFromText(text: string): WrapperIndex {
  return new Map(JSON.parse(text) as readonly (readonly [string, Wrapper])[]);
}

interface Known {
  /** By file and function. */
  readonly summaries: Map<string, ReadonlyMap<string, readonly FunctionSummary[]>>;
  /** By field and, to have each once, by file and value. */
  readonly values: Map<string, Map<string, FieldValue & { readonly file: string }>>;
}

function learn({ summaries, values }: Known, facts: WrapperFacts): void {
  const { file } = facts;
  const fresh = new Map<string, FunctionSummary[]>();
  for (const summary of facts.summaries) fresh.set(summary.name, [...(fresh.get(summary.name) ?? []), summary]);
  summaries.set(file, new Map([...(summaries.get(file) ?? []), ...fresh]));
  for (const each of facts.values) {
    const ofField = values.get(each.field) ?? new Map<string, FieldValue & { readonly file: string }>();
    values.set(each.field, ofField.set(`${file} ${each.value}`, { ...each, file }));
  }
}

/** What follows from what is known so far. */
function solve(known: Known): WrapperIndex {
  const all = [...known.summaries.values()].flatMap((byName) => [...byName.values()].flat());
  let fields: WrapperIndex = new Map();
  for (;;) {
    const index = new Map([...sharedWrappers(all, fields), ...fields]);
    const found = fieldWrappers(known, index);
    if (found.size === fields.size) return index;
    fields = found;
  }
}

function fieldWrappers({ summaries, values }: Known, index: WrapperIndex): WrapperIndex {
  const own = new Map<string, WrapperIndex>();
  const inFile = (file: string): WrapperIndex => {
    const found = own.get(file) ?? wrappersOf([...(summaries.get(file)?.values() ?? [])].flat(), index);
    own.set(file, found);
    return found;
  };
  const found = new Map<string, Wrapper>();
  for (const [field, held] of values) {
    const wrapper = common(
      [...held.values()].map(({ value, file }) => {
        if (summaries.get(file)?.has(value) === true && !isPrimitive(value)) return inFile(file).get(value);
        return primitive(value, file) ?? index.get(value);
      }),
    );
    if (wrapper !== undefined) found.set(`->${field}`, wrapper);
  }
  return found;
}

const isPrimitive = (name: string): boolean => dropOf(name) || isReset(name);

function primitive(name: string, file: string): Wrapper | undefined {
  const here = { ends: [name], functions: [{ name, file }] };
  if (isReset(name)) return { kind: 'reset', ...here };
  return dropOf(name) ? { kind: 'drop', packet: 0, ...here } : undefined;
}

/** What must be looked at for the answer to hold, and what may follow from it. */
function wantedFor({ summaries, values }: Known, index: WrapperIndex): Wanted {
  const shared = [...index.keys()].filter((name) => !name.startsWith('->'));
  const callees = [...summaries.values()].flatMap((byName) =>
    shared.flatMap((name) => (byName.get(name) ?? []).flatMap(({ packets }) => packets)),
  );
  const handedTo = callees.flatMap(({ handings }) => handings.map(({ callee }) => callee));
  return {
    defined: [...shared, ...handedTo.filter((name) => !name.startsWith('->') && !isPrimitive(name))],
    called: [...index.keys()].map((name) => name.replace('->', '')),
    fields: [...values.keys()],
    values: shared,
  };
}

type Asked = { readonly [Kind in keyof Wanted]: Set<string> };

function notAsked(asked: Asked, wanted: Wanted): Wanted {
  const fresh = (kind: keyof Wanted): readonly string[] => {
    const names = [...new Set(wanted[kind])].filter((name) => !asked[kind].has(name));
    for (const name of names) asked[kind].add(name);
    return names;
  };
  return { defined: fresh('defined'), called: fresh('called'), fields: fresh('fields'), values: fresh('values') };
}
