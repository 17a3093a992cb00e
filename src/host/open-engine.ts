import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createEngine } from '../core/api.ts';
import type { Engine } from '../core/engine.ts';
import { createKernelParser, type KernelParser } from '../core/syntax/parser.ts';
import { callLineFinder } from '../core/traces/infer/call-lines.ts';
import { builtInPacks } from '../packs/index.ts';
import { toAbortSignal } from './abort.ts';
import { decodeOnDisk, openNamedImages } from './decode.ts';
import { knownDefinitions } from './known-definitions.ts';
import type { Lessons } from './engine-messages.ts';
import { keepAssessments } from './assessment-cache.ts';
import { treeFilesOnDisk } from './tree-files.ts';
import { openFactCache } from './fact-cache.ts';
import { cachedKnowledge } from './knowledge-cache.ts';
import { openPrintsCache } from './prints-cache.ts';
import { surroundingsOf } from './surroundings.ts';

let parser: Promise<KernelParser> | undefined;

export interface OpenEngineOptions extends Lessons {
  /** The folder with the parser's two wasm files. */
  readonly assets: string;
  /** Where what is known of trees is kept, and for which build of the engine; absent: nowhere. */
  readonly cache?: { readonly folder: string; readonly build: string } | undefined;
}

/** The engine for the tree in an absolute folder, with this machine's files and tools. All engines share one parser. */
export async function openEngine(
  root: string,
  { assets, cache, packs = [], language = 'en' }: OpenEngineOptions,
): Promise<Engine> {
  parser ??= startParser(assets);
  const files = treeFilesOnDisk(root);
  const facts = cache && openFactCache({ ...cache, root });
  const definitions = knownDefinitions(root);
  const callLines = callLineFinder({ files, kept: facts && openPrintsCache(root, facts, 'headers') });
  return createEngine({
    files,
    ...(facts === undefined ? {} : { knowledge: () => cachedKnowledge(root, files, facts) }),
    ...(facts === undefined ? {} : { words: openPrintsCache(root, facts, 'words') }),
    parser: await parser,
    packs: [...builtInPacks(), ...packs],
    assessments: keepAssessments(root, files, { language, cache: facts }),
    language,
    decode: (request, { signal, progress, breathe }) =>
      decodeOnDisk(
        { ...request, tree: root },
        { signal: toAbortSignal(signal), progress, definitions, callLines, ...(breathe && { breathe }) },
      ),
    images: (asked) => openNamedImages(root, asked),
    definitions,
    surroundings: () => surroundingsOf(root),
  });
}

/** False once the parser's WebAssembly instance trapped: it reads nothing any more, and this thread must be replaced. */
export async function isParserAlive(): Promise<boolean> {
  return parser === undefined || (await parser).isAlive();
}

async function startParser(assets: string): Promise<KernelParser> {
  const [runtime, grammar] = await Promise.all(
    ['web-tree-sitter.wasm', 'tree-sitter-c.wasm'].map((file) => readFile(path.join(assets, file))),
  );
  if (runtime === undefined || grammar === undefined) throw new Error('the parser is not in the package');
  return createKernelParser({ runtime, grammar });
}
