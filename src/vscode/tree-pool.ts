import { readFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf, type FactCache, openFactCache } from '../host/fact-cache.ts';
import { type EnginePool, startEnginePool } from '../host/engine-pool.ts';
import type { Session } from './session.ts';

/**
 * Runs a question over many files on workers of their own, so that the lenses of the file in front never wait for it;
 * they are stopped when it is over. What is found is kept in the editor's own storage.
 */
export async function withPool<T>(
  { context, log }: Session,
  root: string,
  run: (pool: EnginePool, cache: FactCache) => Promise<T>,
): Promise<T> {
  const assets = path.join(context.extensionPath, 'dist');
  const workerFile = path.join(assets, 'worker.cjs');
  const folder = path.join(context.globalStorageUri.fsPath, 'facts');
  const cache = { folder, build: digestOf(readFileSync(workerFile)) };
  const pool = startEnginePool({ assets, workerFile, cache, log: (message) => log.warn(message) });
  try {
    return await run(pool, openFactCache({ ...cache, root }));
  } finally {
    await pool.stop();
  }
}
