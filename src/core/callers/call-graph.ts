/** The tree's calls for everyone who asks: one level, or up to the entries. The index is made with the first question. */
import { LineIndex } from '../base/position.ts';
import type { CallersRequest, ChainsRequest, Context } from '../engine.ts';
import type { TreeFiles } from '../ports.ts';
import type { Outcome } from '../problem.ts';
import type { KernelParser } from '../syntax/parser.ts';
import { withGuards } from './call-guards.ts';
import type { Callers, Chains, FunctionRef } from './call-model.ts';
import { callersOf } from './callers.ts';
import { chainsTo } from './chains.ts';
import { outlineOf } from './outline.ts';
import { treeOutlines, type TreeOutlines } from './tree-outlines.ts';
import { indexedFolders, indexWords, type KeptPrints } from './word-index.ts';

export interface CallGraphPorts {
  readonly files: TreeFiles;
  readonly parser: KernelParser;
  /** What is known of the files from before; `save` is called once all of them were looked at. */
  readonly kept?: (KeptPrints & { readonly save: () => void }) | undefined;
}

export interface CallGraph {
  /** The tree's functions by name, for whoever looks into what is called. */
  outlines(context: Context): Promise<TreeOutlines>;
  callers(request: CallersRequest, context: Context): Promise<Outcome<Callers>>;
  chains(request: ChainsRequest, context: Context): Promise<Outcome<Chains>>;
}

/** How many calls get their guards: those of kfree_skb would take all day. */
const mostGuarded = 60;

export function createCallGraph({ files, parser, kept }: CallGraphPorts): CallGraph {
  let known: Promise<TreeOutlines> | undefined;
  const outlines = async ({ signal, progress, breathe }: Context): Promise<TreeOutlines> => {
    const options = { folders: indexedFolders, signal, progress, ...(kept && { kept }), ...(breathe && { breathe }) };
    known ??= indexWords(files, options).then((index) => {
      kept?.save();
      return treeOutlines(files, index, breathe);
    });
    // A question that was cancelled leaves the next one to begin anew.
    known.catch(() => (known = undefined));
    return known;
  };
  return {
    outlines,
    callers: async (request, context) => {
      const tree = await outlines(context);
      const { value: asked, problems } = await functionAsked(files, tree, request);
      if (asked === undefined) return { problems };
      const callers = await callersOf(tree, asked);
      const guarded = await withGuards(tree, parser, callers.calls.slice(0, mostGuarded));
      const calls = [...guarded, ...callers.calls.slice(mostGuarded)];
      return { value: { ...callers, ...othersOf(asked), calls }, problems };
    },
    chains: async (request, context) => {
      const tree = await outlines(context);
      const { value: asked, problems } = await functionAsked(files, tree, request);
      if (asked === undefined) return { problems };
      const found = await chainsTo(tree, asked, { ...request, ...context });
      const steps = found.chains.flatMap((chain) => chain.steps);
      const guarded = new Map(
        (await withGuards(tree, parser, steps)).map((step, index) => [steps[index] ?? step, step]),
      );
      const chains = found.chains.map((chain) => ({
        ...chain,
        steps: chain.steps.map((step) => guarded.get(step) ?? step),
      }));
      return { value: { ...found, ...othersOf(asked), chains }, problems };
    },
  };
}

interface Asked {
  readonly function: string;
  readonly file?: string;
  /** Functions of the same name in other files. */
  readonly others: readonly FunctionRef[];
}

const othersOf = ({ others }: Asked): { readonly others?: readonly FunctionRef[] } =>
  others.length === 0 ? {} : { others };

async function functionAsked(files: TreeFiles, tree: TreeOutlines, request: CallersRequest): Promise<Outcome<Asked>> {
  return 'name' in request ? functionNamed(tree, request) : functionAt(files, request);
}

async function functionAt(
  files: TreeFiles,
  { file, line, text: given }: Exclude<CallersRequest, { readonly name: string }>,
): Promise<Outcome<Asked>> {
  const text = given ?? (await files.read(file));
  if (text === undefined) return { problems: [{ kind: 'no-such-file', file }] };
  const lines = new LineIndex(text);
  const found = outlineOf(file, text).functions.find(
    ({ extent }) => lines.lineAt(extent.start) <= line && line <= lines.lineAt(extent.end - 1),
  );
  if (found === undefined) return { problems: [{ kind: 'no-function-at', file, line, lineCount: lines.lineCount }] };
  return { value: { function: found.name, file, others: [] }, problems: [] };
}

/** A function's name, or the id of a site in it. Of several with a body the first in net/ is meant. */
async function functionNamed(
  tree: TreeOutlines,
  { name: given, file }: Extract<CallersRequest, { readonly name: string }>,
): Promise<Outcome<Asked>> {
  const name = given.split('/')[0] ?? given;
  const found = (await tree.definitions(name)).map((definition) => ({
    function: name,
    file: definition.file,
    line: definition.outline.lines.lineAt(definition.at),
    isNear: definition.file === file ? 2 : Number(definition.file.startsWith('net/')),
  }));
  const inFiles = found.filter((each) => each.file.endsWith('.c'));
  const chosen = (inFiles.length > 0 ? inFiles : found).toSorted((a, b) => b.isNear - a.isNear);
  const [first, ...more] = chosen;
  if (first === undefined) return { problems: [{ kind: 'no-such-function', name }] };
  const others = more
    .filter((each) => each.file !== first.file)
    .map((each) => ({ function: each.function, file: each.file, line: each.line }));
  return { value: { function: name, file: first.file, others }, problems: [] };
}
