/** The engine behind messages: one engine for each tree that is asked about. */
import type { MessagePort } from 'node:worker_threads';
import type { Outcome } from '../core/problem.ts';
import type { FromWorker, ToWorker, WorkerData } from '../host/engine-messages.ts';
import { openEngines } from '../host/engines.ts';
import { isParserAlive } from '../host/open-engine.ts';
import { watchSuperseded } from './superseded.ts';

export function serve(port: MessagePort, first: WorkerData): void {
  let options = first;
  const engines = openEngines(options);
  const running = new Map<number, AbortController>();
  const superseded = watchSuperseded();
  const post = (message: FromWorker): void => port.postMessage(message);

  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'ping':
        post({ type: 'pong' });
        break;
      case 'teach':
        options = { ...options, ...message.lessons };
        engines.reopen(options);
        break;
      case 'abort':
        running.get(message.id)?.abort();
        break;
      case 'ask':
        void answer(message);
        break;
    }
  });

  async function answer({ id, root, question, request, wrappers }: Extract<ToWorker, { type: 'ask' }>): Promise<void> {
    const controller = new AbortController();
    const asked = { root, question, request, controller };
    running.set(id, controller);
    superseded.note(asked);
    try {
      const engine = await engines.get(root);
      // Work holds the thread: whatever was sent meanwhile is heard first, and may make this question needless.
      await new Promise((heard) => setImmediate(heard));
      controller.signal.throwIfAborted();
      const ask = engine[question] as (request: unknown, context: unknown) => Promise<Outcome<unknown>>;
      const outcome = await ask(request, {
        signal: controller.signal,
        ...(wrappers === undefined ? {} : { wrappers }),
        breathe: () => new Promise((heard) => setImmediate(heard)),
        progress: (report: Extract<FromWorker, { type: 'progress' }>['report']) =>
          post({ type: 'progress', id, report }),
      });
      post({ type: 'answer', id, outcome });
    } catch (error) {
      if (controller.signal.aborted) post({ type: 'aborted', id });
      else
        post({ type: 'failed', id, message: String(error), stack: error instanceof Error ? (error.stack ?? '') : '' });
    } finally {
      running.delete(id);
      superseded.forget(asked);
    }
    // The client starts another thread and asks what is still open again.
    if (!(await isParserAlive())) setImmediate(() => process.exit(70));
  }
}
