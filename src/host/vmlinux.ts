import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Outcome } from '../core/problem.ts';
import type { Image } from '../core/symbols/elf.ts';
import { buildIdPlace } from './debug-files.ts';
import type { ImageFiles } from './image-files.ts';

/** Where to look. */
export interface VmlinuxSearch {
  /**
   * Named by the user. One is taken whatever it is, and judged later; of several, the one of the release or build-id, else
   * the first that can be read.
   */
  readonly configured?: readonly string[];
  readonly tree?: string;
  readonly release?: string;
  readonly buildId?: string;
  /** The folder that stands for `/`; another one for a debug package that was only unpacked. */
  readonly root?: string;
  readonly home?: string;
}

/** A file that was looked at, and why it was taken or not. */
export interface VmlinuxCandidate {
  readonly file: string;
  readonly taken: boolean;
  readonly why: CandidateReason;
}

export type CandidateReason =
  | 'configured'
  | 'another was configured'
  | 'build-id agrees'
  | 'release agrees'
  | 'found by its place alone'
  | 'unreadable'
  | 'no debug info'
  | 'another build-id'
  | 'another release'
  | 'one before it was taken';

export interface FoundVmlinux extends Outcome<Image> {
  readonly candidates: readonly VmlinuxCandidate[];
}

/**
 * Finds the vmlinux of a release or build-id: the configured file, else the tree's own, else where distributions put
 * debug packages. Files with another build-id or release, or without debug info, are passed over.
 */
export async function findVmlinux(search: VmlinuxSearch, files: ImageFiles): Promise<FoundVmlinux> {
  if (search.configured !== undefined && search.configured.length > 0)
    return takeConfigured(search.configured, search, files);
  const candidates: VmlinuxCandidate[] = [];
  const places = await placesToLook(search);
  let value: Image | undefined;
  for (const file of places) {
    const opened = await files.open(file);
    if (opened.absent) continue;
    const why = value !== undefined ? 'one before it was taken' : await reasonFor(opened.value, search);
    const taken = takingReasons.has(why);
    if (taken) value = opened.value;
    candidates.push({ file, taken, why });
  }
  if (value !== undefined) return { value, problems: [], candidates };
  return { problems: [{ kind: 'no-vmlinux', looked: places }], candidates };
}

async function takeConfigured(
  configured: readonly string[],
  search: VmlinuxSearch,
  files: ImageFiles,
): Promise<FoundVmlinux> {
  const opened = await Promise.all(configured.map(async (file) => ({ file, ...(await files.open(file)) })));
  const agreeing = new Set<string>();
  for (const { file, value } of configured.length > 1 ? opened : []) {
    const why = await reasonFor(value, search);
    if (why === 'build-id agrees' || why === 'release agrees') agreeing.add(file);
  }
  const chosen = opened.find(({ file }) => agreeing.has(file)) ?? opened.find(({ value }) => value !== undefined);
  const candidates = opened.map(({ file, value }): VmlinuxCandidate => {
    const taken = file === chosen?.file;
    return { file, taken, why: value === undefined ? 'unreadable' : taken ? 'configured' : 'another was configured' };
  });
  const value = chosen?.value;
  if (value === undefined) return { problems: opened.flatMap(({ problems }) => problems), candidates };
  const { file, hasDebugInfo } = value;
  return { value, problems: hasDebugInfo ? [] : [{ kind: 'vmlinux-without-debug-info', file }], candidates };
}

const takingReasons: ReadonlySet<CandidateReason> = new Set([
  'build-id agrees',
  'release agrees',
  'found by its place alone',
]);

async function reasonFor(image: Image | undefined, search: VmlinuxSearch): Promise<CandidateReason> {
  if (image === undefined) return 'unreadable';
  if (!image.hasDebugInfo) return 'no debug info';
  const buildId = search.buildId === undefined ? undefined : await image.buildId();
  if (buildId !== undefined) return buildId === search.buildId ? 'build-id agrees' : 'another build-id';
  const release = search.release === undefined ? undefined : (await image.linuxBanner())?.split(' ', 3)[2];
  if (release !== undefined) return release === search.release ? 'release agrees' : 'another release';
  return 'found by its place alone';
}

async function placesToLook(search: VmlinuxSearch): Promise<readonly string[]> {
  const root = search.root ?? '/';
  const places = search.tree === undefined ? [] : [path.join(search.tree, 'vmlinux')];
  if (search.buildId !== undefined) places.push(buildIdPlace(search.buildId, root));
  const releases = search.release === undefined ? await installedReleases(root) : [search.release];
  for (const release of releases) {
    places.push(
      path.join(root, 'usr/lib/debug/boot', `vmlinux-${release}`),
      path.join(root, 'usr/lib/debug/lib/modules', release, 'vmlinux'),
      path.join(root, 'usr/lib/debug', `vmlinux-${release}`),
      path.join(root, 'lib/modules', release, 'build/vmlinux'),
      path.join(root, 'boot', `vmlinux-${release}`),
    );
    places.push(path.join(search.home ?? homedir(), `vmlinux-${release}`));
  }
  places.push(path.join(search.home ?? homedir(), 'vmlinux'));
  return places;
}

/** The releases that debug packages are installed for, newest name last. */
async function installedReleases(root: string): Promise<readonly string[]> {
  const names = new Set<string>(await entries(path.join(root, 'usr/lib/debug/lib/modules')));
  for (const folder of ['usr/lib/debug/boot', 'boot']) {
    for (const name of await entries(path.join(root, folder)))
      if (name.startsWith('vmlinux-')) names.add(name.slice(8));
  }
  return [...names].sort();
}

async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
