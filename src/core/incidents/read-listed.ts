import { isMap, isSeq, type Document, type YAMLMap } from 'yaml';
import { LineIndex } from '../base/position.ts';
import { indexOfBadCharacter } from './bad-character.ts';
import { checkNode, type NodeFault } from './check-node.ts';
import { duplicateIds } from './check-rules.ts';
import { isWarning, type PackFault } from './pack-fault.ts';
import { parseWhatIsYaml } from './parse-pack.ts';
import type { Schema } from './schema.ts';

/** The most that is read of one file, in UTF-16 code units; the built-in packs together have less. */
export const longestPack = 2_000_000;

/** A YAML file of format 1 whose things stand in a list under one key, each with an `id`. */
export interface ListedFormat {
  /** `incidents`, `notes`. */
  readonly list: string;
  readonly schema: Schema;
  /** What else is to be said of an item that is as the schema wants it. */
  readonly inside?: (node: YAMLMap, path: string, lineAt: LineAt) => readonly NodeFault[];
  /** What else is to be said of all items. */
  readonly among?: (nodes: readonly YAMLMap[]) => readonly NodeFault[];
}

export type LineAt = (offset: number) => number;

/** What can be used of such a file. The checks are what makes casts of its nodes true. */
export interface Listed {
  readonly document: Document;
  readonly contents: YAMLMap;
  /** The items without a fault. */
  readonly items: readonly YAMLMap[];
  /** Whether nothing is wrong with what stands under a path: `title`, `incidents[2]`. */
  readonly isGood: (path: string) => boolean;
}

/**
 * Reads a file of a list. Every fault is named with its place, and the items without one are kept: `value` is undefined
 * only where the text isn't YAML or isn't of this format.
 */
export function readListed(
  text: string,
  format: ListedFormat,
): { readonly value?: Listed; readonly problems: readonly PackFault[] } {
  if (text.length > longestPack)
    return { problems: [{ line: 1, column: 1, path: '', kind: 'too-big', size: text.length, limit: longestPack }] };
  // In UTF-16 or in no text at all, everything would be a fault.
  if (text.startsWith('\uFFFD'))
    return { problems: [{ line: 1, column: 1, path: '', kind: 'bad-character', code: 'U+FFFD' }] };
  const lines = new LineIndex(text);
  const { document, broken } = parseWhatIsYaml(text, format.list);
  const locate = ({ at, path, fault }: NodeFault): PackFault => {
    const { line, column } = lines.place(Math.max(0, at), at);
    return { line, column, path, ...fault };
  };
  const inOrder = (faults: readonly NodeFault[]): readonly PackFault[] =>
    faults.map(locate).toSorted((a, b) => a.line - b.line || a.column - b.column);
  if (document === undefined) return { problems: inOrder(broken) };
  const items = itemsOf(document, format.list);
  const faults = [
    ...broken.map((fault) => ({ ...fault, path: fault.path || (itemAt(items, fault.at)?.path ?? '') })),
    ...check(document, items, format, (at) => lines.lineAt(at)),
  ].map((fault) => atCharacter(fault, text));
  const value = faultless(document, items, format, faults);
  return value ? { value, problems: inOrder(faults) } : { problems: inOrder(faults) };
}

interface Item {
  readonly node: YAMLMap;
  readonly path: string;
}

function itemsOf({ contents }: Document, key: string): readonly Item[] {
  const list = isMap(contents) ? contents.get(key) : undefined;
  if (!isSeq(list)) return [];
  return list.items.flatMap((node, index) => (isMap(node) ? [{ node, path: `${key}[${index}]` }] : []));
}

function itemAt(items: readonly Item[], at: number): Item | undefined {
  return items.find(({ node }) => node.range && node.range[0] <= at && at < node.range[2]);
}

/** A bad character is pointed at itself where the text has it as such, not as an escape. */
function atCharacter(fault: NodeFault, text: string): NodeFault {
  if (fault.fault.kind !== 'bad-character') return fault;
  const inside = indexOfBadCharacter(text.slice(Math.max(0, fault.at), fault.end));
  return inside < 0 ? fault : { ...fault, at: Math.max(0, fault.at) + inside };
}

function check(
  document: Document,
  items: readonly Item[],
  { list, schema, inside, among }: ListedFormat,
  lineAt: LineAt,
): readonly NodeFault[] {
  const faults = checkNode(document.contents, schema, '');
  const isBroken = (path: string): boolean =>
    faults.some(({ path: at, fault }) => isUnder(at, path) && !isWarning(fault));
  const nodes = items.map(({ node }) => node);
  return [
    ...faults,
    ...items.flatMap(({ node, path }) => (isBroken(path) ? [] : (inside?.(node, path, lineAt) ?? []))),
    ...duplicateIds(nodes, list, lineAt),
    ...(among?.(nodes) ?? []),
  ];
}

function faultless(
  document: Document,
  items: readonly Item[],
  { list }: ListedFormat,
  faults: readonly NodeFault[],
): Listed | undefined {
  const { contents } = document;
  if (!isMap(contents) || contents.get('format') !== 1 || !isSeq(contents.get(list))) return undefined;
  const errors = faults.filter(({ fault }) => !isWarning(fault));
  const isGood = (path: string): boolean => !errors.some((fault) => isUnder(fault.path, path));
  return { document, contents, items: items.filter(({ path }) => isGood(path)).map(({ node }) => node), isGood };
}

function isUnder(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}
