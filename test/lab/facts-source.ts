import { partsFor } from '../../src/core/incidents/assessor.ts';
import type { FactsSource } from '../../src/core/incidents/facts-source.ts';
import type { Incident } from '../../src/core/incidents/pack.ts';
import { createSourceFiles, type Part } from '../../src/core/source-files.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { testParser } from './parser.ts';

/** Facts of files in memory. */
export function memoryFacts(files: Readonly<Record<string, string>>): FactsSource {
  return cached(
    (file) => files[file],
    (glob) => Object.keys(files).filter((file) => matches(file, glob)),
  );
}

/** Facts of a tree on disk, as the engine reads them: of each file only the functions that the incidents name. */
export const treeFacts = (tree: string, incidents: readonly Incident[]): FactsSource =>
  factsOnDisk(tree, partsFor(incidents));

/** Facts of a tree on disk, as the engine reads them: of whole files, or of the part of each that is asked for. */
export function factsOnDisk(tree: string, partOf?: (file: string) => Part): FactsSource {
  const source = testParser().then((parser) =>
    createSourceFiles(treeFilesOnDisk(tree), parser, 2_000_000).factsSource(partOf),
  );
  return {
    facts: async (file) => (await source).facts(file),
    files: async (glob) => (await source).files(glob),
  };
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
