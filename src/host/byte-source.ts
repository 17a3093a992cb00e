import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../core/ports.ts';

/** A file open for positioned reads; whoever opens it closes it. */
export interface OpenByteSource extends ByteSource {
  close(): Promise<void>;
}

/**
 * Opens a file, or gives the system's code for why not (`ENOENT`, `EACCES`, ...).
 *
 * It reads synchronously: symbols are looked up in the engine's worker by hundreds of small reads, which through the
 * thread pool take ten times as long as the reading itself.
 */
export async function openByteSource(file: string): Promise<OpenByteSource | { readonly code: string }> {
  try {
    const descriptor = openSync(file, 'r');
    const { size } = fstatSync(descriptor);
    return {
      size,
      read: async (position, length) => readFully(descriptor, position, length),
      close: async () => closeSync(descriptor),
    };
  } catch (error) {
    return { code: (error as { readonly code?: string }).code ?? String(error) };
  }
}

function readFully(descriptor: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const read = readSync(descriptor, bytes, done, length - done, position + done);
    if (read === 0) return bytes.subarray(0, done);
    done += read;
  }
  return bytes;
}
