import type { TreeFiles } from '../core/ports.ts';
import { type BuiltAs, builtAs } from '../core/tree/kbuild.ts';
import { treeFilesOnDisk } from './tree-files.ts';

/** Tells of one file after the other what builds it; each Makefile and Kconfig is read once. */
export function openBuiltFiles(root: string): (file: string) => Promise<BuiltAs | undefined> {
  const disk = treeFilesOnDisk(root);
  const texts = new Map<string, Promise<string | undefined>>();
  const read: TreeFiles['read'] = (file) => {
    const known = texts.get(file) ?? disk.read(file);
    texts.set(file, known);
    return known;
  };
  const built = new Map<string, Promise<BuiltAs | undefined>>();
  return (file) => {
    const known = built.get(file) ?? read('.config').then((config) => builtAs({ ...disk, read }, file, config));
    built.set(file, known);
    return known;
  };
}
