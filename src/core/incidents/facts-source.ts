import type { FileFacts } from '../syntax/facts.ts';

/** A C file's text and what is known of it. */
export interface FactsOfFile {
  readonly text: string;
  readonly facts: FileFacts;
}

/** Where an assessment gets its facts from: one tree, each file parsed at most once. */
export interface FactsSource {
  /**
   * Undefined where the tree has no such file; `unreadable` where it has one that could not be read (too big, the
   * parser gave up), so that nothing is concluded from what was not seen.
   */
  facts(file: string): Promise<FactsOfFile | 'unreadable' | undefined>;
  /** The tree's files that a glob (`*`, `?`, `**`) names, sorted. Asked only for globs with a wildcard. */
  files(glob: string): Promise<readonly string[]>;
}
