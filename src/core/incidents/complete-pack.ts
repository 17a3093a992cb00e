import { isMap, isNode, isScalar, isSeq, parseDocument, visit, type Node, type Pair } from 'yaml';
import { deepPlace } from './deep-place.ts';
import { packSchema } from './pack-schema.ts';
import type { RecordSchema, Schema } from './schema.ts';

/** Something that may stand where the cursor is. */
export interface PackCompletion {
  readonly kind: 'key' | 'word' | 'id';
  readonly label: string;
  /** What is put in the place of the word at the cursor. */
  readonly insert: string;
  /** What it means; empty where the word says it all. */
  readonly says: string;
  readonly isNeeded: boolean;
}

/**
 * What may stand at a place of a pack that is being written: keys that are not there yet, words of a fixed list, and
 * ids of anchors and of other incidents. Whatever else is wrong with the text matters as little as YAML allows.
 *
 * @param at in UTF-16 code units; the word around it is what is being written
 * @param incidents ids of incidents of other packs
 */
export function completePack(text: string, at: number, incidents: readonly string[]): readonly PackCompletion[] {
  if (deepPlace(text) !== undefined) return [];
  const { start, end } = wordAround(text, at);
  for (const cursor of [mark, `${mark}: `]) {
    const found = pathTo(text.slice(0, start) + cursor + text.slice(end));
    if (found !== undefined) return offersAt(found, incidents);
  }
  return [];
}

/** The stretch of a word around a place: what a completion replaces. */
export function wordAround(text: string, at: number): { readonly start: number; readonly end: number } {
  let [start, end] = [at, at];
  while (start > 0 && /[\w-]/.test(text[start - 1] ?? '') && !isDash(text, start - 1)) start--;
  while (end < text.length && /[\w-]/.test(text[end] ?? '')) end++;
  return { start, end };
}

/** The dash of a list, which is no part of the word behind it. */
const isDash = (text: string, at: number): boolean => text[at] === '-' && /[\s]/.test(text[at + 1] ?? ' ');

const mark = 'kernlensCursor';

interface Found {
  /** From the pack down to what holds the cursor. */
  readonly nodes: readonly Node[];
  readonly keys: readonly (string | number)[];
  /** Whether the cursor is where a key may stand. */
  readonly isKey: boolean;
}

function pathTo(text: string): Found | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
  let found: Found | undefined;
  visit(document, {
    Scalar(role, node, ancestors) {
      if (node.value !== mark) return undefined;
      const chain = [...ancestors.filter((each) => isNode(each) || 'key' in each), node] as readonly (Node | Pair)[];
      found = { nodes: chain.filter(isNode), keys: keysOf(chain), isKey: role === 'key' };
      return visit.BREAK;
    },
  });
  return found;
}

/** The way down: names of keys and places in lists. A cursor that is a key is no part of it. */
function keysOf(chain: readonly (Node | Pair)[]): readonly (string | number)[] {
  return chain.flatMap((each, index): readonly (string | number)[] => {
    const next = chain[index + 1];
    if (isSeq(each)) return [each.items.indexOf(next)];
    if (!isNode(each) && isScalar(each.key) && each.value === next) return [String(each.key.value)];
    return [];
  });
}

function offersAt({ nodes, keys, isKey }: Found, incidents: readonly string[]): readonly PackCompletion[] {
  const holder = nodes.at(-2);
  const map = isMap(holder) ? holder : undefined;
  const schema = schemaAt(keys, nodes);
  if (schema === undefined) return [];
  const present = isKey && map !== undefined ? map.items.map(({ key }) => String(isScalar(key) ? key.value : '')) : [];
  // A word alone in a list of maps, or behind a key whose value is one, is the first key of it.
  return keyOffers(schema, present, isKey) ?? valueOffers(schema, keys, nodes, incidents);
}

function schemaAt(keys: readonly (string | number)[], nodes: readonly Node[]): Schema | undefined {
  let schema: Schema | undefined = packSchema;
  let node: unknown = nodes[0];
  for (const key of keys) {
    schema = schema && below(schema, key, node);
    node = isMap(node) || isSeq(node) ? node.get(key, true) : undefined;
  }
  return schema;
}

