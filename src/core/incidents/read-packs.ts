import type { Pack } from './pack.ts';
import type { PackFault } from './pack-fault.ts';
import { readPack } from './read-pack.ts';
import { inLanguage } from './words.ts';

/** A pack's text and the file it came from, named as the user knows it. */
export interface PackText {
  readonly file: string;
  readonly text: string;
}

export interface FileFault {
  readonly file: string;
  readonly fault: PackFault;
}

export interface ReadPacks {
  /** What is usable, in the order of the files. */
  readonly packs: readonly Pack[];
  readonly faults: readonly FileFault[];
}

/**
 * Reads several packs that will be used together and beside the built-in ones. An id that an earlier pack has is a
 * fault of the later one.
 */
export function readPacks(texts: readonly PackText[], builtIn: readonly Pack[]): ReadPacks {
  const named = [
    ...builtIn.map(({ title, incidents }) => ({ name: inLanguage(title, 'en'), ids: incidents.map(({ id }) => id) })),
    ...texts.map(({ file, text }) => ({ name: file, ids: goodIds(text) })),
  ];
  const read = texts.map(({ file, text }, index) => {
    const before = named.slice(0, builtIn.length + index);
    // The first pack that has an id is the one to name.
    const taken = new Map(before.toReversed().flatMap(({ name, ids }) => ids.map((id) => [id, name] as const)));
    const known = named.filter((_, at) => at !== builtIn.length + index).flatMap(({ ids }) => ids);
    return { file, ...readPack(text, { taken, known }) };
  });
  return {
    packs: read.flatMap(({ value }) => (value === undefined ? [] : [value])),
    faults: read.flatMap(({ file, problems }) => problems.map((fault) => ({ file, fault }))),
  };
}

const goodIds = (text: string): readonly string[] => (readPack(text).value?.incidents ?? []).map(({ id }) => id);
