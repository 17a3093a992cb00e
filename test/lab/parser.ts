/** The parser with its two WASM files as the packages ship them, one for a whole test run. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FileFacts } from '../../src/core/syntax/facts.ts';
import { createKernelParser, type FactsOptions, type KernelParser } from '../../src/core/syntax/parser.ts';

let shared: Promise<KernelParser> | undefined;

export function testParser(): Promise<KernelParser> {
  shared ??= createKernelParser(parserBytes());
  return shared;
}

export function parserBytes(): { readonly runtime: Uint8Array; readonly grammar: Uint8Array } {
  const modules = path.join(process.cwd(), 'node_modules');
  return {
    runtime: readFileSync(path.join(modules, 'web-tree-sitter', 'web-tree-sitter.wasm')),
    grammar: readFileSync(path.join(modules, 'tree-sitter-c', 'tree-sitter-c.wasm')),
  };
}

/** The facts of C text, or of a file given by its absolute path. */
export async function factsOf(textOrFile: string, options?: FactsOptions): Promise<FileFacts> {
  const isFile = path.isAbsolute(textOrFile) && !textOrFile.includes('\n');
  const parser = await testParser();
  return parser.facts(isFile ? readFileSync(textOrFile, 'utf8') : textOrFile, options);
}
