import type { Problem } from '../core/problem.ts';
import { openImage, type Image } from '../core/symbols/elf.ts';
import { openByteSource, type OpenByteSource } from './byte-source.ts';

/** Images open on disk; each file is opened once, and `close` closes all. */
export interface ImageFiles {
  open(
    file: string,
  ): Promise<{ readonly value?: Image; readonly problems: readonly Problem[]; readonly absent: boolean }>;
  close(): Promise<void>;
}

type Opened = Awaited<ReturnType<ImageFiles['open']>>;

export function imageFiles(): ImageFiles {
  const sources: OpenByteSource[] = [];
  const opened = new Map<string, Promise<Opened>>();
  const open = async (file: string): Promise<Opened> => {
    const source = await openByteSource(file);
    if ('code' in source) {
      const absent = source.code === 'ENOENT' || source.code === 'ENOTDIR';
      const detail = absent ? 'no such file' : source.code;
      return { problems: [{ kind: 'vmlinux-unreadable', file, detail }], absent };
    }
    sources.push(source);
    return { ...(await readImage(file, source)), absent: false };
  };
  return {
    open(file) {
      const known = opened.get(file) ?? open(file);
      opened.set(file, known);
      return known;
    },
    async close() {
      opened.clear();
      await Promise.all(sources.splice(0).map((source) => source.close()));
    },
  };
}

/** A folder opens but can't be read; that, too, is the user's to know. */
async function readImage(file: string, source: OpenByteSource): Promise<Omit<Opened, 'absent'>> {
  try {
    return await openImage(file, source);
  } catch (error) {
    const detail = (error as NodeJS.ErrnoException).code ?? String(error);
    return { problems: [{ kind: 'vmlinux-unreadable', file, detail }] };
  }
}
