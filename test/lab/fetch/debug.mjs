import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inCache, isReady, needSpace, replace, workFolder } from './cache.mjs';
import { copySection } from './elf.mjs';
import { pipe, say } from './run.mjs';

/** Network modules and the few that tests meet besides. */
const modules = ['net', 'lib', 'drivers/net/*.ko'];

/** The newest 6.1 debug kernel for amd64; neither the cloud nor the realtime flavour. @param {import('./apt.mjs').Archive} archive */
export function newestDebug(archive) {
  return archive.newest('bookworm', 'linux-image-6.1.', /^linux-image-6\.1\.(?!.*-(?:cloud|rt)-).*-amd64-dbg$/);
}

/** `6.1.0-56-amd64` of `linux-image-6.1.0-56-amd64-dbg`. @param {string} name */
export function releaseOf(name) {
  return name.replace(/^linux-image-/, '').replace(/-dbg$/, '');
}

/** @param {import('./apt.mjs').Archive} archive */
export async function fetchDebug(archive) {
  const debug = await newestDebug(archive);
  const release = releaseOf(debug.name);
  const image = { name: `linux-image-${release}`, version: debug.version };
  await Promise.all([
    fetchPart(archive, 'image', image, (deb, folder) => unpackImage(deb, release, folder)),
    fetchPart(archive, 'debug', debug, (deb, folder) => unpackDebug(deb, release, folder)),
  ]);
}

/**
 * @param {import('./apt.mjs').Archive} archive @param {string} part @param {import('./apt.mjs').Package} wanted
 * @param {(deb: string, folder: string) => Promise<void>} unpack
 */
async function fetchPart(archive, part, wanted, unpack) {
  const target = inCache(part);
  const stamp = `${wanted.name} ${wanted.version}\nmodules ${modules.join(' ')}\n`;
  if (isReady(target, stamp)) return say('debug', `${wanted.name} ${wanted.version} is there`);
  needSpace(4, wanted.name);
  say('debug', `${wanted.name} ${wanted.version}: downloading`);
  const started = Date.now();
  const downloads = workFolder();
  try {
    const [deb] = await archive.download('bookworm', [wanted], downloads);
    say('debug', `${wanted.name} ${wanted.version}: unpacking${part === 'debug' ? ', about a minute' : ''}`);
    await replace(target, stamp, (folder) => unpack(deb ?? '', folder));
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
  say('debug', `${wanted.name} ${wanted.version} is ready after ${Math.round((Date.now() - started) / 1000)} s`);
}

/** vmlinux, vmlinux.btf, System.map (the image's own is empty) and modules/kernel/... */
async function unpackDebug(/** @type {string} */ deb, /** @type {string} */ release, /** @type {string} */ folder) {
  const boot = ['vmlinux', 'System.map'];
  const inside = './usr/lib/debug';
  await unpackPaths(deb, folder, [
    ...boot.map((name) => `${inside}/boot/${name}-${release}`),
    ...modules.map((name) => `${inside}/lib/modules/${release}/kernel/${name}`),
  ]);
  const debug = path.join(folder, 'usr/lib/debug');
  for (const name of boot) renameSync(path.join(debug, `boot/${name}-${release}`), path.join(folder, name));
  renameSync(path.join(debug, 'lib/modules', release), path.join(folder, 'modules'));
  rmSync(path.join(folder, 'usr'), { recursive: true });
  copySection(path.join(folder, 'vmlinux'), '.BTF', path.join(folder, 'vmlinux.btf'));
}

/** config, vmlinuz and modules/kernel/..., as a machine without debug information has them. */
async function unpackImage(/** @type {string} */ deb, /** @type {string} */ release, /** @type {string} */ folder) {
  const inside = `./lib/modules/${release}`;
  const lists = ['modules.builtin', 'modules.builtin.modinfo', 'modules.order'].map((name) => `${inside}/${name}`);
  await unpackPaths(deb, folder, [
    './boot',
    ...lists,
    ...[...modules, 'crypto'].map((name) => `${inside}/kernel/${name}`),
  ]);
  for (const name of ['config', 'vmlinuz'])
    renameSync(path.join(folder, `boot/${name}-${release}`), path.join(folder, name));
  renameSync(path.join(folder, 'lib/modules', release), path.join(folder, 'modules'));
  for (const empty of ['boot', 'lib']) rmSync(path.join(folder, empty), { recursive: true });
}

async function unpackPaths(
  /** @type {string} */ deb,
  /** @type {string} */ folder,
  /** @type {readonly string[]} */ paths,
) {
  await pipe(
    [
      ['dpkg-deb', '--fsys-tarfile', deb],
      ['tar', '-x', '-C', folder, '--no-same-owner', '--wildcards', '--no-wildcards-match-slash', ...paths],
    ],
    'run it again; if it fails again, look whether the disk is full',
  );
}
