import { Worker } from 'node:worker_threads';
import type { Context, Engine } from '../core/engine.ts';
import type { Outcome } from '../core/problem.ts';
import type { FromWorker, Lessons, QuestionName, ToWorker, WorkerData } from './engine-messages.ts';

export interface EngineClientOptions extends WorkerData {
  /** The bundled worker. */
  readonly workerFile: string;
  /** How long the worker may stay silent while it has work, in milliseconds, before it is replaced. */
  readonly patience?: number;
  readonly log?: (message: string) => void;
}

export interface EngineClient {
  /** The engine for one tree, by its absolute folder. */
  engine(root: string): Engine;
  /** Questions asked from now on are answered with these packs and in this language. */
  teach(lessons: Lessons): void;
  /** Questions asked from now on about this tree are answered with what is known of its wrappers (`Context.wrappers`). */
  learn(root: string, wrappers: string): void;
  stop(): Promise<void>;
}

/**
 * The engine in a worker thread that may die: the C parser can be killed by a hostile file. After a death the
 * questions that were open are asked again one at a time; one that kills the worker a second time is answered
 * with `parser-restarted`, and the rest go on.
 */
export function startEngineClient(options: EngineClientOptions): EngineClient {
  const client = new Client(options);
  const engines = new Map<string, Engine>();
  return {
    engine(root) {
      const known = engines.get(root);
      if (known !== undefined) return known;
      const made = engineOver(client, root);
      engines.set(root, made);
      return made;
    },
    teach: (lessons) => client.teach(lessons),
    learn: (root, wrappers) => client.learn(root, wrappers),
    stop: () => client.stop(),
  };
}

const questionNames: Readonly<Record<QuestionName, true>> = {
  tree: true,
  sourceFiles: true,
  sites: true,
  look: true,
  wrapperFacts: true,
  sitePaths: true,
  terms: true,
  lensSpots: true,
  lens: true,
  paths: true,
  explain: true,
  callers: true,
  chains: true,
  incidents: true,
  incident: true,
  anchorAt: true,
  findNotes: true,
  decode: true,
  traceSites: true,
  probe: true,
};

function engineOver(client: Client, root: string): Engine {
  const entries = Object.keys(questionNames).map((name) => [
    name,
    (request: unknown, context: Context) => client.ask(root, name as QuestionName, request, context),
  ]);
  return Object.freeze(Object.fromEntries(entries)) as Engine;
}

interface Open {
  readonly message: Extract<ToWorker, { type: 'ask' }>;
  readonly context: Context;
  readonly settle: (outcome: Outcome<unknown>) => void;
  readonly fail: (error: Error) => void;
}

const defaultPatience = 30_000;

class Client {
  readonly #options: EngineClientOptions;
  #lessons: Lessons;
  /** By tree. */
  readonly #wrappers = new Map<string, string>();
  readonly #open = new Map<number, Open>();
  /** Questions asked again after a death, one at a time; the first is the one in the worker. */
  #suspects: number[] = [];
  #worker: Worker | undefined;
  #lastSign = 0;
  #watch: NodeJS.Timeout | undefined;
  #nextId = 1;

  constructor(options: EngineClientOptions) {
    this.#options = options;
    const { packs = [], language = 'en' } = options;
    this.#lessons = { packs, language };
  }

  teach(lessons: Lessons): void {
    this.#lessons = lessons;
    // A worker that is started later is started with them.
    this.#worker?.postMessage({ type: 'teach', lessons } satisfies ToWorker);
  }

  learn(root: string, wrappers: string): void {
    this.#wrappers.set(root, wrappers);
  }

