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
  /** YAML that packs don't use: an alias, a key that isn't text. */
  | { readonly kind: 'not-used'; readonly what: 'alias' | 'key' }
  | { readonly kind: 'wrong-type'; readonly expected: ValueType; readonly found: ValueType }
  | { readonly kind: 'wrong-form'; readonly form: string; readonly found: string }
  | { readonly kind: 'empty'; readonly what: 'text' | 'list' | 'map' }
  | { readonly kind: 'unknown-key'; readonly key: string; readonly known: readonly string[]; readonly meant?: string }
  | { readonly kind: 'missing-key'; readonly key: string }
  /** One of `known` has to be there. */
  | { readonly kind: 'missing-choice'; readonly known: readonly string[] }
  | { readonly kind: 'two-choices'; readonly keys: readonly string[] }
  | { readonly kind: 'unknown-word'; readonly word: string; readonly known: readonly string[]; readonly meant?: string }
  | { readonly kind: 'unknown-anchor'; readonly id: string; readonly known: readonly string[]; readonly meant?: string }
  | { readonly kind: 'duplicate-id'; readonly id: string; readonly firstLine: number }
  /** The last status rule has a `when`, so that nothing may hold. */
  | { readonly kind: 'last-rule-has-when' }
  /** A rule without `when` that isn't the last hides those after it. */
  | { readonly kind: 'rule-hides-others' };

export type ValueType = 'text' | 'number' | 'true or false' | 'nothing' | 'list' | 'map' | 'text or map' | 'true' | '1';
