/** The grammar at work: one stretch of normalised text in, a copied tree out. Trees never leave this file. */
import { Language, Parser, type Tree } from 'web-tree-sitter';
import { copyTree, grammarOf, type SyntaxCopy } from './syntax-node.ts';
import { treeWalker } from './tree-cursor.ts';

export interface ParserBytes {
  /** web-tree-sitter.wasm */
  readonly runtime: Uint8Array;
  /** tree-sitter-c.wasm */
  readonly grammar: Uint8Array;
}

export interface TreeParser {
  /**
   * The tree of a text, with `base` added to every position; undefined where the parser gave up: out of steps, told
   * to stop, or dead.
   */
  parse(text: string, base: number, isStopped: () => boolean): SyntaxCopy | undefined;
  /** False once the WASM instance has trapped: it never works again, and has to be started anew with its thread. */
  isAlive(): boolean;
  delete(): void;
}

/** What the library made its module of; it makes one, whatever it is given later. */
let runtime: { readonly wasmBinary: Uint8Array } | undefined;

/** Rejects with a sentence where the two files don't fit together. */
export async function createTreeParser(bytes: ParserBytes): Promise<TreeParser> {
  runtime ??= { wasmBinary: bytes.runtime };
  await Parser.init(runtime);
  const language = await Language.load(bytes.grammar);
  const parser = new Parser();
  try {
    parser.setLanguage(language);
  } catch (error) {
    parser.delete();
    const detail = error instanceof Error ? error.message : String(error);
    throw new Error(`the C grammar (ABI ${language.abiVersion}) does not fit the parser: ${detail}`, { cause: error });
  }
  const walk = treeWalker(runtime);
  if (walk === undefined) throw new Error('the parser is not the one that this was written for');
  const grammar = grammarOf(language);
  const copy = (tree: Tree, base: number): SyntaxCopy => {
    const { hasError } = tree.rootNode;
    return walk(tree, (cursor) => copyTree(cursor, hasError, grammar, base));
  };
  let alive = true;
  return {
    parse: (text, base, isStopped) => {
      try {
        return alive ? withTree(parser, text, isStopped, (tree) => copy(tree, base)) : undefined;
      } catch {
        alive = false;
        return undefined;
      }
    },
    isAlive: () => alive,
    delete: () => parser.delete(),
  };
}

/** A tree lives as long as `use` runs. */
function withTree<T>(parser: Parser, text: string, isStopped: () => boolean, use: (tree: Tree) => T): T | undefined {
  let steps = stepsFor(text.length);
  const tree = parser.parse(text, null, { progressCallback: () => --steps < 0 || isStopped() });
  if (tree === null) {
    // Otherwise the next parse would go on with this one's text.
    parser.reset();
    return undefined;
  }
  try {
    return use(tree);
  } finally {
    tree.delete();
  }
}

/**
 * How often the parser may report progress, which it does every hundred steps. Functions of the kernel make it report
 * once per hundred characters or less; ten times that is left to text that isn't C.
 */
function stepsFor(length: number): number {
  return 100 + length / 10;
}
