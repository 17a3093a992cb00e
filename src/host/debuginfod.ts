import type { CancelSignal } from '../core/base/abort.ts';
import { runProcess } from './process.ts';

export interface DebuginfodOptions {
  readonly signal?: CancelSignal | undefined;
  /** Called with what the tool says of its progress: `Downloading from ... 12/345 MB`. */
  readonly onProgress?: (text: string) => void;
}

/** Whether the tool is installed and knows a server. */
export const isDebuginfodSetUp = async (environment: NodeJS.ProcessEnv = process.env): Promise<boolean> => {
  if ((environment['DEBUGINFOD_URLS'] ?? '').trim() === '') return false;
  return !('code' in (await runProcess('debuginfod-find', ['--version'])));
};

/**
 * Asks the servers in DEBUGINFOD_URLS for the debug info of a build-id; it is kept in the tool's own cache. Use it only
 * where the user has allowed it: it tells a server which kernel is looked at. The file, or why there is none.
 */
export async function fetchDebugInfo(
  buildId: string,
  { signal, onProgress }: DebuginfodOptions = {},
): Promise<{ readonly file: string } | { readonly fault: string }> {
  if (!/^[0-9a-f]{8,64}$/.test(buildId)) return { fault: `${buildId} is no build-id` };
  onProgress?.(buildId);
  const run = await runProcess('debuginfod-find', ['debuginfo', buildId], signal === undefined ? {} : { signal });
  if ('code' in run) return { fault: 'debuginfod-find is not installed' };
  const file = run.stdout.trim();
  if (run.status === 0 && file !== '') return { file };
  return { fault: run.stderr.trim().split('\n').at(-1) || `exit status ${run.status ?? 'unknown'}` };
}
