import type { CancelSignal } from '../core/base/abort.ts';
import { runProcess } from './process.ts';

export interface DebuginfodOptions {
  readonly signal?: CancelSignal | undefined;
  /** Called while it loads, in bytes; both 0 as long as nothing is known. */
  readonly onProgress?: (done: number, total: number) => void;
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
  onProgress?.(0, 0);
  const run = await runProcess('debuginfod-find', ['debuginfo', buildId], {
    env: { ...process.env, DEBUGINFOD_PROGRESS: '1' },
    ...(signal === undefined ? {} : { signal }),
    onError: (text) => {
      // `Downloading from https://... 12/345`, again and again behind a carriage return (debuginfod-client.c).
      const [, done, total] = /(\d{1,15})\/(\d{1,15})\s*$/.exec(text.slice(-64)) ?? [];
      if (done !== undefined && total !== undefined) onProgress?.(Number(done), Number(total));
    },
  });
  if ('code' in run) return { fault: 'debuginfod-find is not installed' };
  const file = run.stdout.trim();
  if (run.status === 0 && file !== '') return { file };
  return {
    fault:
      run.stderr
        .trim()
        .split(/[\r\n]/)
        .at(-1) || `exit status ${run.status ?? 'unknown'}`,
  };
}
