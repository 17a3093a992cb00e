/** The lines of functions from which others are called, told from the source alone. */
import type { CancelSignal } from '../../base/abort.ts';
import { LineIndex, offset } from '../../base/position.ts';
import type { KeptPrints } from '../../callers/word-index.ts';
import type { SourceLine } from '../../model.ts';
import type { TreeFiles } from '../../ports.ts';
import { definitionNames, sourceName } from '../source-name.ts';
import { assemblyCalls } from './assembly-calls.ts';
import { type Caller, callsOf, type Offsets, pointerCalls } from './candidates.ts';
import { type CodeFile, type CodeFiles, codeFiles } from './code-files.ts';
import { type HeaderIndex, type HeaderOptions, indexHeaders } from './header-index.ts';
import { fieldsHolding } from './held-in.ts';
import { type InlineGraph, inlineGraph } from './inline-graph.ts';
import { type Definition, endingWith, type TailSearch } from './tail-calls.ts';

/** A call that must stand somewhere: functions by their symbols, with the files that define them. */
export interface CallAsked {
  readonly caller: FunctionAsked;
  /** With no name nothing is known but that it is called through a pointer. */
  readonly callee: FunctionAsked;
}

export interface FunctionAsked {
  readonly symbol: string;
  readonly files: readonly string[];
}

/** Which rule found the lines: the first that finds any ends the search. */
export type CallRule = 'call' | 'field' | 'tail' | 'pointer';

export interface CallLines {
  readonly rule: CallRule;
  /** All lines it may be, never none. */
  readonly lines: readonly SourceLine[];
}

export interface CallLinesContext {
  readonly arch?: string | undefined;
  readonly signal?: CancelSignal | undefined;
  readonly progress?: HeaderOptions['progress'];
  readonly breathe?: (() => Promise<void>) | undefined;
}

export interface CallLineFinder {
  /** In order of the calls; undefined where no rule finds a line. */
  find(asked: readonly CallAsked[], context: CallLinesContext): Promise<readonly (CallLines | undefined)[]>;
}

export interface CallLinesPorts {
  readonly files: TreeFiles;
  /** What is known of headers from before; `save` is called once all of them were looked at. */
  readonly kept?: (KeptPrints & { readonly save: () => void }) | undefined;
}

/** @returns a finder that keeps what it has read of the tree */
export function callLineFinder({ files, kept }: CallLinesPorts): CallLineFinder {
  const code = codeFiles(files);
  const headers = new Map<string, Promise<HeaderIndex>>();
  const indexFor = (context: CallLinesContext): Promise<HeaderIndex> => {
    const arch = archFolder(context.arch);
    const { signal, progress, breathe } = context;
    const known =
      headers.get(arch) ??
      indexHeaders(files, { arch, kept, signal, progress, breathe }).then((index) => {
        kept?.save();
        return index;
      });
    headers.set(arch, known);
    // A question that was cancelled leaves the next one to begin anew.
    known.catch(() => headers.delete(arch));
    return known;
  };
  return {
    find: async (asked, context) => {
      if (asked.length === 0) return [];
      code.look();
      const search = searchIn(files, code, await indexFor(context));
      const found: (CallLines | undefined)[] = [];
      for (const each of asked) {
        await context.breathe?.();
        context.signal?.throwIfAborted();
        context.progress?.({ step: each.caller.symbol, done: found.length, total: asked.length });
        found.push(await search(each));
      }
      return found;
    },
  };
}

/** The folder below arch/ of a machine as `uname -m` names it; x86 when nothing tells. */
export function archFolder(machine: string | undefined): string {
  const name = machine ?? 'x86_64';
  if (/^(?:x86_64|i[3-6]86|x86)$/.test(name)) return 'x86';
  if (name === 'aarch64') return 'arm64';
  const family = ['arm64', 'arm', 'powerpc', 'ppc', 's390', 'riscv', 'mips', 'loongarch', 'sparc'].find((each) =>
    name.startsWith(each),
  );
  return family === 'ppc' ? 'powerpc' : (family ?? name);
}

type Search = (asked: CallAsked) => Promise<CallLines | undefined>;

