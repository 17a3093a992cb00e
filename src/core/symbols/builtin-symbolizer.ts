import type { Location } from '../model.ts';
import type { Problem } from '../problem.ts';
import { type DebugAnswer, type DebugLocation, locate } from './debug-info.ts';
import type { Image } from './elf.ts';
import { mapToTree } from './map-to-tree.ts';
import type { ImageSymbol } from './symbol-table.ts';
import type { SymbolAnswer, Symbolizer, SymbolRequest } from './symbolizer.ts';

/** Whether the open tree has a file. */
export type FileExists = (path: string) => Promise<boolean>;

/** The engine that reads the debug info itself: it runs nothing, and a frame costs a millisecond. */
export function builtinSymbolizer(exists: FileExists): Symbolizer {
  const paths = new Map<string, Promise<string>>();
  const inTree = (file: string): Promise<string> => {
    const known = paths.get(file) ?? mapToTree(file, exists);
    paths.set(file, known);
    return known;
  };
  return {
    slow: false,
    async resolve(image, requests, options = {}) {
      const file = await image.debugFile();
      if (file === undefined) return { problems: [{ kind: 'vmlinux-without-debug-info', file: image.file }] };
      if ('fault' in file)
        return { problems: [{ kind: 'debug-info-unreadable', file: image.file, detail: file.fault }] };
      const asked = await placesOf(image, requests);
      options.signal?.throwIfAborted();
      const answers = await locate(
        file,
        asked.map(({ address }) => address),
      );
      options.signal?.throwIfAborted();
      const value: SymbolAnswer[] = [];
      for (const [index, request] of requests.entries()) {
        const chains = answers.filter((_, place) => asked[place]?.index === index);
        value.push(await Promise.all(chains.map(({ chain }) => locationsOf(chain, request.function, inTree))));
        options.onAnswer?.();
      }
      return { value, problems: problemsOf(image, answers) };
    },
  };
}

interface AskedPlace {
  /** Of the request. */
  readonly index: number;
  readonly address: number;
}

/** A request is asked once for each function that it fits. */
async function placesOf(image: Image, requests: readonly SymbolRequest[]): Promise<readonly AskedPlace[]> {
  const asked: AskedPlace[] = [];
  for (const [index, { function: name, offset, size, symbol }] of requests.entries()) {
    const fitting: readonly ImageSymbol[] =
      symbol === undefined ? (await image.symbols(name)).filter((candidate) => candidate.size === size) : [symbol];
    for (const { section, offset: start } of fitting) {
      asked.push({ index, address: image.addressOf({ section, offset: start + offset }) });
    }
  }
  return asked;
}

async function locationsOf(
  chain: readonly DebugLocation[],
  symbol: string,
  inTree: (file: string) => Promise<string>,
): Promise<readonly Location[]> {
  const known = chain.filter(({ file, line }) => file !== '' && line > 0);
  return Promise.all(
    known.map(async ({ function: name, file, line }, index) => ({
      function: name ?? symbol,
      file: await inTree(file),
      line,
      inlined: index < known.length - 1,
    })),
  );
}

function problemsOf({ file }: Image, answers: readonly DebugAnswer[]): readonly Problem[] {
  const isSplit = answers.some(({ fault }) => fault === 'split');
  const detail = 'the debug info is in .dwo files, which are not read';
  return isSplit ? [{ kind: 'debug-info-unreadable', file, detail }] : [];
}
