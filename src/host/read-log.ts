import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { CancelSignal } from '../core/base/abort.ts';
import { TraceExcerpt } from '../core/traces/excerpt.ts';

/**
 * Reads a log of any length and keeps what may belong to a trace; other lines come back empty, so that line numbers
 * hold. `progress` hears the bytes read so far. Rejects when the file can't be read or the signal aborts.
 */
export async function readLog(
  file: string,
  { signal, progress }: { readonly signal?: CancelSignal; readonly progress?: (bytes: number) => void } = {},
): Promise<string> {
  const excerpt = new TraceExcerpt();
  const stream = createReadStream(file, { encoding: 'latin1', highWaterMark: 1 << 17 });
  let bytes = 0;
  stream.on('data', (chunk) => {
    bytes += chunk.length;
    progress?.(bytes);
  });
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      signal?.throwIfAborted();
      excerpt.take(line);
    }
  } finally {
    stream.destroy();
  }
  return excerpt.finish();
}
