import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface CliRun {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the bundled command line as a user does. */
export function runCli(words: readonly string[], input = ''): CliRun {
  const file = path.join(process.cwd(), 'dist', 'cli.cjs');
  if (!existsSync(file)) throw new Error('dist/cli.cjs is missing: run npm run build');
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...words], { input, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}
