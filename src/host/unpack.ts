import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { ByteSource, PackedBytes, Unpack } from '../core/ports.ts';

/** Unpacks into memory, or into a file in the system's temporary folder when it gets big; `close` gives the files back. */
export interface Unpacker {
  readonly unpack: Unpack;
  close(): void;
}

/** What is kept in memory, in bytes: a debug kernel's packed sections go to disk, a module's stay. */
const mostInMemory = 32 * 1024 * 1024;
/** No debug info is bigger; a file that unpacks to more was made to fill the disk. */
const mostAtAll = 8 * 1024 * 1024 * 1024;

export function unpackOnDisk(limit: number = mostInMemory): Unpacker {
  const descriptors: number[] = [];
  return {
    async unpack(packed) {
      const store = growingStore(limit, (descriptor) => descriptors.push(descriptor));
      try {
        for await (const chunk of await unpacked(packed)) {
          store.add(chunk);
          if (store.size() > Math.min(packed.size ?? mostAtAll, mostAtAll))
            return { fault: 'it unpacks to more than it says' };
        }
        return store.finish();
      } catch (error) {
        return { fault: `it can not be unpacked (${(error as Error).message.toLowerCase()})` };
      }
    },
    close() {
      for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
    },
  };
}

/** How the bytes of each kind are unpacked, as a stream. The packages are loaded when they are needed, which is seldom. */
async function unpacked(packed: PackedBytes): Promise<AsyncIterable<Uint8Array>> {
  const source = Readable.from(chunksOf(packed), { objectMode: false });
  switch (packed.kind) {
    case 'zlib':
      return piped(source, zlib.createInflate());
    case 'gzip':
      return piped(source, zlib.createGunzip());
    case 'zstd':
      return piped(source, await zstdStream());
    case 'xz': {
      const { XzReadableStream } = await import('xz-decompress');
      return Readable.fromWeb(new XzReadableStream(Readable.toWeb(source) as never) as never);
    }
  }
}

function piped(source: Readable, through: Transform): AsyncIterable<Uint8Array> {
  source.once('error', (error) => through.destroy(error));
  return source.pipe(through);
}

/** Node's own from 22.15 on; before that fzstd's, in JavaScript. */
async function zstdStream(): Promise<Transform> {
  const own = (zlib as { readonly createZstdDecompress?: () => Transform }).createZstdDecompress;
  if (own !== undefined) return own();
  const { Decompress } = await import('fzstd');
  const stream = new Decompress((chunk) => through.push(chunk));
  const through = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      attempt(() => stream.push(chunk), done);
    },
    flush(done) {
      attempt(() => stream.push(new Uint8Array(), true), done);
    },
  });
  return through;
}

function attempt(work: () => void, done: (error?: Error | null) => void): void {
  try {
    work();
    done();
  } catch (error) {
    done(error as Error);
  }
}

async function* chunksOf({ source, position, length }: PackedBytes): AsyncGenerator<Uint8Array> {
  const size = 1024 * 1024;
  for (let at = 0; at < length; at += size) yield await source.read(position + at, Math.min(size, length - at));
}

interface Store {
  add(chunk: Uint8Array): void;
  size(): number;
  finish(): ByteSource;
}

function growingStore(limit: number, opened: (descriptor: number) => void): Store {
  const chunks: Uint8Array[] = [];
  let total = 0;
  let file: number | undefined;
  return {
    size: () => total,
    add(chunk) {
      if (file === undefined && total + chunk.length > limit) {
        file = temporaryFile();
        opened(file);
        for (const earlier of chunks.splice(0)) writeSync(file, earlier);
      }
      if (file === undefined) chunks.push(chunk);
      else writeSync(file, chunk);
      total += chunk.length;
    },
    finish() {
      const descriptor = file;
      return descriptor === undefined ? sourceOf(Buffer.concat(chunks)) : sourceOfFile(descriptor, total);
    },
  };
}

/** Open, and gone from its folder already, so that nothing is left behind however this ends. */
function temporaryFile(): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-'));
  const descriptor = openSync(path.join(folder, 'unpacked'), 'w+', 0o600);
  rmSync(folder, { recursive: true, force: true });
  return descriptor;
}

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (position, length) => Uint8Array.from(bytes.subarray(position, position + length)),
});

const sourceOfFile = (descriptor: number, size: number): ByteSource => ({
  size,
  async read(position, length) {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
    for (let done = 0; done < bytes.length;) {
      const read = readSync(descriptor, bytes, done, bytes.length - done, position + done);
      if (read === 0) return bytes.subarray(0, done);
      done += read;
    }
    return bytes;
  },
});