/** What one search reads of the tree: files are believed not to change while it lasts. */
function searchIn(files: TreeFiles, code: CodeFiles, headers: HeaderIndex): Search {
  const graphs = new Map<string, Promise<InlineGraph | undefined>>();
  const graphOf = (file: string): Promise<InlineGraph | undefined> => {
    const known = graphs.get(file) ?? openGraph(file, files, code, headers);
    graphs.set(file, known);
    return known;
  };
  const folders = folderDefinitions(code);
  const callersIn = async ({ symbol, files: places }: FunctionAsked): Promise<readonly Caller[]> => {
    const found: Caller[] = [];
    for (const file of new Set(places)) {
      const graph = await graphOf(file);
      if (graph === undefined) continue;
      for (const node of callerNames(symbol).flatMap((name) => graph.named(name)))
        if (node.item.kind === 'function') found.push({ graph, node, reached: await graph.reach(node) });
    }
    return found;
  };
  const rulesFor = ({ caller, callee }: CallAsked): readonly (readonly [CallRule, Look])[] => {
    const names = namesCalled(callee.symbol);
    const near = once(() => filesNear(files, [...callee.files, ...caller.files]));
    const fields = once(async () => fieldsOf([...names], await near(), code));
    const tails = async (each: Caller): Promise<Offsets> => {
      const defined = await folders(await near());
      const spoken = each.reached.nodes.flatMap(({ speaks }) => [...speaks]);
      const targets = new Set([...names, ...(await fields())]);
      const ending = await endingWith(spoken, each.node.code.file, targets, { defined, graphOf });
      return ending.size === 0 ? [] : callsOf(each, ending);
    };
    const named: readonly (readonly [CallRule, Look])[] = [
      ['call', async (each) => callsOf(each, names)],
      ['field', async (each) => callsOf(each, await fields())],
      ['tail', tails],
    ];
    return [...(names.size === 0 ? [] : named), ['pointer', async (each) => pointerCalls(each)]];
  };
  return async (asked) => {
    const assembly = await linesInAssembly(asked, code);
    if (assembly.length > 0) return { rule: 'call', lines: assembly };
    const callers = await callersIn(asked.caller);
    if (callers.length === 0) return undefined;
    for (const [rule, look] of rulesFor(asked)) {
      const lines: SourceLine[] = [];
      for (const caller of callers) lines.push(...linesOf(caller.node.code, await look(caller)));
      if (lines.length > 0) return { rule, lines: distinct(lines) };
    }
    return undefined;
  };
}

type Look = (caller: Caller) => Promise<Offsets>;

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function linesInAssembly({ caller, callee }: CallAsked, code: CodeFiles): Promise<readonly SourceLine[]> {
  const found: SourceLine[] = [];
  for (const file of caller.files) {
    const text = file.endsWith('.S') ? await code.text(file) : undefined;
    if (text === undefined) continue;
    const lines = assemblyCalls(text, sourceName(caller.symbol), namesCalled(callee.symbol));
    found.push(...lines.map((line) => ({ file, line })));
  }
  return found;
}

/** Of `asm_NAME` the C function is another one: entry code calls it. */
const callerNames = (symbol: string): readonly string[] => definitionNames(symbol).slice(0, 1);

/**
 * The names under which source calls a symbol. A tracepoint's functions are called as trace_NAME (include/linux/tracepoint.h),
 * system calls by a switch that a macro makes (arch/x86/entry/syscall_64.c).
 */
export function namesCalled(symbol: string): ReadonlySet<string> {
  const names = new Set(symbol === '' ? [] : definitionNames(symbol));
  const name = sourceName(symbol);
  const prefix = tracers.find((start) => name.startsWith(start));
  if (prefix !== undefined) names.add(`trace_${name.slice(prefix.length)}`);
  if (name.startsWith('__x64_sys_')) names.add('x64_sys_call');
  if (name.startsWith('__ia32_')) names.add('ia32_sys_call');
  return names;
}

const tracers = ['__traceiter_', 'trace_event_raw_event_', 'perf_trace_', '__bpf_trace_'] as const;

