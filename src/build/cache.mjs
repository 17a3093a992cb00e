import { homedir } from 'node:os';
import path from 'node:path';

/** What the project's scripts fetch lies here, outside the project: $KERNLENS_CACHE, else the user's cache folder. */
export function cacheFolder() {
  const base = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  return path.resolve(process.env['KERNLENS_CACHE'] || path.join(base, 'kernlens'));
}
