import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FactsSource } from '../../src/core/incidents/facts-source.ts';
import { testParser } from './parser.ts';

/** Facts of files in memory. */
export function memoryFacts(files: Readonly<Record<string, string>>): FactsSource {
  return cached(
    (file) => files[file],
    (glob) => Object.keys(files).filter((file) => matches(file, glob)),
  );
}

/** Facts of a tree on disk. */
export function treeFacts(tree: string): FactsSource {
  const read = (file: string): string | undefined => {
    const full = path.join(tree, file);
    return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
  };
  return cached(read, () => []);
}

/** `*` inside one folder: enough for tests. */
function matches(file: string, glob: string): boolean {
  const [start = '', ...rest] = glob.split('*');
  const end = rest.at(-1) ?? '';
  return file.startsWith(start) && file.endsWith(end) && !file.slice(start.length).includes('/');
}

function cached(read: (file: string) => string | undefined, files: (glob: string) => readonly string[]): FactsSource {
  const known = new Map<string, ReturnType<FactsSource['facts']>>();
  const facts: FactsSource['facts'] = async (file) => {
    const text = read(file);
    return text === undefined ? undefined : { text, facts: (await testParser()).facts(text) };
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
