import type { Line1 } from '../base/position.ts';

/** What could not be read from a tree: facts for a list or a status line, sentences are made at the edge. */
export type TreeProblem =
  /** The Makefile is missing or does not give a release. */
  | { readonly kind: 'no-release'; readonly file: string }
  /** No table of counters was found, so none can be named. */
  | { readonly kind: 'no-counters'; readonly folder: string }
  /** An enumerator whose number could not be counted; it and those counted from it have none. */
  | { readonly kind: 'number-unknown'; readonly file: string; readonly line: Line1; readonly name: string }
  /** An enum that changes with the configuration: its numbers are those with every half taken. */
  | { readonly kind: 'number-conditional'; readonly file: string; readonly line: Line1; readonly name: string }
  /** A table of sysctls for which no registration was found: its entries have no folder and are left out. */
  | { readonly kind: 'sysctl-folder-unknown'; readonly file: string; readonly line: Line1; readonly table: string };
