import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * Fills a folder of the cache once. The work is done beside it and moved into place when complete, so that an interrupted
 * or a second run never finds half a folder.
 * @param {string} folder its name says the version: another version is another folder
 * @param {string} what for the progress line, as in "VS Code server 1.2.3"
 * @param {(folder: string) => void | Promise<void>} fill
 * @returns {Promise<string>} the folder
 */
export async function fetchOnce(folder, what, fill) {
  if (existsSync(folder)) return folder;
  console.error(`kernlens: fetching ${what} into ${folder}`);
  const started = Date.now();
  mkdirSync(path.dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.part-`);
  try {
    await fill(draft);
    moveInto(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  console.error(`kernlens: ${what} is there (${((Date.now() - started) / 1000).toFixed(0)} s)`);
  return folder;
}

/**
 * @param {string} draft
 * @param {string} folder
 */
function moveInto(draft, folder) {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another run was first
  }
}
