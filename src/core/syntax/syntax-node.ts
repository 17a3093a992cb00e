/**
 * A parse tree as plain records. A tree of the parser lives in its WASM heap, leaks until it is deleted and turns
 * into silent garbage afterwards; so each one is copied out in one walk and deleted at once.
 */
import type { Language } from 'web-tree-sitter';
import type { TreeCursor } from './tree-cursor.ts';

export interface SyntaxNode {
  /** The grammar's name: `if_statement`, `&&`, `ERROR`. */
  readonly kind: string;
  /** The role in its parent: `condition`, `left`. */
  readonly field: string | undefined;
  /** UTF-16 offsets into the file. */
  readonly start: number;
  readonly end: number;
  /** Named children, and those bare tokens that have a role or separate arguments. */
  readonly children: readonly SyntaxNode[];
}

export interface SyntaxCopy {
  readonly root: SyntaxNode;
  /** Where the first thing stands that the grammar did not understand, or that is nested too deeply to be read. */
  readonly fault?: number;
}

/** What the numbers of a language's node types and fields stand for. */
export interface Grammar {
  readonly kinds: readonly NodeKind[];
  readonly fields: readonly (string | undefined)[];
}

interface NodeKind {
  readonly name: string;
  readonly isNamed: boolean;
  /** A bracket or a separator: it never has a role. */
  readonly isPunctuation: boolean;
}

export function grammarOf(language: Language): Grammar {
  const kinds = language.types.map((name, id) => ({
    name,
    isNamed: language.nodeTypeIsNamed(id),
    isPunctuation: punctuation.has(name),
  }));
  return { kinds, fields: language.fields.map((name) => name ?? undefined) };
}

/** Nesting beyond this is left out. Real functions stay below 150; recursion over the copy must fit the stack. */
export const maximumDepth = 600;

/**
 * Copies what the cursor stands on, the root of a tree; `base` is added to every position.
 *
 * @param hasError whether something in the tree was not understood
 */
export function copyTree(cursor: TreeCursor, hasError: boolean, grammar: Grammar, base: number): SyntaxCopy {
  let fault: number | undefined;
  const path: Growing[] = [];
  const root = nodeAtCursor(kindAtCursor());
  if (root.kind === 'ERROR') fault = root.start;
  if (childless.has(root.kind) || !cursor.firstChild()) return finish(root);
  path.push(root);
  for (;;) {
    const parent = path[path.length - 1];
    if (parent === undefined) return finish(root);
    const kind = kindAtCursor();
    // Every question to the cursor crosses into WASM: a third of all nodes are brackets that nobody asks for.
    if (kind.isPunctuation && !hasError && !(kind.name === ',' && separates.has(parent.kind))) {
      if (!leave()) return finish(root);
      continue;
    }
    const node = nodeAtCursor(kind);
    if (kind.isNamed || node.field !== undefined || (node.kind === ',' && separates.has(parent.kind))) {
      parent.children.push(node);
    }
    if (hasError && isFault(node, parent)) fault ??= node.start;
    if (kind.isNamed && !childless.has(node.kind) && isDescendable(node) && cursor.firstChild()) {
      path.push(node);
      continue;
    }
    if (!leave()) return finish(root);
  }

  /** Goes on to what follows the node; false at the end of the tree. */
  function leave(): boolean {
    while (!cursor.nextSibling()) {
      path.pop();
      if (path.length === 0 || !cursor.parent()) return false;
    }
    return true;
  }

  function kindAtCursor(): NodeKind {
    return grammar.kinds[cursor.kind()] ?? errorKind;
  }

  function nodeAtCursor(kind: NodeKind): Growing {
    const field = grammar.fields[cursor.field()];
    return { kind: kind.name, field, start: base + cursor.start(), end: base + cursor.end(), children: [] };
  }

  /** A label before a closing brace lacks only the empty statement that C23 no longer asks for. */
  function isFault(node: Growing, parent: Growing): boolean {
    if (node.kind === 'ERROR') return true;
    return cursor.isMissing() && !(node.kind === ';' && parent.start === parent.end);
  }

  function isDescendable(node: Growing): boolean {
    if (path.length < maximumDepth) return true;
    fault ??= node.start;
    return false;
  }

  function finish(copied: Growing): SyntaxCopy {
    return fault === undefined ? { root: copied } : { root: copied, fault };
  }
}

interface Growing extends SyntaxNode {
  readonly children: SyntaxNode[];
}

const errorKind: NodeKind = { name: 'ERROR', isNamed: true, isPunctuation: false };
const punctuation: ReadonlySet<string> = new Set(['(', ')', '[', ']', '{', '}', ';', ',']);
const separates: ReadonlySet<string> = new Set(['argument_list', 'comma_expression']);

/** Kinds whose inside tells nothing about control flow or calls. */
const childless: ReadonlySet<string> = new Set([
  'identifier',
  'field_identifier',
  'statement_identifier',
  'type_identifier',
  'primitive_type',
  'number_literal',
  'string_literal',
  'char_literal',
  'type_descriptor',
  'type_qualifier',
  'storage_class_specifier',
  'struct_specifier',
  'union_specifier',
  'enum_specifier',
  'sizeof_expression',
  'alignof_expression',
  'offsetof_expression',
  'parameter_list',
  'comment',
]);

/** The child in a role, e.g. `childOf(node, 'condition')`. */
export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}
