/**
 * What is to be said of a place, as a small document without markup of its own: the hover, the explanation page,
 * the command line and the Markdown report each render it their way.
 */
import type { SourceLine } from '../model.ts';

export interface Explanation {
  readonly title: string;
  readonly place: SourceLine & { readonly function?: string };
  readonly sections: readonly Section[];
  /** The incident whose probe tells of this place, as `incident:ID`; absent where only the line itself can be probed. */
  readonly probe?: string;
}

export interface Section {
  readonly id:
    | 'here'
    | 'ways'
    | 'reason'
    | 'counters'
    | 'sysctls'
    | 'incident'
    | 'confirm'
    | 'limits'
    | 'chains'
    | 'tracepoints'
    | 'built';
  readonly heading: string;
  readonly items: readonly Item[];
}

export interface Item {
  /** Words, with source text between backticks. */
  readonly text: string;
  /** The line the item speaks of; a click goes there. */
  readonly place?: SourceLine;
  /** A shell command worth copying. */
  readonly copy?: string;
  readonly items?: readonly Item[];
  /** Whether `items` are detail: a page folds them away, a hover only gives their lines. */
  readonly folded?: boolean;
}

/** Source text between backticks, safe when it holds backticks itself (they become apostrophes). */
export const code = (text: string): string => `\`${text.replace(/`/g, "'")}\``;
