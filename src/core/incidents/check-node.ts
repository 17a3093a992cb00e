import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { closest } from './closest.ts';
import type { FaultKind, ValueType } from './pack-fault.ts';
import { badCharacter } from './bad-character.ts';
import { markup, textForms, type RecordSchema, type Schema } from './schema.ts';

/** A fault and the offset in the text where it is; -1 where the text has nothing to point at. */
export interface NodeFault {
  readonly at: number;
  /** Where what is at fault ends. */
  readonly end?: number;
  readonly path: string;
  readonly fault: FaultKind;
}

/** Checks a YAML node against a schema: every fault in it, in no particular order. Never throws. */
export function checkNode(node: unknown, schema: Schema, path: string): readonly NodeFault[] {
  const fault = (kind: FaultKind): readonly NodeFault[] => [
    { at: offsetOf(node), end: endOf(node), path, fault: kind },
  ];
  if (isAlias(node)) return fault({ kind: 'not-used', what: 'alias' });
  if (hasTag(node)) return fault({ kind: 'not-used', what: 'tag' });
  const expected = (type: ValueType): readonly NodeFault[] =>
    fault({ kind: 'wrong-type', expected: type, found: typeOf(node) });
  switch (schema.kind) {
    case 'exactly':
      return isScalar(node) && node.value === schema.value ? [] : expected(schema.value === 1 ? '1' : 'true');
    case 'count':
      return isScalar(node) && Number.isSafeInteger(node.value) && Number(node.value) >= 1
        ? []
        : expected('a whole number from 1');
    case 'text':
      return isText(node) ? checkText(node.value, schema).flatMap(fault) : expected('text');
    case 'word':
      return isText(node) ? checkWord(node.value, schema.words).flatMap(fault) : expected('text');
    case 'words':
      if (isMap(node)) return [...checkRecord(node, bilingual, path), ...missingLanguage(node).flatMap(fault)];
      return isText(node) ? checkText(node.value, people).flatMap(fault) : expected('text or map');
    case 'list':
      if (!isSeq(node)) return expected('list');
      if (node.items.length < schema.least) return fault({ kind: 'empty', what: 'list' });
      if (node.items.length > mostItems) return fault({ kind: 'too-many', count: node.items.length, limit: mostItems });
      return node.items.flatMap((item, index) => checkNode(item, schema.of, `${path}[${index}]`));
    case 'record':
      return isMap(node) ? checkRecord(node, schema, path) : expected('map');
    case 'one-of':
      return isMap(node) ? checkOneOf(node, schema, path) : expected('map');
    case 'by-word':
      return isMap(node) ? checkByWord(node, schema, path) : expected('map');
  }
}

/** Where the node starts in the text; -1 for one that isn't there. */
export function offsetOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? -1;
}

/** Words that people read. */
const people = { kind: 'text', forPeople: true } as const;

/** Where the node's text ends; the end of everything for one that isn't there. */
function endOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[1] ?? Number.MAX_SAFE_INTEGER;
}

const bilingual: RecordSchema = {
  kind: 'record',
  keys: {
    en: { schema: people, needed: true },
    'zh-cn': { schema: people, needed: false },
  },
};

/** A map says that both languages are meant; plain text is one language on purpose. */
function missingLanguage(map: YAMLMap): readonly FaultKind[] {
  return map.has('en') && map.items.length === 1 ? [{ kind: 'missing-language', language: 'zh-cn' }] : [];
}

function checkRecord(map: YAMLMap, schema: RecordSchema, path: string): readonly NodeFault[] {
  const at = offsetOf(map);
  if (schema.notEmpty && map.items.length === 0) return [{ at, path, fault: { kind: 'empty', what: 'map' } }];
  const known = Object.keys(schema.keys);
  const missing = known
    .filter((key) => schema.keys[key]?.needed && !map.has(key))
    .map((key): NodeFault => ({ at, path, fault: { kind: 'missing-key', key } }));
  return [...missing, ...map.items.flatMap((pair) => checkPair(pair, schema, path))];
}

