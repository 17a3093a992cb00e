import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onPath } from '../../../src/build/debian.mjs';
import { inCache, isReady, needSpace, replace, workFolder } from './cache.mjs';
import { must, run, say } from './run.mjs';

const libdw = ['libdw-dev', 'libelf-dev', 'libdw1', 'libelf1'];

/**
 * What the checks run by hand need besides the tools: libdw to read debug information with, universal-ctags, and the
 * programs that lines are compared with.
 * @param {import('./apt.mjs').Archive} archive
 */
export async function fetchChecks(archive) {
  await Promise.all([
    fetchLibdw(archive),
    fetchCtags(archive),
    fetchProgram(archive, { program: 'eu-addr2line', package: 'elfutils', at: 'usr/bin/eu-addr2line' }),
    fetchProgram(archive, {
      program: 'llvm-symbolizer',
      package: 'llvm-14',
      at: 'usr/lib/llvm-14/bin/llvm-symbolizer',
    }),
  ]);
}

/** Headers and libraries, to build against; what they need themselves is on every Debian. */
async function fetchLibdw(/** @type {import('./apt.mjs').Archive} */ archive) {
  const packages = await Promise.all(libdw.map((name) => archive.newest('bookworm', name, new RegExp(`^${name}$`))));
  await unpack(packages, inCache('checks', 'libdw'), {
    bring: (downloads) => archive.download('bookworm', packages, downloads),
    finish: () => {},
  });
}

/** The one that is installed, else Debian 12's with all it needs. */
async function fetchCtags(/** @type {import('./apt.mjs').Archive} */ archive) {
  const installed = await run(['ctags', '--version']).catch(() => undefined);
  if (installed?.stdout.startsWith('Universal Ctags')) return say('checks', 'universal-ctags is installed');
  await fetchWithAll(archive, { program: 'ctags', package: 'universal-ctags', at: 'usr/bin/ctags-universal' });
}

/** @typedef {{ readonly program: string, readonly package: string, readonly at: string }} Program */

/** Unless it is installed. @param {import('./apt.mjs').Archive} archive @param {Program} wanted */
async function fetchProgram(archive, wanted) {
  if (onPath(wanted.program) !== undefined) return say('checks', `${wanted.program} is installed`);
  await fetchWithAll(archive, wanted);
}

/** Debian 12's with all it needs, into a folder of its name. @param {import('./apt.mjs').Archive} archive @param {Program} wanted */
async function fetchWithAll(archive, { program, package: name, at }) {
  const packages = [await archive.newest('bookworm', name, new RegExp(`^${name}$`))];
  const target = inCache('checks', program);
  await unpack(packages, target, {
    bring: (downloads) => archive.downloadClosure('bookworm', packages, downloads),
    finish: (folder) => writeWrapper(folder, target, { program, at }),
  });
}

/**
 * @param {readonly import('./apt.mjs').Package[]} packages @param {string} target
 * @param {{ bring: (downloads: string) => Promise<readonly string[]>, finish: (folder: string) => void }} steps
 */
async function unpack(packages, target, { bring, finish }) {
  const said = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  if (isReady(target, said)) return say('checks', `${said} are there`);
  needSpace(0.2, said);
  say('checks', `${said}: downloading`);
  const downloads = workFolder();
  try {
    const debs = await bring(downloads);
    await replace(target, said, async (folder) => {
      for (const deb of debs) await must(['dpkg-deb', '-x', deb, folder], 'run it again');
      finish(folder);
    });
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
  say('checks', `${said} are ready in ${target}`);
}

/**
 * The unpacked program runs with its own loader and libraries.
 * @param {string} folder @param {string} target where the folder will lie
 * @param {{ readonly program: string, readonly at: string }} what
 */
function writeWrapper(folder, target, { program: title, at }) {
  const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((name) => path.join(target, name));
  const loader = path.join(target, 'lib/x86_64-linux-gnu/ld-linux-x86-64.so.2');
  const program = path.join(target, at);
  const file = path.join(folder, title);
  writeFileSync(file, `#!/bin/sh\nexec '${loader}' --library-path '${libraries.join(':')}' '${program}' "$@"\n`);
  chmodSync(file, 0o755);
}
