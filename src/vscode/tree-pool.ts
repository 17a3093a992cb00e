import { type EnginePool, startEnginePool } from '../host/engine-pool.ts';
import { type FactCache, openFactCache } from '../host/fact-cache.ts';
import type { Session } from './session.ts';
import { workerOptions } from './worker-options.ts';

/**
 * Runs a question over many files on workers of their own, so that the lenses of the file in front never wait for it;
 * they are stopped when it is over. What is found is kept in the editor's own storage.
 *
 * @param size how many workers at most; as many as the machine has room for when not said
 */
export async function withPool<T>(
  { context, log, engines }: Session,
  root: string,
  run: (pool: EnginePool, cache: FactCache) => Promise<T>,
  size?: number,
): Promise<T> {
  const options = workerOptions(context, log, engines.lessons());
  const pool = startEnginePool(options, size === undefined ? {} : { size });
  try {
    return await run(pool, openFactCache({ ...options.cache, root }));
  } finally {
    await pool.stop();
  }
}

/** What is kept of a tree in the editor's own storage. */
export function factsOf({ context, log, engines }: Session, root: string): FactCache {
  return openFactCache({ ...workerOptions(context, log, engines.lessons()).cache, root });
}
