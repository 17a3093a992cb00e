/** The messages between the engine's client and the worker that runs it. All plain data. */
import type { Engine, Progress } from '../core/engine.ts';
import type { Outcome } from '../core/problem.ts';

export type QuestionName = keyof Engine;

export type ToWorker =
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly root: string;
      readonly question: QuestionName;
      readonly request: unknown;
    }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'ping' };

export type FromWorker =
  | { readonly type: 'answer'; readonly id: number; readonly outcome: Outcome<unknown> }
  | { readonly type: 'progress'; readonly id: number; readonly report: Progress }
  /** A mistake of ours inside the engine; thrown again on the client's side. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly stack: string }
  /** The question was cancelled and did as it was told. */
  | { readonly type: 'aborted'; readonly id: number }
  | { readonly type: 'pong' };

/** What the worker is started with. */
export interface WorkerData {
  /** The folder that holds the two wasm files. */
  readonly assets: string;
  /** Where what is known of trees is kept between runs, and for which build of the engine; absent: nowhere. */
  readonly cache?: { readonly folder: string; readonly build: string } | undefined;
}
