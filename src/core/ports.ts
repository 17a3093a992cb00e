/** What core needs from outside: three small interfaces, implemented by host on disk and by tests in memory. */

/** A Linux tree's files. Paths are relative to the tree, with forward slashes. */
export interface TreeFiles {
  /** The file's text, or undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /** The names in a folder, folders with a trailing slash, sorted; empty where there is none. */
  list(folder: string): Promise<readonly string[]>;
}

/** Positioned reads of one big file (a vmlinux, a module). */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `position`; fewer only at the end of the file. */
  read(position: number, length: number): Promise<Uint8Array>;
}

/** Bytes that are packed in a file, or are the whole of it. */
export interface PackedBytes {
  readonly kind: 'zlib' | 'zstd' | 'gzip' | 'xz';
  readonly source: ByteSource;
  readonly position: number;
  readonly length: number;
  /** How many bytes come out, where the file says so. */
  readonly size?: number;
}

/** Unpacks, into memory or wherever there is room, or says in a few words why it can't. */
export type Unpack = (packed: PackedBytes) => Promise<ByteSource | { readonly fault: string }>;
