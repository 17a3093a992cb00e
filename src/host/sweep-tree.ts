import { Worker } from 'node:worker_threads';
import type { FileReport } from '../core/engine.ts';
import type { Outcome } from '../core/problem.ts';
import { abortError, type EngineClientOptions } from './engine-client.ts';
import type { FromSweep, Sweep, SweepData, Swept, ToSweep } from './sweep-messages.ts';

/**
 * Goes over a whole tree (`treeSites`) in a thread of its own, workers and all: this thread only receives the answers,
 * some at a time. What is known of the wrappers at the end is what it returns. Rejects with an `AbortError` when the
 * signal says so; what was found until then is kept.
 *
 * @param receive called with answers in the order of the files
 */
export async function sweepTree(
  { workerFile, assets, cache, packs, language, log }: EngineClientOptions,
  sweep: Sweep,
  { signal, receive }: { readonly signal: AbortSignal; readonly receive: (answers: readonly Answer[]) => void },
): Promise<Swept> {
  signal.throwIfAborted();
  const lessons = { ...(packs === undefined ? {} : { packs }), ...(language === undefined ? {} : { language }) };
  const workerData: SweepData = { assets, cache, isAside: true, ...lessons, workerFile, sweep };
  const worker = new Worker(workerFile, { workerData });
  const abort = (): void => worker.postMessage({ type: 'abort' } satisfies ToSweep);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await new Promise<Swept>((settle, fail) => {
      worker.on('message', (message: FromSweep) => {
        if (message.type === 'outcomes' && !signal.aborted) receive(message.outcomes);
        else if (message.type === 'log') log?.(message.message);
        else if (message.type === 'end') settle(message.swept);
        else if (message.type === 'failed')
          fail(signal.aborted ? abortError() : Object.assign(new Error(message.message), { stack: message.stack }));
      });
      worker.on('error', fail);
      worker.on('exit', (status) => fail(signal.aborted ? abortError() : new Error(`exit status ${status}`)));
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

type Answer = Outcome<FileReport>;
