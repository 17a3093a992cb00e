/**
 * A walk through a parse tree, without what the library's own cursor does for each question: it writes its state into
 * the WASM memory and reads it back, which takes most of the time. Here the state stays where WASM leaves it, so that
 * there can be one walk at a time, and nothing else may be asked of the library until it has ended.
 */
import type { Tree } from 'web-tree-sitter';

export interface TreeCursor {
  /** The number of the node's kind. */
  kind(): number;
  /** The number of the node's role in its parent, 0 for none. */
  field(): number;
  /** UTF-16 offsets. */
  start(): number;
  end(): number;
  isMissing(): boolean;
  /** These go on, and say whether there is such a node. */
  firstChild(): boolean;
  nextSibling(): boolean;
  parent(): boolean;
}

/** The functions of web-tree-sitter.wasm that a walk needs. All take the tree's address. */
const names = {
  toRoot: '_ts_tree_root_node_wasm',
  begin: '_ts_tree_cursor_new_wasm',
  end: '_ts_tree_cursor_delete_wasm',
  kind: '_ts_tree_cursor_current_node_type_id_wasm',
  field: '_ts_tree_cursor_current_field_id_wasm',
  startIndex: '_ts_tree_cursor_start_index_wasm',
  endIndex: '_ts_tree_cursor_end_index_wasm',
  isMissing: '_ts_tree_cursor_current_node_is_missing_wasm',
  firstChild: '_ts_tree_cursor_goto_first_child_wasm',
  nextSibling: '_ts_tree_cursor_goto_next_sibling_wasm',
  parent: '_ts_tree_cursor_goto_parent_wasm',
} as const;

type Functions = Readonly<Record<keyof typeof names, (tree: number) => number>>;

/** Walks a tree from its root; the cursor is good until `use` returns. */
export type WalkTree = <T>(tree: Tree, use: (cursor: TreeCursor) => T) => T;

/**
 * @param runtime what `Parser.init` was given: Emscripten makes its module of it
 * @returns undefined where it is not made as this expects it
 */
export function treeWalker(runtime: object): WalkTree | undefined {
  const found = Object.entries(names).map(([name, exported]) => [name, Reflect.get(runtime, exported)] as const);
  if (found.some(([, each]) => typeof each !== 'function')) return undefined;
  const functions = Object.fromEntries(found) as Functions;
  return (tree, use) => {
    const address: unknown = Reflect.get(tree, 0);
    if (typeof address !== 'number') throw new Error('the tree has no address');
    functions.toRoot(address);
    functions.begin(address);
    try {
      return use(cursorOf(functions, address));
    } finally {
      functions.end(address);
    }
  };
}

function cursorOf(functions: Functions, tree: number): TreeCursor {
  return {
    kind: () => functions.kind(tree),
    field: () => functions.field(tree),
    start: () => functions.startIndex(tree),
    end: () => functions.endIndex(tree),
    isMissing: () => functions.isMissing(tree) === 1,
    firstChild: () => functions.firstChild(tree) === 1,
    nextSibling: () => functions.nextSibling(tree) === 1,
    parent: () => functions.parent(tree) === 1,
  };
}