function below(schema: Schema, key: string | number, node: unknown): Schema | undefined {
  if (schema.kind === 'list') return typeof key === 'number' ? schema.of : undefined;
  if (schema.kind === 'by-word' && key === schema.key) return { kind: 'word', words: Object.keys(schema.variants) };
  const record = recordsOf(schema, node).find(({ keys }) => Object.hasOwn(keys, key));
  return record?.keys[key]?.schema;
}

/** The records a map may be: one that it has chosen already, or all that it may become. */
function recordsOf(schema: Schema, node: unknown): readonly RecordSchema[] {
  if (schema.kind === 'record') return [schema];
  if (schema.kind !== 'one-of' && schema.kind !== 'by-word') return [];
  const has = (word: string): boolean =>
    isMap(node) && (schema.kind === 'one-of' ? node.has(word) : node.get(schema.key) === word);
  const chosen = Object.entries(schema.variants).find(([word]) => has(word));
  return chosen === undefined ? [...new Set(Object.values(schema.variants))] : [chosen[1]];
}

function keyOffers(schema: Schema, present: readonly string[], isKey: boolean): readonly PackCompletion[] | undefined {
  const node = isKey ? mapWith(present) : undefined;
  const records = schema.kind === 'words' && isKey ? [bilingual] : recordsOf(schema, node);
  if (records.length === 0) return undefined;
  const offers = new Map<string, PackCompletion>();
  for (const { keys } of records)
    for (const [key, { schema: value, needed, says = '' }] of Object.entries(keys))
      if (!present.includes(key))
        offers.set(key, { kind: 'key', label: key, insert: `${key}: ${opening(value)}`, says, isNeeded: needed });
  return [...offers.values()];
}

/** Only what is asked of a map while a variant is chosen. */
function mapWith(keys: readonly string[]): unknown {
  return parseDocument(`{ ${keys.map((key) => `${JSON.stringify(key)}: x`).join(', ')} }`).contents;
}

const bilingual: RecordSchema = {
  kind: 'record',
  keys: {
    en: { schema: { kind: 'text' }, needed: true, says: 'English' },
    'zh-cn': { schema: { kind: 'text' }, needed: false, says: '简体中文' },
  },
};

/** What a value of this kind starts with, on the same line. */
function opening(schema: Schema): string {
  if (schema.kind === 'exactly') return String(schema.value);
  const isShort = schema.kind === 'list' && (schema.of.kind === 'text' || schema.of.kind === 'word');
  return isShort ? '[]' : '';
}

function valueOffers(
  schema: Schema,
  keys: readonly (string | number)[],
  nodes: readonly Node[],
  incidents: readonly string[],
): readonly PackCompletion[] {
  const word = (kind: 'word' | 'id', label: string): PackCompletion => ({
    kind,
    label,
    insert: label,
    says: '',
    isNeeded: false,
  });
  if (schema.kind === 'word') return schema.words.map((each) => word('word', each));
  if (schema.kind === 'exactly') return [word('word', String(schema.value))];
  if (schema.kind !== 'text' || schema.form !== 'id') return [];
  const names = keys.filter((key) => typeof key === 'string');
  if (names.includes('related')) return incidents.map((each) => word('id', each));
  if (names.includes('when') || names.includes('also')) return anchorIds(keys, nodes).map((each) => word('id', each));
  return [];
}

/** Of the incident that the cursor is in. */
function anchorIds([, index]: readonly (string | number)[], nodes: readonly Node[]): readonly string[] {
  const [pack] = nodes;
  const anchors = isMap(pack) && typeof index === 'number' ? pack.getIn(['incidents', index, 'anchors']) : undefined;
  return isSeq(anchors)
    ? anchors.items.flatMap((anchor) => (isMap(anchor) && anchor.has('id') ? [String(anchor.get('id'))] : []))
    : [];
}
