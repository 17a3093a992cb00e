/**
 * Functions that leave no frame: they end with a call, for which compilers make a jump. Then the frame above is not of
 * what the source of the frame below calls, but of what that ends with.
 */
import type { CodeNode, InlineGraph } from './inline-graph.ts';

/** A function's name, and a file in which it has a body. */
export interface Definition {
  readonly name: string;
  readonly file: string;
}

export interface TailSearch {
  /** Real functions of a name, as code of a file may call them. */
  readonly defined: (name: string, file: string) => readonly Definition[];
  readonly graphOf: (file: string) => Promise<InlineGraph | undefined>;
}

/** How many functions in a row may leave no frame. */
const longestRow = 3;
/** How many inlined functions are looked into for what they end with. */
const inlinedWithin = 2;

/** The functions among `names` that end, some functions later, with a call of one of the targets. */
export async function endingWith(
  names: Iterable<string>,
  file: string,
  targets: ReadonlySet<string>,
  search: TailSearch,
): Promise<ReadonlySet<string>> {
  const ends = new Map<string, Promise<ReadonlySet<string>>>();
  const endsOf = (definition: Definition): Promise<ReadonlySet<string>> => {
    const key = `${definition.file} ${definition.name}`;
    const known = ends.get(key) ?? endNames(definition, search);
    ends.set(key, known);
    return known;
  };
  const leads = async (definition: Definition, depth: number): Promise<boolean> => {
    const last = await endsOf(definition);
    if ([...last].some((name) => targets.has(name))) return true;
    if (depth <= 1) return false;
    for (const name of last)
      for (const next of name === definition.name ? [] : search.defined(name, definition.file))
        if (await leads(next, depth - 1)) return true;
    return false;
  };
  const found = new Set<string>();
  for (const name of new Set(names)) {
    if (targets.has(name)) continue;
    for (const definition of search.defined(name, file)) if (await leads(definition, longestRow)) found.add(name);
  }
  return found;
}

async function endNames({ file, name }: Definition, { graphOf }: TailSearch): Promise<ReadonlySet<string>> {
  const graph = await graphOf(file);
  const found = new Set<string>();
  for (const node of graph?.named(name) ?? [])
    if (graph !== undefined && node.item.kind === 'function') await addEnds(graph, node, inlinedWithin, found);
  return found;
}

/** What stands where a function may end: calls, and what is handed to them. */
async function addEnds(graph: InlineGraph, node: CodeNode, depth: number, found: Set<string>): Promise<void> {
  const isMacro = node.item.kind !== 'function';
  if (isMacro) for (const name of node.speaks) found.add(name);
  const last = new Set<number>();
  for (const { name, at, isPointer, isTail, within } of node.body.calls) {
    if (!isMacro && (!isTail || within.length > 0)) continue;
    last.add(at);
    found.add(isPointer ? `->${name}` : name);
    if (isPointer || depth === 0) continue;
    for (const inside of await graph.look(name)) if (inside !== node) await addEnds(graph, inside, depth - 1, found);
  }
  for (const { name, within } of node.body.mentions) if (last.has(within[0]?.at ?? -1)) found.add(name);
  for (const { name, isPointer, within } of node.body.calls)
    if (isPointer && last.has(within[0]?.at ?? -1)) found.add(`->${name}`);
}
