/**
 * Everything a user can act on, as facts. The sentences, each with its next step, are made in one exhaustive
 * function (report/problem-text.ts). What isn't listed here is a mistake of ours and is thrown.
 */
export type Problem =
  /** The folder (or none above it) has the shape of a Linux tree. */
  | { readonly kind: 'not-a-tree'; readonly folder: string; readonly missing: readonly string[] }
  | { readonly kind: 'no-such-file'; readonly file: string }
  | { readonly kind: 'not-c'; readonly file: string }
  /** Sizes in bytes (UTF-16 code units of the text). */
  | { readonly kind: 'file-too-big'; readonly file: string; readonly size: number; readonly limit: number }
  | { readonly kind: 'no-function-at'; readonly file: string; readonly line: number; readonly lineCount: number }
  | { readonly kind: 'no-site-at'; readonly file: string; readonly line: number; readonly nearest?: number }
  /** A line that holds nothing a note could be fixed to: an empty one, a comment above all functions. */
  | { readonly kind: 'nothing-at'; readonly file: string; readonly line: number }
  | { readonly kind: 'no-such-function'; readonly name: string }
  | { readonly kind: 'unknown-incident'; readonly id: string; readonly known: readonly string[] }
  /** A function the grammar could not read whole: what is said of it may be incomplete. */
  | { readonly kind: 'function-unparsed'; readonly file: string; readonly function: string; readonly line: number }
  /** The part of the tree that would tell is missing (a table, a header). */
  | { readonly kind: 'tree-part-missing'; readonly what: string; readonly file: string }
  | { readonly kind: 'parser-unusable'; readonly detail: string }
  /** The parser died or ran out of time on a file and was started anew. */
  | { readonly kind: 'parser-restarted'; readonly file?: string; readonly detail: string }
  | { readonly kind: 'trace-empty' }
  | { readonly kind: 'trace-without-frames'; readonly lines: number }
  | { readonly kind: 'trace-foreign'; readonly what: string; readonly line: number }
  /** A symbol that differs from one of a stack in a digit of its offset, as slips of the pen do. */
  | {
      readonly kind: 'frame-inconsistent';
      readonly line: number;
      readonly symbol: string;
      readonly like: string;
      readonly likeLine: number;
    }
  | { readonly kind: 'no-vmlinux'; readonly looked: readonly string[] }
  | { readonly kind: 'vmlinux-unreadable'; readonly file: string; readonly detail: string }
  | { readonly kind: 'vmlinux-without-debug-info'; readonly file: string }
  | { readonly kind: 'debug-info-unreadable'; readonly file: string; readonly detail: string }
  /** A server may have it, but none was to be asked. `image` is `vmlinux` or a module's name. */
  | { readonly kind: 'debuginfod-not-allowed'; readonly image: string; readonly buildId: string }
  | { readonly kind: 'build-mismatch'; readonly file: string; readonly why: string }
  | { readonly kind: 'module-file-missing'; readonly module: string; readonly looked: readonly string[] }
  | { readonly kind: 'tool-missing'; readonly tool: string; readonly needed: string }
  | { readonly kind: 'tool-failed'; readonly tool: string; readonly detail: string }
  /** `target` is what was asked for: a function, file:line, incident:ID or drop-reason:NAME. */
  | { readonly kind: 'probe-target-unknown'; readonly target: string }
  | { readonly kind: 'probe-impossible'; readonly target: string; readonly detail: string }
  /** In a query for sites: `known` are the keys, or the kinds, that there are. */
  | { readonly kind: 'query-key-unknown'; readonly key: string; readonly known: readonly string[] }
  | { readonly kind: 'query-kind-unknown'; readonly value: string; readonly known: readonly string[] }
  | { readonly kind: 'query-value-missing'; readonly key: string }
  | {
      readonly kind: 'pack-fault';
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly detail: string;
    };

export type ProblemKind = Problem['kind'];

/** What a question gives: as much of the answer as could be had, and what stood in the way of the rest. */
export interface Outcome<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
}
