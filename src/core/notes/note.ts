/** What a file of notes holds. */
export interface Notes {
  readonly format: 1;
  readonly notes: readonly Note[];
}

/** What a person wrote about a statement of the source, and what the statement is known by when the code changes. */
export interface Note {
  /** Unique in its file: `reuseport-loop-burns-cpu`. */
  readonly id: string;
  readonly title: string;
  readonly text?: string;
  readonly severity: Severity;
  /** Where it is tracked: an http(s) address. */
  readonly ticket?: string;
  readonly anchor: NoteAnchor;
}

export type Severity = 'info' | 'warning' | 'critical';
export const severities: readonly Severity[] = ['info', 'warning', 'critical'];

/**
 * A statement by structure. Texts are normalised: tokens with one blank between them, no comments. No line is trusted:
 * `seen` only says where the note was last, for whoever has to look for a lost one.
 */
export interface NoteAnchor {
  /** In the tree, with slashes. */
  readonly file: string;
  /** Absent outside functions. */
  readonly function?: string;
  /** `sk = __inet_lookup_skb ( ... )`; for an `if` its condition only. */
  readonly statement: string;
  readonly kind: UnitKind;
  /** The nearest label above it in its function. */
  readonly label?: string;
  /** Normalised statements right above and below, the nearest first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly seen: { readonly line: number; readonly release?: string };
}

/** What a statement is; `head` is a function's own head, `text` a line outside functions. */
export type UnitKind =
  | 'head'
  | 'call'
  | 'condition'
  | 'loop'
  | 'label'
  | 'goto'
  | 'case'
  | 'return'
  | 'statement'
  | 'text';
export const unitKinds: readonly UnitKind[] = [
  'head',
  'call',
  'condition',
  'loop',
  'label',
  'goto',
  'case',
  'return',
  'statement',
  'text',
];

/**
 * Where a note is in a tree. `same`: the statement stands unchanged in its function. `moved`: unchanged, in another
 * file or a function of another name. `changed`: in its place stands a statement that is nearly the same. `lost` says
 * why, and never has a line.
 */
export type NotePlace =
  | {
      readonly confidence: 'same' | 'moved' | 'changed';
      readonly file: string;
      readonly function?: string;
      readonly line: number;
    }
  | { readonly confidence: 'lost'; readonly why: LostReason };

/** `ambiguous`: several statements fit equally well. `unreadable`: the file is there and could not be read. */
export type LostReason = 'no-file' | 'no-function' | 'no-statement' | 'ambiguous' | 'unreadable';
