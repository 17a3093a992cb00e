import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onPath } from '../../../src/build/debian.mjs';
import { inCache, isReady, needSpace, replace, workFolder } from './cache.mjs';
import { newestDebug, releaseOf } from './debug.mjs';
import { must, pipe, run, say } from './run.mjs';

/** @param {import('./apt.mjs').Archive} archive */
export async function fetchTools(archive) {
  await Promise.all([fetchPrograms(archive).then(() => installCompanions(archive)), fetchBuildTree(archive)]);
}

/** What the tools call: faddr2line binutils, stap a compiler and make. By a file of each package. */
const companions = { binutils: 'readelf', gcc: 'gcc', 'libc6-dev': '/usr/include/stdio.h', make: 'make' };

/** Installs them where that is possible; elsewhere the tests that need them say so. @param {import('./apt.mjs').Archive} archive */
async function installCompanions(archive) {
  const missing = Object.entries(companions).filter(([, file]) => !(existsSync(file) || onPath(file) !== undefined));
  const names = missing.map(([name]) => name);
  if (names.length === 0) return;
  if (!mayInstall()) return say('tools', `${names.join(', ')} are missing: tests that need them are skipped`);
  say('tools', `${names.join(', ')}: installing`);
  await archive.install('bookworm', names);
}

/** bpftrace and SystemTap as Debian 12 has them: installed where that is possible, else unpacked with all they need. */
async function fetchPrograms(/** @type {import('./apt.mjs').Archive} */ archive) {
  const packages = await Promise.all([
    archive.newest('bookworm', 'bpftrace', /^bpftrace$/),
    archive.newest('bookworm', 'systemtap', /^systemtap$/),
  ]);
  const said = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  if (await isInstalled(packages)) return say('tools', `${said} are installed`);
  if (mayInstall()) {
    say('tools', `${said}: installing`);
    await archive.install(
      'bookworm',
      packages.map(({ name }) => name),
    );
    return say('tools', `${said} are installed`);
  }
  const target = inCache('tools');
  if (isReady(target, said)) return say('tools', `${said} are there`);
  needSpace(1, said);
  say('tools', `${said}: downloading with all they need`);
  const downloads = workFolder();
  try {
    const debs = await archive.downloadClosure('bookworm', packages, downloads);
    say('tools', `${said}: unpacking ${debs.length} packages`);
    await replace(target, said, async (folder) => {
      for (const deb of debs) await must(['dpkg-deb', '-x', deb, path.join(folder, 'root')], 'run it again');
      writeWrappers(folder, target);
    });
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
  say('tools', `${said} are ready in ${target}`);
}

/** @param {readonly import('./apt.mjs').Package[]} packages */
async function isInstalled(packages) {
  const names = packages.map(({ name }) => name);
  const { code, stdout } = await run(['dpkg-query', '-W', '-f', '${db:Status-Status} ${Version}\n', ...names]);
  return code === 0 && packages.every(({ version }) => stdout.includes(`installed ${version}\n`));
}

/** Only root on the very release whose packages these are. */
function mayInstall() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const here = /^VERSION_CODENAME=bookworm$/m.test(release);
  return here && process.getuid?.() === 0 && process.env['KERNLENS_INSTALL'] !== 'no';
}

/** The unpacked programs run with their own loader and libraries, so that this machine's do not matter. */
function writeWrappers(/** @type {string} */ folder, /** @type {string} */ target) {
  mkdirSync(path.join(folder, 'bin'));
  const root = path.join(target, 'root');
  const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((name) => path.join(root, name)).join(':');
  const loader = path.join(root, 'lib/x86_64-linux-gnu/ld-linux-x86-64.so.2');
  const share = path.join(root, 'usr/share/systemtap');
  for (const name of ['bpftrace', 'stap']) {
    const file = path.join(folder, 'bin', name);
    const lines = [
      '#!/bin/sh',
      `export SYSTEMTAP_TAPSET='${share}/tapset' SYSTEMTAP_RUNTIME='${share}/runtime'`,
      `exec '${loader}' --library-path '${libraries}' '${root}/usr/bin/${name}' "$@"`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    chmodSync(file, 0o755);
  }
}

/**
 * A build tree that `stap -r` accepts: headers and kbuild unpacked where they are, their Makefile pointed there, and
 * beside it what stap looks for below the folder: vmlinux, System.map and the debug modules.
 */
async function fetchBuildTree(/** @type {import('./apt.mjs').Archive} */ archive) {
  const debug = await newestDebug(archive);
  const release = releaseOf(debug.name);
  const common = `linux-headers-${release.replace(/-amd64$/, '-common')}`;
  const headers = `linux-headers-${release}`;
  const packages = [
    { name: headers, version: debug.version },
    { name: common, version: debug.version },
    { name: 'linux-kbuild-6.1', version: debug.version },
  ];
  const target = inCache('headers');
  const stamp = [...packages.map(({ name, version }) => `${name} ${version}\n`), 'with include/trace\n'].join('');
  if (isReady(target, stamp)) return say('tools', `${headers} ${debug.version} is there`);
  needSpace(1, headers);
  say('tools', `${headers} ${debug.version}: downloading`);
  const downloads = workFolder();
  try {
    const debs = await archive.download('bookworm', packages, downloads);
    await replace(target, stamp, async (folder) => {
      for (const deb of debs) {
        await pipe(
          [
            ['dpkg-deb', '--fsys-tarfile', deb],
            ['tar', '-x', '-C', folder, '--no-same-owner'],
          ],
          'run it again',
        );
      }
      prepareBuildTree(folder, target, { release, common });
    });
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
  say('tools', `${headers} ${debug.version} is ready for stap -r`);
}

/**
 * @param {string} folder @param {string} target where the folder will lie
 * @param {{ readonly release: string, readonly common: string }} names
 */
function prepareBuildTree(folder, target, { release, common }) {
  const build = path.join(folder, 'usr/src', `linux-headers-${release}`);
  const makefile = path.join(build, 'Makefile');
  writeFileSync(makefile, readFileSync(makefile, 'utf8').replaceAll('/usr/src/', `${target}/usr/src/`));
  const links = {
    vmlinux: inCache('debug/vmlinux'),
    'System.map': inCache('debug/System.map'),
    'kernel-dbg': inCache('debug/modules/kernel'),
    // stap reads tracepoints from the build tree's own headers only.
    'include/trace': path.join('../..', common, 'include/trace'),
  };
  for (const [name, points] of Object.entries(links)) symlinkSync(points, path.join(build, name));
  symlinkSync(path.join('usr/src', `linux-headers-${release}`), path.join(folder, 'build'));
}
