/** Normalises files of a real tree, parses each of their functions by itself, and tells what the grammar did not understand. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import { LineIndex } from '../../src/core/base/position.ts';
import { normalise, type Normalised } from '../../src/core/syntax/normalise/normalise.ts';

export interface Sweep {
  readonly files: number;
  readonly functions: number;
  /** `net/ipv4/ipconfig.c:1293 ip_auto_config: timeout CONF_TIMEOUT_MULT`. */
  readonly faults: readonly string[];
  /** Files whose text changed its length or its lines. */
  readonly displaced: readonly string[];
  readonly seconds: number;
}

export async function loadParser(): Promise<Parser> {
  const modules = path.join(process.cwd(), 'node_modules');
  await Parser.init({ wasmBinary: readFileSync(path.join(modules, 'web-tree-sitter/web-tree-sitter.wasm')) });
  const parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(path.join(modules, 'tree-sitter-c/tree-sitter-c.wasm'))));
  return parser;
}

/** All .c and .h files below folders of a tree, as paths from the tree's root. */
export function sourceFiles(tree: string, folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(tree, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[ch]$/.test(file))
      .sort()
      .map((file) => path.join(folder, file)),
  );
}

export function sweep(parser: Parser, tree: string, files: readonly string[]): Sweep {
  const started = performance.now();
  const faults: string[] = [];
  const displaced: string[] = [];
  let functions = 0;
  for (const file of files) {
    const source = readFileSync(path.join(tree, file), 'utf8');
    const normalised = normalise(source);
    if (!sameShape(source, normalised.text)) displaced.push(file);
    functions += normalised.functions.length;
    faults.push(...faultsOf(parser, source, normalised).map(({ line, text }) => `${file}:${line} ${text}`));
  }
  return { files: files.length, functions, faults, displaced, seconds: (performance.now() - started) / 1000 };
}

/** Whether two texts have the same length and their line ends in the same places. */
export function sameShape(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  for (let at = a.indexOf('\n'); at >= 0; at = a.indexOf('\n', at + 1)) if (b[at] !== '\n') return false;
  return a.split('\n').length === b.split('\n').length;
}

export function faultsOf(
  parser: Parser,
  source: string,
  { text, functions }: Normalised,
): readonly { readonly line: number; readonly text: string }[] {
  const lines = new LineIndex(source);
  return functions.flatMap(({ extent, name }) => {
    const found = faultIn(parser, text.slice(extent.start, extent.end));
    if (found === undefined) return [];
    const line = lines.lineAt(extent.start + found);
    return [{ line, text: `${name}: ${source.slice(lines.startOf(line)).split('\n', 1).join('').trim()}` }];
  });
}

/** Where the grammar first fails in a function, or where it finds none or more than one; undefined when all is well. */
function faultIn(parser: Parser, text: string): number | undefined {
  const tree = parser.parse(text);
  if (tree === null) return 0;
  try {
    const root = tree.rootNode;
    if (root.hasError) {
      const cursor = root.walk();
      try {
        return firstFault(cursor);
      } finally {
        cursor.delete();
      }
    }
    return root.namedChildCount === 1 && root.firstNamedChild?.type === 'function_definition' ? undefined : 0;
  } finally {
    tree.delete();
  }
}

function firstFault(cursor: TreeCursor): number {
  for (;;) {
    const node = cursor.currentNode;
    if (node.isError || node.isMissing) return node.startIndex;
    if (node.hasError && cursor.gotoFirstChild()) continue;
    while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return 0;
  }
}
