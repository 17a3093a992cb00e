import { english, type Say } from './say.ts';

/** `2,526 sites in 398 files`. */
export function sitesInFiles(sites: number, files: number, say: Say = english): string {
  return say('{0} in {1}', siteCount(sites, say), fileCount(files, say));
}

export const siteCount = (count: number, say: Say = english): string =>
  count === 1 ? say('1 site') : say('{0} sites', grouped(count));

export const fileCount = (count: number, say: Say = english): string =>
  count === 1 ? say('1 file') : say('{0} files', grouped(count));

/** Digits in threes: `1,715`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
