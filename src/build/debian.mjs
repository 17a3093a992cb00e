// Node's built-ins only.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache.mjs';
import { fetchOnce } from './fetch-once.mjs';

/** Whether this machine has Debian's package tools: Debian itself, Ubuntu and their kin. */
export const isDebianKin = existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-deb');

/**
 * Installs packages for everyone, which only root may.
 * @param {readonly string[]} packages
 * @returns {boolean} whether they are installed now
 */
export function installPackages(packages) {
  if (!isDebianKin || process.getuid?.() !== 0) return false;
  console.error(`kernlens: apt-get install ${packages.join(' ')}`);
  try {
    apt('apt-get', ['-qq', 'update']);
    apt('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...packages]);
    return true;
  } catch {
    console.error(`kernlens: apt-get could not install ${packages.join(' ')}: going on without`);
    return false;
  }
}

/**
 * Package lists of our own, from the mirrors that this machine uses: neither root nor an earlier `apt-get update` is needed.
 * @returns {string[]} options that make apt-get and apt-cache read them
 */
export function ownPackageLists() {
  const home = path.join(cacheFolder(), 'apt', 'machine');
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(path.join(home, folder), { recursive: true });
  const settings = {
    'Dir::State::lists': path.join(home, 'lists'),
    'Dir::Cache': path.join(home, 'cache'),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': '',
    'Debug::NoLocking': '1',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  apt('apt-get', [...options, '-qq', 'update']);
  return options;
}

/**
 * Downloads one package into a folder, with apt's own progress.
 * @param {readonly string[]} lists as ownPackageLists gives them
 * @param {string} name
 * @param {string} folder
 * @returns {string} the .deb file
 */
export function downloadPackage(lists, name, folder) {
  apt('apt-get', [...lists, 'download', name], folder);
  const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get left no ${name}_*.deb`);
  return path.join(folder, file);
}

/** Makes `xz` a program that tar finds: installed, or else unpacked into the cache and put on the PATH of this process. */
export async function provideXz() {
  if (onPath('xz') !== undefined || !isDebianKin || installPackages(['xz-utils'])) return;
  const folder = await fetchOnce(path.join(cacheFolder(), 'xz'), 'xz', (draft) => {
    execFileSync('dpkg-deb', ['-x', downloadPackage(ownPackageLists(), 'xz-utils', draft), draft]);
  });
  process.env['PATH'] = `${path.join(folder, 'usr/bin')}${path.delimiter}${process.env['PATH'] ?? ''}`;
}

/**
 * @param {string} program
 * @returns {string | undefined} its full name
 */
export function onPath(program) {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function apt(program, args, cwd) {
  // What apt prints goes to stderr: stdout is for what was asked of us.
  execFileSync(program, args, {
    stdio: ['ignore', 2, 'inherit'],
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    ...(cwd === undefined ? {} : { cwd }),
  });
}
