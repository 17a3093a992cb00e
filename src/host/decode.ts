import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CancelSignal } from '../core/base/abort.ts';
import type { Decoded } from '../core/model.ts';
import type { Outcome } from '../core/problem.ts';
import { builtinSymbolizer, type FileExists } from '../core/symbols/builtin-symbolizer.ts';
import type { Image } from '../core/symbols/elf.ts';
import type { Images, OpenImages, Symbolizer } from '../core/symbols/symbolizer.ts';
import { decode } from '../core/traces/decode.ts';
import type { CallLineFinder } from '../core/traces/infer/call-lines.ts';
import { fetchDebugInfo, isDebuginfodSetUp } from './debuginfod.ts';
import { faddr2lineSymbolizer } from './faddr2line.ts';
import { type FindDefinitions, knownDefinitions } from './known-definitions.ts';
import { imageFiles, type ImageFiles } from './image-files.ts';
import { moduleFiles } from './module-files.ts';
import { findVmlinux } from './vmlinux.ts';

/** What to decode, with which files. */
export interface DecodeOnDisk {
  readonly text: string;
  /** The tree's absolute folder. */
  readonly tree?: string;
  /** One file, or several with the system's path delimiter between them: the trace's release picks. */
  readonly vmlinux?: string;
  /** Folders that hold modules with debug info at any depth, as many and in the same way. */
  readonly modules?: string;
  /** Servers may be asked for what isn't here, with debuginfod-find: only where the user has allowed it. */
  readonly debuginfod?: boolean;
  /** The folder that stands for `/` when debug packages are looked for. */
  readonly root?: string;
  /** Only lines from debug info: frames without one stay as they are, and nothing is looked for in the tree's source. */
  readonly linesOnly?: boolean;
  /** `builtin` reads debug info itself; with `none` frames go to their functions. */
  readonly engine: 'builtin' | 'faddr2line' | 'none';
}

interface DecodeContext {
  /** Where the tree's functions are defined, for whoever knows already. */
  readonly definitions?: FindDefinitions;
  /** Finds lines in the tree's source where no debug info does. */
  readonly callLines?: CallLineFinder;
  readonly breathe?: () => Promise<void>;
  readonly signal?: CancelSignal;
  readonly progress?: (report: { readonly step: string; readonly done: number; readonly total: number }) => void;
}

/** Decodes with the files and tools of this machine. An empty text or one without frames gives no value, only the problem. */
export async function decodeOnDisk(request: DecodeOnDisk, context: DecodeContext = {}): Promise<Outcome<Decoded>> {
  const files = imageFiles(request.root);
  const { tree } = request;
  try {
    const { value, problems } = await decode(
      request.text,
      {
        images: imagesOnDisk(request, files, context),
        ...symbolizerFor(request),
        ...(tree === undefined ? {} : { exists: existsIn(tree) }),
        ...(tree === undefined || request.linesOnly === true
          ? {}
          : { definitions: context.definitions ?? knownDefinitions(tree) }),
        ...(context.callLines === undefined ? {} : { callLines: context.callLines }),
      },
      context,
    );
    const unusable = problems.some(
      (problem) => problem.kind === 'trace-empty' || problem.kind === 'trace-without-frames',
    );
    return unusable ? { problems } : { value, problems };
  } finally {
    await files.close();
  }
}

/** The tree's script wants a tree; the engine of our own reads files and runs nothing. */
function symbolizerFor({ engine, tree }: DecodeOnDisk): { readonly symbolizer?: Symbolizer } {
  if (engine === 'builtin') return { symbolizer: builtinSymbolizer(existsIn(tree)) };
  return engine === 'faddr2line' && tree !== undefined ? { symbolizer: faddr2lineSymbolizer(tree) } : {};
}

const existsIn =
  (tree: string | undefined): FileExists =>
  async (file) =>
    tree !== undefined && existsSync(path.join(tree, file));

/**
 * The kernel and the modules that are named, or lie in the tree itself. Nothing is looked for elsewhere: a probe is for
 * one build, and what happens to be installed here is another.
 */
export async function openNamedImages(
  tree: string,
  { vmlinux, modules }: Pick<DecodeOnDisk, 'vmlinux' | 'modules'>,
): Promise<OpenImages | undefined> {
  const own = path.join(tree, 'vmlinux');
  const named = vmlinux ?? (existsSync(own) ? own : undefined);
  if (named === undefined) return undefined;
  const files = imageFiles();
  const request = { text: '', tree, engine: 'builtin', vmlinux: named, ...(modules && { modules }) } as const;
  return { images: imagesOnDisk(request, files, {}), close: () => files.close() };
}

function imagesOnDisk(request: DecodeOnDisk, files: ImageFiles, context: DecodeContext): Images {
  const modules = moduleFiles(files);
  const configured = filesNamed(request.vmlinux);
  let vmlinux: string | undefined = configured[0];
  const root = request.root === undefined ? {} : { root: request.root };
  const tree = request.tree === undefined ? {} : { tree: request.tree };
  return {
    async kernel(wanted) {
      const found = await findVmlinux({ ...wanted, configured, ...tree, ...root }, files);
      const complete = await orFetched(found, 'vmlinux', wanted.buildId, request, files, context);
      vmlinux = complete.value?.file ?? vmlinux;
      return complete;
    },
    async module(name, wanted) {
      const found = await modules.find(name, {
        ...wanted,
        configured: filesNamed(request.modules),
        ...root,
        ...(vmlinux === undefined ? {} : { vmlinux }),
      });
      return orFetched(found, name, wanted.buildId, request, files, context);
    },
  };
}

/** A name that exists is one, whatever characters it holds. */
function filesNamed(names: string | undefined): readonly string[] {
  if (names === undefined) return [];
  return existsSync(names) ? [names] : names.split(path.delimiter).filter((name) => name !== '');
}

/** What was found, else what a server has for that build-id; or that one could be asked. */
async function orFetched(
  found: Outcome<Image>,
  image: string,
  buildId: string | undefined,
  { debuginfod }: DecodeOnDisk,
  files: ImageFiles,
  { signal, progress }: DecodeContext,
): Promise<Outcome<Image>> {
  if (found.value !== undefined || buildId === undefined || !(await isDebuginfodSetUp())) return found;
  if (debuginfod !== true) return { problems: [...found.problems, { kind: 'debuginfod-not-allowed', image, buildId }] };
  const fetched = await fetchDebugInfo(buildId, {
    signal,
    onProgress: (done, total) => progress?.({ step: `debuginfod: ${image}`, done, total }),
  });
  if ('file' in fetched) return files.open(fetched.file);
  return { problems: [...found.problems, { kind: 'tool-failed', tool: 'debuginfod-find', detail: fetched.fault }] };
}
