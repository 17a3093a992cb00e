import type { FileFacts } from '../syntax/facts.ts';

/** Where an assessment gets its facts from: one tree, each file parsed at most once. */
export interface FactsSource {
  /** The file's text and what is known of it; undefined where the tree has no such file. */
  facts(file: string): Promise<{ readonly text: string; readonly facts: FileFacts } | undefined>;
  /** The tree's files that a glob names, sorted. Asked only for globs with a wildcard. */
  files(glob: string): Promise<readonly string[]>;
}
