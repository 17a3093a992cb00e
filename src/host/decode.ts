import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CancelSignal } from '../core/base/abort.ts';
import type { Decoded } from '../core/model.ts';
import type { Outcome } from '../core/problem.ts';
import { builtinSymbolizer, type FileExists } from '../core/symbols/builtin-symbolizer.ts';
import type { Images, Symbolizer } from '../core/symbols/symbolizer.ts';
import { decode } from '../core/traces/decode.ts';
import { findDefinitions } from './definitions.ts';
import { faddr2lineSymbolizer } from './faddr2line.ts';
import { imageFiles, type ImageFiles } from './image-files.ts';
import { moduleFiles } from './module-files.ts';
import { findVmlinux } from './vmlinux.ts';

/** What to decode, with which files. */
export interface DecodeOnDisk {
  readonly text: string;
  /** The tree's absolute folder. */
  readonly tree?: string;
  readonly vmlinux?: string;
  /** A folder that holds modules with debug info, at any depth. */
  readonly modules?: string;
  /** The folder that stands for `/` when debug packages are looked for. */
  readonly root?: string;
  /** `builtin` reads debug info itself; with `none` frames go to their functions. */
  readonly engine: 'builtin' | 'faddr2line' | 'none';
}

interface DecodeContext {
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
        images: imagesOnDisk(request, files),
        ...symbolizerFor(request),
        ...(tree === undefined ? {} : { definitions: (names, signal) => findDefinitions(tree, names, signal) }),
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

function imagesOnDisk(request: DecodeOnDisk, files: ImageFiles): Images {
  const modules = moduleFiles(files);
  let vmlinux: string | undefined = request.vmlinux;
  const root = request.root === undefined ? {} : { root: request.root };
  const tree = request.tree === undefined ? {} : { tree: request.tree };
  return {
    async kernel(wanted) {
      const configured = request.vmlinux === undefined ? {} : { configured: request.vmlinux };
      const found = await findVmlinux({ ...wanted, ...configured, ...tree, ...root }, files);
      vmlinux ??= found.value?.file;
      return found;
    },
    module(name, wanted) {
      const configured = request.modules === undefined ? {} : { configured: request.modules };
      return modules.find(name, {
        ...wanted,
        ...configured,
        ...root,
        ...(vmlinux === undefined ? {} : { vmlinux }),
      });
    },
  };
}