  ask(root: string, question: QuestionName, request: unknown, context: Context): Promise<Outcome<unknown>> {
    return new Promise((settle, fail) => {
      if (context.signal.aborted) {
        fail(abortError());
        return;
      }
      const wrappers = context.wrappers ?? this.#wrappers.get(root);
      const known = wrappers === undefined ? {} : { wrappers };
      const message = { type: 'ask', id: this.#nextId++, root, question, request, ...known } as const;
      const onAbort = (): void => this.#post({ type: 'abort', id: message.id });
      context.signal.addEventListener('abort', onAbort, { once: true });
      const close = (): void => {
        context.signal.removeEventListener('abort', onAbort);
        this.#open.delete(message.id);
        this.#afterClose(message.id);
      };
      this.#open.set(message.id, {
        message,
        context,
        settle: (outcome) => {
          close();
          settle(outcome);
        },
        fail: (error) => {
          close();
          fail(error);
        },
      });
      if (this.#suspects.length === 0) this.#post(message);
      else this.#suspects.push(message.id);
      this.#startWatch();
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    for (const open of this.#open.values()) open.fail(abortError());
  }

  #post(message: ToWorker): void {
    this.#worker ??= this.#spawn();
    this.#worker.postMessage(message);
  }

  #spawn(): Worker {
    const { assets, cache, isAside = false, workerFile } = this.#options;
    const workerData: WorkerData = { assets, cache, isAside, ...this.#lessons };
    const worker = new Worker(workerFile, { workerData });
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (error) => this.#died(worker, error.message));
    worker.on('exit', (status) => this.#died(worker, `exit status ${status}`));
    this.#lastSign = Date.now();
    return worker;
  }

  #receive(message: FromWorker): void {
    this.#lastSign = Date.now();
    if (message.type === 'pong') return;
    const open = this.#open.get(message.id);
    if (open === undefined) return;
    switch (message.type) {
      case 'answer':
        open.settle(message.outcome);
        break;
      case 'progress':
        open.context.progress(message.report);
        break;
      case 'aborted':
        open.fail(abortError());
        break;
      case 'failed':
        open.fail(Object.assign(new Error(message.message), { stack: message.stack }));
        break;
    }
  }

  #died(worker: Worker, detail: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#options.log?.(`the engine's worker ended (${detail}); ${this.#open.size} questions are asked again`);
    const proven =
      this.#suspects.length > 0 || this.#open.size === 1 ? (this.#suspects[0] ?? [...this.#open.keys()][0]) : undefined;
    const culprit = proven === undefined ? undefined : this.#open.get(proven);
    this.#suspects = [...this.#open.keys()].filter((id) => id !== proven);
    culprit?.settle({ problems: [{ kind: 'parser-restarted', detail, ...fileOf(culprit.message.request) }] });
    if (culprit === undefined) this.#askNextSuspect();
  }

  #afterClose(id: number): void {
    const wasFirst = this.#suspects[0] === id;
    this.#suspects = this.#suspects.filter((suspect) => suspect !== id);
    if (wasFirst || (this.#worker === undefined && this.#suspects.length > 0)) this.#askNextSuspect();
    if (this.#open.size === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
  }

  #askNextSuspect(): void {
    const next = this.#open.get(this.#suspects[0] ?? -1);
    if (next !== undefined) this.#post(next.message);
  }

  #startWatch(): void {
    const patience = this.#options.patience ?? defaultPatience;
    if (this.#watch !== undefined) return;
    this.#lastSign = Date.now();
    this.#watch = setInterval(() => {
      if (this.#worker === undefined) return;
      if (Date.now() - this.#lastSign > patience) {
        const silent = this.#worker;
        void silent.terminate();
        this.#died(silent, `no sign of life for ${patience / 1000} s`);
      } else this.#post({ type: 'ping' });
    }, patience / 6).unref();
  }
}

function fileOf(request: unknown): { file?: string } {
  const file = typeof request === 'object' && request !== null && 'file' in request ? request.file : undefined;
  return typeof file === 'string' ? { file } : {};
}

/** The error a cancelled question ends with, as the platform names it. */
export function abortError(): Error {
  return Object.assign(new Error('cancelled'), { name: 'AbortError' });
}
