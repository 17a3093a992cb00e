import type { CancelSignal } from '../core/base/abort.ts';

/** The platform's own signal for one of core's, for what takes nothing else (processes, files). */
export function toAbortSignal(signal: CancelSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  else signal.addEventListener('abort', () => controller.abort(), { once: true });
  return controller.signal;
}
