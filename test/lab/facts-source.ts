import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { anchoredFunctions } from '../../src/core/incidents/anchored-functions.ts';
import type { FactsSource } from '../../src/core/incidents/facts-source.ts';
import type { Incident } from '../../src/core/incidents/pack.ts';
import { testParser } from './parser.ts';

/** Facts of files in memory. */
export function memoryFacts(files: Readonly<Record<string, string>>): FactsSource {
  return cached(
    (file) => files[file],
    (glob) => Object.keys(files).filter((file) => matches(file, glob)),
  );
}

/** Facts of a tree on disk: of each file only the functions that the incidents speak of are read. */
export const treeFacts = (tree: string, incidents: readonly Incident[]): FactsSource =>
  factsOnDisk(tree, anchoredFunctions(incidents));

/** Facts of a tree on disk, of all functions or of those wanted. */
export function factsOnDisk(tree: string, wanted?: (file: string) => ReadonlySet<string>): FactsSource {
  const read = (file: string): string | undefined => {
    const full = path.join(tree, file);
    return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
  };
  const list = (glob: string): readonly string[] => {
    const folder = path.posix.dirname(glob);
    const full = path.join(tree, folder);
    const names = existsSync(full) ? readdirSync(full).sort() : [];
    return names.map((name) => `${folder}/${name}`).filter((file) => matches(file, glob));
  };
  return cached(read, list, wanted);
}

/** `*` inside one folder: enough for tests. */
function matches(file: string, glob: string): boolean {
  const [start = '', ...rest] = glob.split('*');
  const end = rest.at(-1) ?? '';
  return file.startsWith(start) && file.endsWith(end) && !file.slice(start.length).includes('/');
}

function cached(
  read: (file: string) => string | undefined,
  files: (glob: string) => readonly string[],
  wanted?: (file: string) => ReadonlySet<string>,
): FactsSource {
  const known = new Map<string, ReturnType<FactsSource['facts']>>();
  const facts: FactsSource['facts'] = async (file) => {
    const text = read(file);
    if (text === undefined) return undefined;
    const only = wanted && ((name: string): boolean => wanted(file).has(name));
    return { text, facts: (await testParser()).facts(text, only && { only }) };
  };
  return {
    facts: (file) => known.get(file) ?? keep(known, file, facts(file)),
    files: async (glob) => files(glob),
  };
}

function keep<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value);
  return value;
}
