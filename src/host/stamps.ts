import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { TreeFiles } from '../core/ports.ts';
import { digestOf } from './fact-cache.ts';

/** What tells without reading it that a file or folder is as it was: its size, times and inode. */
export type Stamp = string;

/** A path that isn't there has a stamp too. */
export function stampOf(root: string, relative: string): Stamp {
  const found = statSync(path.join(root, relative), { throwIfNoEntry: false });
  return found === undefined ? 'none' : `${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}`;
}

/** A digest of a file's bytes; undefined where it can't be read. */
export function contentOf(root: string, relative: string): string | undefined {
  try {
    return digestOf(readFileSync(path.join(root, relative)));
  } catch {
    return undefined;
  }
}

export interface NotedFiles {
  readonly files: TreeFiles;
  /** Of everything that was read or listed so far, as it was right before. */
  readonly stamps: Readonly<Record<string, Stamp>>;
}

export function noteReads(root: string, files: TreeFiles): NotedFiles {
  const stamps: Record<string, Stamp> = {};
  const note = (relative: string): string => {
    stamps[relative] ??= stampOf(root, relative);
    return relative;
  };
  return {
    stamps,
    files: { read: (file) => files.read(note(file)), list: (folder) => files.list(note(folder)) },
  };
}

export function areFresh(root: string, stamps: Readonly<Record<string, Stamp>>): boolean {
  return Object.entries(stamps).every(([relative, stamp]) => stampOf(root, relative) === stamp);
}