/** The real functions of the folders of some files: what a file's code may call without including it. */
function folderDefinitions(code: CodeFiles): (near: readonly string[]) => Promise<TailSearch['defined']> {
  const known = new Map<string, Promise<TailSearch['defined']>>();
  const read = async (near: readonly string[]): Promise<TailSearch['defined']> => {
    const byName = new Map<string, (Definition & { readonly isStatic: boolean })[]>();
    for (const file of near) {
      const opened = file.endsWith('.c') ? await code.open(file) : undefined;
      for (const { kind, names, isStatic } of opened?.items ?? []) {
        if (kind !== 'function') continue;
        for (const name of names) byName.set(name, [...(byName.get(name) ?? []), { name, file, isStatic }]);
      }
    }
    return (name, file) => (byName.get(name) ?? []).filter((each) => !each.isStatic || each.file === file);
  };
  return (near) => {
    const key = near.join('\n');
    const found = known.get(key) ?? read(near);
    known.set(key, found);
    return found;
  };
}

async function openGraph(
  file: string,
  files: TreeFiles,
  code: CodeFiles,
  headers: HeaderIndex,
): Promise<InlineGraph | undefined> {
  const main = await code.open(file);
  if (main === undefined) return undefined;
  const beside = await privateHeaders(main, code);
  const around = beside.length > 0 && file.endsWith('.c') ? [] : await includersOf(main, files, code);
  const others = await Promise.all(around.map(async (each) => [each, ...(await privateHeaders(each, code))]));
  const included = new Set([...beside, ...others.flat()]);
  included.delete(main);
  return inlineGraph(main, [...included], code, headers);
}

/** The C files of the same folder that include one, which then sees what they include: kernel/sched/build_policy.c. */
async function includersOf({ file }: CodeFile, files: TreeFiles, code: CodeFiles): Promise<readonly CodeFile[]> {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const quoted = `"${file.slice(folder.length + 1)}"`;
  const found: CodeFile[] = [];
  for (const name of await files.list(folder)) {
    const text = name.endsWith('.c') ? await code.text(`${folder}/${name}`) : undefined;
    const opened = text?.includes(quoted) === true ? await code.open(`${folder}/${name}`) : undefined;
    if (opened !== undefined) found.push(opened);
  }
  return found;
}

/** What a file includes with quotes from its own folder, and those in turn. */
async function privateHeaders(main: CodeFile, code: CodeFiles): Promise<readonly CodeFile[]> {
  const found = new Map<string, CodeFile>([[main.file, main]]);
  let edge: readonly CodeFile[] = [main];
  for (let depth = 0; depth < 3 && edge.length > 0; depth++) {
    const next: CodeFile[] = [];
    for (const each of edge) {
      const folder = each.file.slice(0, each.file.lastIndexOf('/'));
      for (const [, name = ''] of each.text.matchAll(/^#[ \t]*include[ \t]+"([^"\n]{1,200})"/gm)) {
        const file = `${folder}/${name}`;
        const opened = found.has(file) ? undefined : await code.open(file);
        if (opened === undefined) continue;
        found.set(file, opened);
        next.push(opened);
      }
    }
    edge = next;
  }
  found.delete(main.file);
  return [...found.values()];
}

async function fieldsOf(
  names: readonly string[],
  near: readonly string[],
  code: CodeFiles,
): Promise<ReadonlySet<string>> {
  const fields = new Set<string>();
  for (const file of near) {
    const text = await code.text(file);
    for (const name of names) if (text?.includes(name) === true) fieldsHolding(text, name, fields);
  }
  return new Set([...fields].map((field) => `->${field}`));
}

/** The C files beside some, those themselves first. */
async function filesNear(files: TreeFiles, some: readonly string[]): Promise<readonly string[]> {
  const folders = new Set(some.map((file) => file.slice(0, file.lastIndexOf('/'))));
  const found = new Set(some);
  for (const folder of folders)
    for (const name of await files.list(folder)) if (/\.[ch]$/.test(name)) found.add(`${folder}/${name}`);
  return [...found];
}

function linesOf({ file, text }: CodeFile, offsets: Offsets): readonly SourceLine[] {
  if (offsets.length === 0) return [];
  const lines = new LineIndex(text);
  return offsets.map((at) => ({ file, line: lines.lineAt(offset(at)) }));
}

function distinct(lines: readonly SourceLine[]): readonly SourceLine[] {
  return [...new Map(lines.map(({ file, line }) => [`${file}:${line}`, { file, line }])).values()];
}
