import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Assessment } from '../core/incidents/assess.ts';
import type { KeptAssessments } from '../core/incidents/assessor.ts';
import type { Incident } from '../core/incidents/pack.ts';
import type { Language } from '../core/incidents/words.ts';
import type { TreeFiles } from '../core/ports.ts';
import { filesOfGlob } from '../core/source-files.ts';
import { digestOf, type FactCache } from './fact-cache.ts';
import { type Stamp, stampOf } from './stamps.ts';

export interface KeepOptions {
  readonly language: Language;
  /** Absent: kept in memory only. */
  readonly cache: FactCache | undefined;
}

/**
 * Assessments of one tree, known by the content of the files they were read from: a file that was touched and not
 * changed costs one more reading. One entry of the tree's cache holds them all.
 */
export function keepAssessments(root: string, tree: TreeFiles, { language, cache }: KeepOptions): KeptAssessments {
  const name = `incidents ${language}`;
  let kept: Kept | undefined;
  let isChanged = false;
  const all = (): Kept => (kept ??= readKept(cache, name));

  const contentOf = (file: string): string => {
    const { files } = all();
    const stamp = stampOf(root, file);
    const known = files[file];
    if (known?.stamp === stamp) return known.content;
    const content = stamp === 'none' ? stamp : digestOfFile(root, file);
    // Changed while it was read: asked again the next time.
    if (stampOf(root, file) === stamp) files[file] = { stamp, content };
    isChanged = true;
    return content;
  };
  const isCurrent = async ({ files, globs }: Entry): Promise<boolean> => {
    if (Object.entries(files).some(([file, content]) => contentOf(file) !== content)) return false;
    for (const [glob, list] of Object.entries(globs))
      if (digestOf((await filesOfGlob(tree, glob)).join('\n')) !== list) return false;
    return true;
  };
  return {
    get: async (incident) => {
      const entry = all().entries[incident.id];
      if (entry === undefined || entry.incident !== digestOfIncident(incident)) return undefined;
      return (await isCurrent(entry)) ? entry.assessment : undefined;
    },
    put: (incident, assessment, { files, globs }) => {
      all().entries[incident.id] = {
        incident: digestOfIncident(incident),
        files: Object.fromEntries([...files].map((file) => [file, contentOf(file)])),
        globs: Object.fromEntries([...globs].map(([glob, list]) => [glob, digestOf(list.join('\n'))])),
        assessment,
      };
      isChanged = true;
    },
    save: () => {
      if (isChanged && kept !== undefined) cache?.write(name, JSON.stringify(kept));
      isChanged = false;
    },
  };
}

interface Kept {
  /** What is known of files: the stamp a content was last seen with. */
  readonly files: Record<string, { readonly stamp: Stamp; readonly content: string }>;
  /** By the incident's id. */
  readonly entries: Record<string, Entry>;
}

interface Entry {
  /** Digest of the incident as its pack has it. */
  readonly incident: string;
  /** Digests of contents, `none` for a file that isn't there. */
  readonly files: Readonly<Record<string, string>>;
  /** Digests of what they named. */
  readonly globs: Readonly<Record<string, string>>;
  readonly assessment: Assessment;
}

function readKept(cache: FactCache | undefined, name: string): Kept {
  const content = cache?.read(name);
  return content === undefined ? { files: {}, entries: {} } : (JSON.parse(content.toString('utf8')) as Kept);
}

const digestOfIncident = (incident: Incident): string => digestOf(JSON.stringify(incident));

function digestOfFile(root: string, file: string): string {
  try {
    return digestOf(readFileSync(path.join(root, file)));
  } catch {
    return 'none';
  }
}
