/** The wrappers of a real tree, or of a part of it, found in this process. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { treeWrappers } from '../../src/core/paths/tree-wrappers.ts';
import { type WrapperFacts, wrapperFacts } from '../../src/core/paths/wrapper-facts.ts';
import type { WrapperIndex } from '../../src/core/paths/wrappers.ts';
import { testParser } from './parser.ts';

/** @param files relative to the tree */
export async function wrappersIn(tree: string, files: readonly string[]): Promise<WrapperIndex> {
  return wrappersOfTexts(new Map(files.map((file) => [file, readFileSync(path.join(tree, file), 'utf8')])));
}

/** @param texts by file */
export async function wrappersOfTexts(texts: ReadonlyMap<string, string>): Promise<WrapperIndex> {
  const parser = await testParser();
  return treeWrappers(async (wanted) =>
    [...texts]
      .map(([file, text]) => wrapperFacts(parser, { file, text }, wanted))
      .filter((facts): facts is WrapperFacts => facts !== undefined),
  );
}
