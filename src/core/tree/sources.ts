import type { TreeFiles } from '../ports.ts';

/** A file with its text. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** The C files below some folders that hold a table of counters or sysctls, or register one; sorted by name. */
export async function readNetworkSources(files: TreeFiles, folders: readonly string[]): Promise<readonly Source[]> {
  const found = await Promise.all(folders.map((folder) => readFolder(files, folder)));
  return found.flat().sort((a, b) => (a.file < b.file ? -1 : 1));
}

async function readFolder(files: TreeFiles, folder: string): Promise<readonly Source[]> {
  const found = await Promise.all(
    (await files.list(folder)).map(async (name): Promise<readonly Source[]> => {
      if (name.endsWith('/')) return readFolder(files, `${folder}/${name.slice(0, -1)}`);
      if (!name.endsWith('.c')) return [];
      const file = `${folder}/${name}`;
      const text = await files.read(file);
      return text !== undefined && holdsTable(text) ? [{ file, text }] : [];
    }),
  );
  return found.flat();
}

function holdsTable(text: string): boolean {
  return text.includes('SNMP_MIB_ITEM') || text.includes('ctl_table');
}
