/** The messages between whoever wants a whole tree gone over and the worker that does it. All plain data. */
import type { FileReport } from '../core/engine.ts';
import type { Outcome, Problem } from '../core/problem.ts';
import type { WorkerData } from './engine-messages.ts';

export interface Sweep {
  /** The tree's absolute folder. */
  readonly root: string;
  /** Files and folders whose sites are wanted; absent where only the tree's wrappers are. */
  readonly paths?: readonly string[];
  /** How many workers at most; as many as the machine has room for when not said. */
  readonly workers?: number;
}

/** What the worker is started with. */
export interface SweepData extends WorkerData {
  readonly sweep: Sweep;
  readonly workerFile: string;
}

export type ToSweep = { readonly type: 'abort' };

export type FromSweep =
  /** Some of the answers, in the order of the files. */
  | { readonly type: 'outcomes'; readonly outcomes: readonly Outcome<FileReport>[] }
  | { readonly type: 'log'; readonly message: string }
  | { readonly type: 'end'; readonly swept: Swept }
  /** A mistake of ours. */
  | { readonly type: 'failed'; readonly message: string; readonly stack: string };

export interface Swept {
  /** What is known of the tree's wrappers now (`Context.wrappers`). */
  readonly wrappers: string;
  readonly problems: readonly Problem[];
}
