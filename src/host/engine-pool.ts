import { availableParallelism } from 'node:os';
import type { Engine } from '../core/engine.ts';
import type { Outcome } from '../core/problem.ts';
import { type EngineClient, type EngineClientOptions, startEngineClient } from './engine-client.ts';

/** Several workers for questions over many files; the worker that answers for the file in front is not one of them. */
export interface EnginePool {
  /**
   * Asks about each file, on as many workers as pay for that many files. The answers come in the order of the files,
   * each as soon as those before it are there. Workers start when first needed.
   */
  overFiles<T>(root: string, files: readonly string[], ask: AskFile<T>): AsyncGenerator<Outcome<T>, void, undefined>;
  /** `EngineClient.learn` for all workers. */
  learn(root: string, wrappers: string): void;
  stop(): Promise<void>;
}

export type AskFile<T> = (engine: Engine, file: string) => Promise<Outcome<T>>;

/** Questions that each worker has before it, so that it never waits for the next one. */
const ahead = 3;
/** Fewer files than this are not worth the start of another worker. */
const filesPerWorker = 24;

export interface EnginePoolOptions {
  /** How many workers at most; when not said one core is left to others, but two workers are always allowed. */
  readonly size?: number;
  /** A worker that is there already and has nothing else to do. */
  readonly started?: EngineClient;
}

export function startEnginePool(options: EngineClientOptions, pool: EnginePoolOptions = {}): EnginePool {
  const { size = Math.min(4, Math.max(2, availableParallelism() - 1)), started } = pool;
  const clients: EngineClient[] = started === undefined ? [] : [started];
  const learnt = new Map<string, string>();
  const start = (): EngineClient => {
    const client = startEngineClient(options);
    for (const [root, wrappers] of learnt) client.learn(root, wrappers);
    return client;
  };
  const engines = (root: string, count: number): readonly Engine[] => {
    while (clients.length < count) clients.push(start());
    return clients.slice(0, count).map((client) => client.engine(root));
  };
  return {
    async *overFiles(root, files, ask) {
      const count = Math.max(1, Math.min(size, Math.ceil(files.length / filesPerWorker)));
      yield* inOrder(files, engines(root, count), ask);
    },
    learn: (root, wrappers) => {
      learnt.set(root, wrappers);
      for (const client of clients) client.learn(root, wrappers);
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.stop()));
      clients.length = 0;
    },
  };
}

async function* inOrder<T>(
  files: readonly string[],
  engines: readonly Engine[],
  ask: AskFile<T>,
): AsyncGenerator<Outcome<T>, void, undefined> {
  const answers = files.map(() => deferred<Outcome<T>>());
  const waiting = files.entries();
  let isOver = false;
  const work = async (engine: Engine): Promise<void> => {
    for (const [at, file] of waiting) {
      if (isOver) return;
      await ask(engine, file).then(answers[at]?.resolve, answers[at]?.reject);
    }
  };
  for (const engine of engines) for (let each = 0; each < ahead; each++) void work(engine);
  try {
    for (const { promise } of answers) yield await promise;
  } finally {
    isOver = true;
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => {};
  let reject: Deferred<T>['reject'] = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever waits for it is told; nobody may be left once the first error ended the whole.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
