import type { Unpack } from '../core/ports.ts';
import type { Problem } from '../core/problem.ts';
import type { DebugLinks } from '../core/symbols/debug-links.ts';
import { type Image, joinImages, openImage } from '../core/symbols/elf.ts';
import { openByteSource, type OpenByteSource } from './byte-source.ts';
import { debugFilePlaces } from './debug-files.ts';
import type { Unpacker } from './unpack.ts';

/** Images open on disk; each file is opened once, and `close` closes all. */
export interface ImageFiles {
  /** An image without debug info is given with that of the file it names, where there is one of its build. */
  open(
    file: string,
  ): Promise<{ readonly value?: Image; readonly problems: readonly Problem[]; readonly absent: boolean }>;
  close(): Promise<void>;
}

type Opened = Awaited<ReturnType<ImageFiles['open']>>;

/** @param root the folder that stands for `/` where debug packages are looked for */
export function imageFiles(root = '/'): ImageFiles {
  const sources: OpenByteSource[] = [];
  const opened = new Map<string, Promise<Opened>>();
  let unpacker: Promise<Unpacker> | undefined;
  /** Few files are packed, and what unpacks them takes longer to load than a frame takes. */
  const unpack: Unpack = async (packed) => {
    unpacker ??= import('./unpack.ts').then(({ unpackOnDisk }) => unpackOnDisk());
    return (await unpacker).unpack(packed);
  };
  const openPlain = async (file: string): Promise<Opened> => {
    const source = await openByteSource(file);
    if ('code' in source) {
      const absent = source.code === 'ENOENT' || source.code === 'ENOTDIR';
      const detail = absent ? 'no such file' : source.code;
      return { problems: [{ kind: 'vmlinux-unreadable', file, detail }], absent };
    }
    sources.push(source);
    const shared = (link: NonNullable<DebugLinks['shared']>): Promise<Image | undefined> =>
      firstOf(debugFilePlaces(file, link, root), link.buildId, () => true);
    return { ...(await readImage(file, source, { unpack, shared })), absent: false };
  };
  const once = (file: string): Promise<Opened> => {
    const known = opened.get(file) ?? openPlain(file);
    opened.set(file, known);
    return known;
  };
  /** The first of these files that will do and is of that build, as far as it says. */
  const firstOf = async (
    files: readonly string[],
    buildId: string | undefined,
    willDo: (image: Image) => boolean,
  ): Promise<Image | undefined> => {
    for (const file of files) {
      const { value } = await once(file);
      if (value === undefined || !willDo(value)) continue;
      const own = await value.buildId();
      if (buildId === undefined || own === undefined || own === buildId) return value;
    }
    return undefined;
  };
  return {
    async open(file) {
      const found = await once(file);
      const { value } = found;
      if (value === undefined || value.hasDebugInfo) return found;
      const [name, buildId] = [(await value.links()).separate, await value.buildId()];
      const places = debugFilePlaces(file, { name, buildId }, root);
      const debug = await firstOf(places, buildId, ({ hasDebugInfo }) => hasDebugInfo);
      return debug === undefined ? found : { ...found, value: joinImages(value, debug) };
    },
    async close() {
      opened.clear();
      (await unpacker)?.close();
      await Promise.all(sources.splice(0).map((source) => source.close()));
    },
  };
}

/** A folder opens but can't be read; that, too, is the user's to know. */
async function readImage(
  file: string,
  source: OpenByteSource,
  surroundings: Parameters<typeof openImage>[2],
): Promise<Omit<Opened, 'absent'>> {
  try {
    return await openImage(file, source, surroundings);
  } catch (error) {
    const detail = (error as NodeJS.ErrnoException).code ?? String(error);
    return { problems: [{ kind: 'vmlinux-unreadable', file, detail }] };
  }
}
