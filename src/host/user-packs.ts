import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Pack } from '../core/incidents/pack.ts';
import { longestPack } from '../core/incidents/read-listed.ts';
import { type PackText, readPacks, type ReadPacks } from '../core/incidents/read-packs.ts';
import { builtInPacks } from '../packs/index.ts';

/** Where a workspace keeps its packs. */
export const packFolder = '.kernlens/packs';

/** The packs of a workspace folder, as paths to read; none where it has none. */
export function ownPacks(folder: string): readonly string[] {
  const own = path.join(folder, packFolder);
  return existsSync(own) ? [own] : [];
}

export interface UserPacks extends ReadPacks {
  /** The files that were read, in the order in which they count. */
  readonly files: readonly string[];
  /** What was asked for and can't be read. */
  readonly missing: readonly string[];
}

/**
 * Reads the user's packs: files as they are, of folders every .yaml and .yml file, by name. A file that is named twice
 * counts once; `read` gives the text of one. They are bad input until `readPacks` has checked them: only incidents without fault are given back.
 */
export function readUserPacks(
  paths: readonly string[],
  builtIn: readonly Pack[] = builtInPacks(),
  read: (file: string) => string | undefined = textOf,
): UserPacks {
  const missing: string[] = [];
  const files = new Set(paths.flatMap((each) => packFiles(each) ?? (missing.push(each), [])));
  const texts = [...files].flatMap((file): readonly PackText[] => {
    const text = read(file);
    if (text === undefined) missing.push(file);
    return text === undefined ? [] : [{ file, text }];
  });
  return { ...readPacks(texts, builtIn), files: texts.map(({ file }) => file), missing };
}

/** Reads packs only to find their faults; the source of a built-in pack does not clash with that pack. */
export function checkPacks(paths: readonly string[], read: (file: string) => string | undefined = textOf): UserPacks {
  const titles = readUserPacks(paths, [], read).packs.map(({ title }) => JSON.stringify(title));
  const others = builtInPacks().filter(({ title }) => !titles.includes(JSON.stringify(title)));
  return readUserPacks(paths, others, read);
}

/** The files of a folder, or the file itself; undefined where there is neither. */
function packFiles(file: string): readonly string[] | undefined {
  try {
    if (!statSync(file).isDirectory()) return [file];
    const names = readdirSync(file).filter((name) => /\.ya?ml$/.test(name));
    return names.sort().map((name) => path.join(file, name));
  } catch {
    return undefined;
  }
}

/** Without a byte order mark. Bytes that are no UTF-8 become U+FFFD, which the checks point at. One character more than is read tells of the rest. */
export function textOf(file: string): string | undefined {
  try {
    const { size } = statSync(file);
    return size > longestPack * 3 ? ' '.repeat(longestPack + 1) : readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}

/** Ids that a pack may name as related, without its own. */
export const builtInIds = (): readonly string[] => builtInPacks().flatMap((pack) => pack.incidents.map(({ id }) => id));
