import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../../src/build/cache.mjs';
import { Failure } from './run.mjs';

/** Where a part of the cache lies. @param {...string} parts */
export function inCache(...parts) {
  return path.join(cacheFolder(), ...parts);
}

/**
 * Whether a folder of the cache was made from these packages by this recipe, to its end.
 * @param {string} target @param {string} stamp
 */
export function isReady(target, stamp) {
  const file = stampFile(target);
  return existsSync(target) && existsSync(file) && readFileSync(file, 'utf8') === stamp;
}

/**
 * Makes a folder of the cache anew: `make` fills a temporary folder, which then takes the target's place by rename.
 * A run that is cut off leaves the old one as it was.
 * @param {string} target @param {string} stamp @param {(folder: string) => Promise<void>} make
 */
export async function replace(target, stamp, make) {
  const work = workFolder();
  try {
    const fresh = path.join(work, 'fresh');
    mkdirSync(fresh);
    await make(fresh);
    mkdirSync(path.dirname(target), { recursive: true });
    rmSync(stampFile(target), { force: true });
    if (existsSync(target)) renameSync(target, path.join(work, 'old'));
    renameSync(fresh, target);
    writeFileSync(stampFile(target), stamp);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Takes a folder and its stamp out of the cache. @param {string} target */
export function remove(target) {
  rmSync(stampFile(target), { force: true });
  rmSync(target, { recursive: true, force: true });
}

/** An empty folder on the cache's file system; whoever asks for it removes it. */
export function workFolder() {
  mkdirSync(inCache('work'), { recursive: true });
  return mkdtempSync(inCache('work', 'part-'));
}

/** @param {number} gigabytes @param {string} what */
export function needSpace(gigabytes, what) {
  const { bavail, bsize } = statfsSync(cacheFolder());
  if (bavail * bsize >= gigabytes * 1e9) return;
  const free = ((bavail * bsize) / 1e9).toFixed(1);
  const next = 'free some space or set KERNLENS_CACHE to a folder on a bigger disk';
  throw new Failure(`${what} needs ${gigabytes} GB and ${cacheFolder()} has ${free} GB`, next);
}

/** Beside the folder, so that the folder holds nothing but what was unpacked. @param {string} target */
function stampFile(target) {
  return path.join(path.dirname(target), `.${path.basename(target)}.stamp`);
}
