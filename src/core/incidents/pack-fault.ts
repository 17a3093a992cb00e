import type { TextForm } from './schema.ts';

/** What is wrong with a pack, as facts; sentences are made by fault-text.ts. */
export type PackFault = FaultPlace & FaultKind;

export interface FaultPlace {
  /** Both from 1, columns in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  /** Where in the pack: `incidents[0].anchors[2].find`; empty for the pack itself. */
  readonly path: string;
}

export type FaultKind =
  /** Not YAML; `detail` is the YAML reader's own message. */
  | { readonly kind: 'yaml'; readonly detail: string }
  /** YAML that packs don't use: an alias, a key that isn't text, a tag, a second document. */
  | { readonly kind: 'not-used'; readonly what: 'alias' | 'key' | 'tag' | 'document' }
  | { readonly kind: 'duplicate-key'; readonly key: string }
  /** Of the whole pack, in UTF-16 code units. */
  | { readonly kind: 'too-big'; readonly size: number; readonly limit: number }
  | { readonly kind: 'too-long'; readonly length: number; readonly limit: number }
  | { readonly kind: 'too-many'; readonly count: number; readonly limit: number }
  /** Brackets in brackets, or lists in lists. */
  | { readonly kind: 'too-deep'; readonly limit: number }
  /** A character that hides or reorders text, or stands for bytes that are no UTF-8 (`U+FFFD`). */
  | { readonly kind: 'bad-character'; readonly code: string }
  /** Words that would be a link or a command if they were drawn as Markdown. */
  | { readonly kind: 'markup'; readonly found: string }
  /** A glob that does not start with a folder, or with more wildcards than `limit`. */
  | { readonly kind: 'broad-glob'; readonly glob: string; readonly limit: number }
  | { readonly kind: 'wrong-type'; readonly expected: ValueType; readonly found: ValueType }
  | { readonly kind: 'wrong-form'; readonly form: TextForm; readonly found: string }
  | { readonly kind: 'empty'; readonly what: 'text' | 'list' | 'map' }
  | { readonly kind: 'unknown-key'; readonly key: string; readonly known: readonly string[]; readonly meant?: string }
  | { readonly kind: 'missing-key'; readonly key: string }
  /** One of `known` has to be there. */
  | { readonly kind: 'missing-choice'; readonly known: readonly string[] }
  | { readonly kind: 'two-choices'; readonly keys: readonly string[] }
  | { readonly kind: 'unknown-word'; readonly word: string; readonly known: readonly string[]; readonly meant?: string }
  | { readonly kind: 'unknown-anchor'; readonly id: string; readonly known: readonly string[]; readonly meant?: string }
  | { readonly kind: 'duplicate-id'; readonly id: string; readonly firstLine: number }
  /** `pack` is the other pack's file, or its title where it is built in. */
  | { readonly kind: 'id-of-other-pack'; readonly id: string; readonly pack: string }
  | { readonly kind: 'unknown-related'; readonly id: string; readonly meant?: string }
  /** Words in one language, in a map that has room for both. */
  | { readonly kind: 'missing-language'; readonly language: string }
  /** What it asks for can't be, or the rule in `hiddenBy` (a line) always holds when it does. */
  | { readonly kind: 'rule-never-holds'; readonly hiddenBy?: number }
  /** The last status rule has a `when`, so that nothing may hold. */
  | { readonly kind: 'last-rule-has-when' }
  /** A rule without `when` that isn't the last hides those after it. */
  | { readonly kind: 'rule-hides-others' };

/** Faults that leave the incident as it is meant: it is used, and they are shown as warnings. */
export function isWarning({ kind }: FaultKind): boolean {
  return warnings.has(kind);
}

const warnings: ReadonlySet<FaultKind['kind']> = new Set(['missing-language', 'unknown-related', 'rule-never-holds']);

export type ValueType =
  | 'text'
  | 'number'
  | 'true or false'
  | 'nothing'
  | 'list'
  | 'map'
  | 'text or map'
  | 'true'
  | '1'
  | 'a whole number from 1';
