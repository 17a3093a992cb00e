import path from 'node:path';
import type { FileReport } from '../core/engine.ts';
import type { FactCache } from './fact-cache.ts';
import { contentOf, type Stamp, stampOf } from './stamps.ts';

/** The reports of a tree's files, kept by content: a file that was touched and not changed keeps its report. */
export interface ReportCache {
  /** Undefined where the file has changed since, or was never reported on. */
  get(file: string): FileReport | undefined;
  /** @param before the file's stamp from before the report was asked for */
  put(report: FileReport, before: Stamp): void;
  /**
   * Writes what is new, folder by folder.
   *
   * @param basis as for `openReportCache`, as it is now
   * @param breathe waited for between two folders
   */
  save(basis: string, breathe: () => Promise<void>): Promise<void>;
}

/** @param basis digests of what the tree says and of its wrappers; reports that rest on others are worth nothing */
export function openReportCache(root: string, cache: FactCache, basis: string | undefined): ReportCache {
  const folders = new Map<string, Folder>();
  const folderOf = (file: string): Folder => {
    const name = path.posix.dirname(file);
    const folder = folders.get(name) ?? { entries: readFolder(cache, name, basis), isChanged: false };
    folders.set(name, folder);
    return folder;
  };
  return {
    get: (file) => {
      const folder = folderOf(file);
      const entry = folder.entries[path.posix.basename(file)];
      if (entry === undefined) return undefined;
      const stamp = stampOf(root, file);
      if (entry.stamp === stamp) return entry.report;
      if (contentOf(root, file) !== entry.content || stampOf(root, file) !== stamp) return undefined;
      folder.entries[path.posix.basename(file)] = { ...entry, stamp };
      folder.isChanged = true;
      return entry.report;
    },
    put: (report, before) => {
      const content = contentOf(root, report.file);
      // Changed while it was looked at: nobody knows which content the report speaks of.
      if (content === undefined || stampOf(root, report.file) !== before) return;
      const folder = folderOf(report.file);
      folder.entries[path.posix.basename(report.file)] = { stamp: before, content, report };
      folder.isChanged = true;
    },
    save: async (known, breathe) => {
      for (const [name, { entries, isChanged }] of folders) {
        if (isChanged) cache.write(entryName(name), JSON.stringify({ basis: known, entries } satisfies Kept));
        await breathe();
      }
    },
  };
}

interface Folder {
  readonly entries: Record<string, Entry>;
  isChanged: boolean;
}

interface Entry {
  readonly stamp: Stamp;
  readonly content: string;
  readonly report: FileReport;
}

interface Kept {
  readonly basis: string;
  readonly entries: Record<string, Entry>;
}

const entryName = (folder: string): string => `sites ${folder}`;

function readFolder(cache: FactCache, folder: string, basis: string | undefined): Record<string, Entry> {
  const content = basis === undefined ? undefined : cache.read(entryName(folder));
  const kept = content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as Kept);
  return kept !== undefined && kept.basis === basis ? kept.entries : {};
}
