import { open } from 'node:fs/promises';
import type { ByteSource } from '../core/ports.ts';

/** A file open for positioned reads; whoever opens it closes it. */
export interface OpenByteSource extends ByteSource {
  close(): Promise<void>;
}

/** Opens a file, or gives the system's code for why not (`ENOENT`, `EACCES`, ...). */
export async function openByteSource(file: string): Promise<OpenByteSource | { readonly code: string }> {
  try {
    const handle = await open(file, 'r');
    const { size } = await handle.stat();
    return { size, read: (position, length) => readFully(handle, position, length), close: () => handle.close() };
  } catch (error) {
    return { code: (error as { readonly code?: string }).code ?? String(error) };
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

async function readFully(handle: Handle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}
