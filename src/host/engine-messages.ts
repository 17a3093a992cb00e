/** The messages between the engine's client and the worker that runs it. All plain data. */
import type { Engine, Progress } from '../core/engine.ts';
import type { Pack } from '../core/incidents/pack.ts';
import type { Language } from '../core/incidents/words.ts';
import type { Outcome } from '../core/problem.ts';

export type QuestionName = keyof Engine;

export type ToWorker =
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly root: string;
      readonly question: QuestionName;
      readonly request: unknown;
      /** `Context.wrappers`. */
      readonly wrappers?: string;
    }
  | { readonly type: 'abort'; readonly id: number }
  /** From now on questions are answered with these. */
  | { readonly type: 'teach'; readonly lessons: Lessons }
  | { readonly type: 'ping' };

export type FromWorker =
  | { readonly type: 'answer'; readonly id: number; readonly outcome: Outcome<unknown> }
  | { readonly type: 'progress'; readonly id: number; readonly report: Progress }
  /** A mistake of ours inside the engine; thrown again on the client's side. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly stack: string }
  /** The question was cancelled and did as it was told. */
  | { readonly type: 'aborted'; readonly id: number }
  | { readonly type: 'pong' };

/** What an engine knows beside its tree and the built-in packs. */
export interface Lessons {
  /** The user's own packs, read and without fault. */
  readonly packs?: readonly Pack[];
  /** The language of the packs' words; English when not said. */
  readonly language?: Language;
}

/** What the worker is started with. */
export interface WorkerData extends Lessons {
  /** Whatever else runs on this machine comes first: nobody looks at what this worker does. */
  readonly isAside?: boolean;
  /** The folder that holds the two wasm files. */
  readonly assets: string;
  /** Where what is known of trees is kept between runs, and for which build of the engine; absent: nowhere. */
  readonly cache?: { readonly folder: string; readonly build: string } | undefined;
}
