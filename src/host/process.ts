import type { CancelSignal } from '../core/base/abort.ts';

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: CancelSignal;
  /** Called with each whole line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Called with standard error as it comes, in pieces of any size. */
  readonly onError?: (text: string) => void;
}

export interface ProcessResult {
  /** The exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program with an argument array (never a shell string) in a process group of its own, which an abort kills
 * whole: a script's children too. A program that can't be started gives the system's code (`ENOENT`: not installed).
 * An abort rejects with the signal's reason.
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult | { readonly code: string }> {
  // Loaded when it is needed: most that this is a part of runs nothing.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = (): void => killGroup(child.pid);
    options.signal?.addEventListener('abort', kill, { once: true });
    // The group is not the terminal's, so an interrupt of this program doesn't reach it.
    process.once('exit', kill);
    const stdout = collect(child.stdout, options.onLine);
    const stderr = collect(child.stderr);
    if (options.onError !== undefined) child.stderr.on('data', options.onError);
    const settle = (): void => {
      options.signal?.removeEventListener('abort', kill);
      process.removeListener('exit', kill);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle();
      resolve({ code: error.code ?? error.message });
    });
    child.once('close', (status) => {
      settle();
      try {
        options.signal?.throwIfAborted();
        resolve({ status: status ?? undefined, stdout: stdout(), stderr: stderr() });
      } catch (reason) {
        reject(reason);
      }
    });
  });
}

/** The negative id names the group; a group that is gone already needs no killing. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  const chunks: string[] = [];
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    chunks.push(chunk);
    if (onLine === undefined) return;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return () => chunks.join('');
}
