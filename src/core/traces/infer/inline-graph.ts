/** What a function's code may hold of others once compiled: inlined functions and macros, and what those call. */
import type { BodyCalls, CallIn } from './calls-in.ts';
import type { CodeFile, CodeFiles } from './code-files.ts';
import type { CodeItem } from './code-items.ts';
import type { HeaderIndex } from './header-index.ts';

/** A function or macro as code of one file sees it. */
export interface CodeNode {
  readonly code: CodeFile;
  readonly item: CodeItem;
  readonly body: BodyCalls;
  /** What is called in it (`->field` through a field) and what it hands on: not what those hold in turn. */
  readonly speaks: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  /** Whether it calls a field, a variable, or something without a name. */
  readonly callsPointer: boolean;
}

/** The definitions that code of one file sees and may hold inlined. */
export interface InlineGraph {
  /** The file's own functions and macros of a name. */
  named(name: string): readonly CodeNode[];
  /** What a name stands for; the file's own definitions hide those of headers. Only names of nodes that were reached. */
  visible(name: string): readonly CodeNode[];
  /** The same for any name. */
  look(name: string): Promise<readonly CodeNode[]>;
  /** A function and all that may be inlined into it, itself first. */
  reach(root: CodeNode): Promise<Reached>;
}

export interface Reached {
  readonly nodes: readonly CodeNode[];
  /** How many calls inward the nearest node lies for which something holds: 0 for itself. */
  distances(holds: (node: CodeNode) => boolean): ReadonlyMap<CodeNode, number>;
}

/** How many functions are inlined into one another at most. */
export const deepest = 6;

/** @param included what the file includes from its own folder */
export function inlineGraph(
  main: CodeFile,
  included: readonly CodeFile[],
  files: CodeFiles,
  headers: HeaderIndex,
): InlineGraph {
  const own = [main, ...included];
  const nodes = new Map<CodeItem, CodeNode>();
  const seen = new Map<string, readonly CodeNode[]>();
  const inward = new Map<CodeNode, readonly CodeNode[]>();

  const nodeOf = (code: CodeFile, item: CodeItem): CodeNode => {
    const known = nodes.get(item) ?? codeNode(code, item);
    nodes.set(item, known);
    return known;
  };
  const visible = (name: string): readonly CodeNode[] => seen.get(name) ?? [];
  const look = async (name: string): Promise<readonly CodeNode[]> => {
    const known = seen.get(name);
    if (known !== undefined) return known;
    const inOwn = own.flatMap((code) =>
      code.named(name).flatMap((item) => (item.isNoinline ? [] : [nodeOf(code, item)])),
    );
    const found = inOwn.length > 0 ? inOwn : await inHeaders(name);
    seen.set(name, found);
    return found;
  };
  const inHeaders = async (name: string): Promise<readonly CodeNode[]> => {
    const found: CodeNode[] = [];
    for (const file of headers.defining(name)) {
      const code = await files.open(file);
      if (code === undefined) continue;
      for (const item of code.named(name)) if (!item.isNoinline) found.push(nodeOf(code, item));
    }
    return found;
  };
  const inwardOf = async (node: CodeNode): Promise<readonly CodeNode[]> => {
    const known = inward.get(node);
    if (known !== undefined) return known;
    const found = new Set<CodeNode>();
    for (const { name, isPointer } of node.body.calls)
      if (!isPointer) for (const each of await look(name)) found.add(each);
    for (const { name, within } of node.body.mentions.filter((mention) => !mention.name.startsWith('->')))
      for (const each of await look(name)) if (isEntered(node, each, within.length > 0)) found.add(each);
    found.delete(node);
    const list = [...found];
    inward.set(node, list);
    return list;
  };
  return {
    named: (name) => main.named(name).map((item) => nodeOf(main, item)),
    visible,
    look,
    reach: async (root) => {
      const reached = new Map<CodeNode, readonly CodeNode[]>();
      let edge: readonly CodeNode[] = [root];
      for (let depth = 0; depth <= deepest && edge.length > 0; depth++) {
        const next = new Set<CodeNode>();
        for (const node of edge) {
          const inside = await inwardOf(node);
          reached.set(node, inside);
          for (const each of inside) if (!reached.has(each)) next.add(each);
        }
        edge = [...next].filter((node) => !reached.has(node));
      }
      return reachedFrom(reached);
    },
  };
}

/** Whether a name that is not called brings in what it stands for: a callback that is inlined, a macro without parameters. */
export function isEntered(node: CodeNode, target: CodeNode, isArgument: boolean): boolean {
  // What a macro names may be called by what the name is pasted into: net_ratelimited_function(pr_warn, ...).
  if (target.item.kind === 'alias' || node.item.kind !== 'function') return true;
  return target.item.kind === 'function' && isArgument;
}

function codeNode(code: CodeFile, item: CodeItem): CodeNode {
  const body = code.calls(item);
  const speaks = new Set(body.calls.map(({ name, isPointer }) => (isPointer ? `->${name}` : name)));
  for (const { name, within } of body.mentions) if (item.kind !== 'function' || within.length > 0) speaks.add(name);
  const variables = variablesOf(code, item, body);
  const callsPointer = body.calls.some((call) => isThroughPointer(call, variables));
  return { code, item, body, speaks, variables, callsPointer };
}

/** `skb->destructor(skb)`, `handler(skb)` of a parameter: what is called is not told by the name. */
export function isThroughPointer({ name, isPointer }: CallIn, variables: ReadonlySet<string>): boolean {
  return isPointer || variables.has(name) || dispatchers.has(name);
}

/** Functions that are one switch over all system calls, made by macros (arch/x86/entry/syscall_64.c): as good as a table. */
const dispatchers: ReadonlySet<string> = new Set(['x64_sys_call', 'x32_sys_call', 'ia32_sys_call']);

/** Parameters, and what a function's body names without calling it: `handler(skb)` of such a name is a call through a pointer. */
function variablesOf({ text }: CodeFile, item: CodeItem, { mentions }: BodyCalls): ReadonlySet<string> {
  if (item.kind === 'alias') return new Set();
  const head = text.slice(item.at, item.start);
  const parameters = head.slice(Math.max(0, head.indexOf('('))).match(/\w+/g) ?? [];
  return new Set([...parameters, ...(item.kind === 'function' ? mentions.map(({ name }) => name) : [])]);
}

function reachedFrom(reached: ReadonlyMap<CodeNode, readonly CodeNode[]>): Reached {
  const outward = new Map<CodeNode, CodeNode[]>();
  for (const [node, inside] of reached)
    for (const each of inside) {
      const known = outward.get(each);
      if (known === undefined) outward.set(each, [node]);
      else known.push(node);
    }
  const nodes = [...reached.keys()];
  return {
    nodes,
    distances: (holds) => {
      const found = new Map<CodeNode, number>();
      let edge = nodes.filter(holds);
      for (let distance = 0; edge.length > 0; distance++) {
        for (const node of edge) found.set(node, distance);
        edge = [...new Set(edge.flatMap((node) => outward.get(node) ?? []))].filter((node) => !found.has(node));
      }
      return found;
    },
  };
}