function checkPair({ key, value }: Pair, schema: RecordSchema, path: string): readonly NodeFault[] {
  if (!isText(key)) return [{ at: offsetOf(key), path, fault: { kind: 'not-used', what: 'key' } }];
  const name = key.value;
  const below = path === '' ? name : `${path}.${name}`;
  const entry = Object.hasOwn(schema.keys, name) ? schema.keys[name] : undefined;
  if (entry) {
    const faults = checkNode(value, entry.schema, below);
    return faults.map((fault) => (fault.at < 0 ? { ...fault, at: offsetOf(key) } : fault));
  }
  const known = Object.keys(schema.keys);
  return [{ at: offsetOf(key), path: below, fault: { kind: 'unknown-key', key: name, known, ...meant(name, known) } }];
}

function checkOneOf(map: YAMLMap, schema: Extract<Schema, { kind: 'one-of' }>, path: string): readonly NodeFault[] {
  const known = Object.keys(schema.variants);
  const chosen = known.filter((key) => map.has(key));
  const [key] = chosen;
  const variant = key === undefined ? undefined : schema.variants[key];
  const at = offsetOf(map);
  if (chosen.length > 1) return [{ at, path, fault: { kind: 'two-choices', keys: chosen } }];
  if (variant) return checkRecord(map, variant, path);
  const near = map.items.flatMap((pair) => nearChoice(pair, known, path));
  return near.length > 0 ? near : [{ at, path, fault: { kind: 'missing-choice', known } }];
}

/** A key that looks like a choice misspelt: better said there than as a choice that is missing. */
function nearChoice({ key }: Pair, known: readonly string[], path: string): readonly NodeFault[] {
  if (!isText(key)) return [];
  const hint = meant(key.value, known);
  if (hint.meant === undefined) return [];
  return [{ at: offsetOf(key), path, fault: { kind: 'unknown-key', key: key.value, known, ...hint } }];
}

function checkByWord(map: YAMLMap, schema: Extract<Schema, { kind: 'by-word' }>, path: string): readonly NodeFault[] {
  const word = map.get(schema.key);
  const variant = typeof word === 'string' && Object.hasOwn(schema.variants, word) ? schema.variants[word] : undefined;
  if (variant) return checkRecord(map, variant, path);
  if (!map.has(schema.key)) return [{ at: offsetOf(map), path, fault: { kind: 'missing-key', key: schema.key } }];
  const words: Schema = { kind: 'word', words: Object.keys(schema.variants) };
  const faults = checkNode(map.get(schema.key, true), words, `${path}.${schema.key}`);
  return faults.map((fault) => (fault.at < 0 ? { ...fault, at: offsetOf(map) } : fault));
}

function checkText(value: string, { form, forPeople }: Extract<Schema, { kind: 'text' }>): readonly FaultKind[] {
  const bad = badCharacter(value);
  if (bad !== undefined) return [{ kind: 'bad-character', code: bad }];
  if (value.trim() === '') return [{ kind: 'empty', what: 'text' }];
  if (value.length > longestText) return [{ kind: 'too-long', length: value.length, limit: longestText }];
  const [found] = forPeople === true ? (markup.exec(value) ?? []) : [];
  if (found !== undefined) return [{ kind: 'markup', found }];
  if (form !== undefined && !textForms[form].test(value)) return [{ kind: 'wrong-form', form, found: value }];
  return form === 'glob' && isBroad(value) ? [{ kind: 'broad-glob', glob: value, limit: mostWildcards }] : [];
}

/** A glob over the whole tree would have all of it listed, and every wildcard more takes longer to match. */
function isBroad(glob: string): boolean {
  return /^[^/]*[*?]/.test(glob) || (glob.match(/\*\*|[*?]/g) ?? []).length > mostWildcards;
}

const longestText = 4000;
const mostItems = 1000;
const mostWildcards = 4;

function checkWord(word: string, known: readonly string[]): readonly FaultKind[] {
  return known.includes(word) ? [] : [{ kind: 'unknown-word', word, known, ...meant(word, known) }];
}

/** The word that was probably meant, as a property to spread into a fault. */
export function meant(word: string, known: readonly string[]): { readonly meant?: string } {
  const near = closest(word, known);
  return near === undefined ? {} : { meant: near };
}

/** `!saddr` without quotes is a tag to YAML. */
function hasTag(node: unknown): boolean {
  return isNode(node) && node.tag !== undefined;
}

function isText(node: unknown): node is { readonly value: string } {
  return isScalar(node) && typeof node.value === 'string';
}

function typeOf(node: unknown): ValueType {
  if (isMap(node)) return 'map';
  if (isSeq(node)) return 'list';
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  return typeof value === 'string' ? 'text' : 'nothing';
}
