import { setMaxListeners } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import type { FileReport } from '../core/engine.ts';
import type { Outcome, Problem } from '../core/problem.ts';
import { startEnginePool } from '../host/engine-pool.ts';
import { openFactCache } from '../host/fact-cache.ts';
import type { FromSweep, SweepData, ToSweep } from '../host/sweep-messages.ts';
import { treeSites } from '../host/tree-sites.ts';
import { learnWrappers } from '../host/tree-wrappers.ts';

/** How long answers may wait for others to go with them, in milliseconds: each message holds who receives it. */
const gather = 30;
/** As many as can be received at once without being noticed. */
const most = 48;

/** Goes over a tree and tells what it finds. All that reads and writes many files is done here, in a thread of its own. */
export async function sweep(port: MessagePort, { sweep: asked, workerFile, ...data }: SweepData): Promise<void> {
  const { root, paths, workers } = asked;
  const post = (message: FromSweep): void => port.postMessage(message);
  const cancel = new AbortController();
  setMaxListeners(0, cancel.signal);
  port.on('message', ({ type }: ToSweep) => {
    if (type === 'abort') cancel.abort();
  });
  const options = { ...data, workerFile, log: (message: string): void => post({ type: 'log', message }) };
  const pool = startEnginePool(options, workers === undefined ? {} : { size: workers });
  const cache = data.cache && openFactCache({ ...data.cache, root });
  const context = { signal: cancel.signal, progress: (): void => {} };
  const problems: Problem[] = [];
  try {
    let wrappers: string | undefined;
    if (paths !== undefined) {
      const onWrappers = (known: string): void => void (wrappers = known);
      const found = await treeSites(paths, { root, pool, context, cache, onWrappers });
      problems.push(...found.problems);
      await tell(found.value, post, cancel.signal);
    }
    wrappers ??= await learnWrappers(root, { pool, context, cache });
    post({ type: 'end', swept: { wrappers, problems } });
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    post({ type: 'failed', message: String(error), stack });
  } finally {
    await pool.stop();
    port.close();
  }
}

async function tell(
  found: AsyncIterable<Outcome<FileReport>> = none(),
  post: (message: FromSweep) => void,
  signal: AbortSignal,
): Promise<void> {
  let outcomes: Outcome<FileReport>[] = [];
  let since = performance.now();
  const send = (): void => {
    if (outcomes.length > 0) post({ type: 'outcomes', outcomes });
    outcomes = [];
    since = performance.now();
  };
  for await (const outcome of found) {
    signal.throwIfAborted();
    outcomes.push(outcome);
    if (outcomes.length >= most || performance.now() - since > gather) send();
  }
  send();
}

async function* none(): AsyncGenerator<never, void, undefined> {}
