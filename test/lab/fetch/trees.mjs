import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inCache, isReady, needSpace, remove, replace, workFolder } from './cache.mjs';
import { Failure, pipe, say } from './run.mjs';

/** @type {readonly { readonly group: import('./apt.mjs').Group, readonly prefix: string, readonly pattern: RegExp }[]} */
const wanted = [
  { group: 'bullseye', prefix: 'linux-source-5.10', pattern: /^linux-source-5\.10$/ },
  { group: 'bookworm', prefix: 'linux-source-6.1', pattern: /^linux-source-6\.1$/ },
  { group: 'bookworm', prefix: 'linux-source-6.12', pattern: /^linux-source-6\.12$/ },
  { group: 'next', prefix: 'linux-source-7', pattern: /^linux-source-7\.\d+$/ },
];

/**
 * What is left out of a tree, for time and space: other architectures, drivers but for the network, sound, tools,
 * samples, translations. What a trace or an annotation can point at from the network's side is there.
 */
const leftOut = [
  'arch/[!xK]*',
  'arch/xtensa',
  'drivers/[!nKM]*',
  'Documentation/[!ant]*',
  'Documentation/translations',
  'sound',
  'tools',
  'samples',
  'rust',
  'usr',
  'LICENSES',
];
const mustHold = ['Makefile', 'Kbuild', 'net/ipv4/tcp_ipv4.c', 'include/net/tcp.h', 'scripts/faddr2line'];

/** @param {import('./apt.mjs').Archive} archive */
export async function fetchTrees(archive) {
  const queue = [...wanted];
  /** @type {unknown[]} */
  const failures = [];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await fetchTree(archive, next).catch((error) => failures.push(error));
    }
  };
  await Promise.all([work(), work()]);
  if (failures.length > 0) throw new AggregateError(failures);
}

/** @param {import('./apt.mjs').Archive} archive @param {typeof wanted[number]} tree */
async function fetchTree(archive, { group, prefix, pattern }) {
  const found = await archive.newest(group, prefix, pattern);
  const target = inCache('trees', found.name);
  const stamp = `${found.name} ${found.version}\nwithout ${leftOut.join(' ')}\n`;
  if (isReady(target, stamp)) return say('trees', `${found.name} ${found.version} is there`);
  needSpace(2, found.name);
  say('trees', `${found.name} ${found.version}: downloading`);
  const started = Date.now();
  const downloads = workFolder();
  try {
    const [deb] = await archive.download(group, [found], downloads);
    say('trees', `${found.name} ${found.version}: unpacking`);
    await replace(target, stamp, (folder) => unpackTree(found.name, deb ?? '', folder));
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
  removeOlder(found.name, pattern);
  say('trees', `${found.name} ${found.version} is ready after ${Math.round((Date.now() - started) / 1000)} s`);
}

/** The package holds one packed tar: it is streamed out and its files straight to their place. */
async function unpackTree(/** @type {string} */ name, /** @type {string} */ deb, /** @type {string} */ folder) {
  const exclude = leftOut.map((pattern) => `--exclude=${name}/${pattern}`);
  await pipe(
    [
      ['dpkg-deb', '--fsys-tarfile', deb],
      ['tar', '-xO', `./usr/src/${name}.tar.xz`],
      ['tar', '-xJ', '-C', folder, '--strip-components=1', '--no-same-owner', '--anchored', '--wildcards', ...exclude],
    ],
    'run it again; if it fails again, look whether the disk is full',
  );
  const missing = mustHold.filter((file) => !existsSync(path.join(folder, file)));
  if (missing.length > 0)
    throw new Failure(
      `${name} does not hold ${missing.join(', ')}`,
      'its layout has changed: adapt test/lab/fetch/trees.mjs',
    );
}

/** Another 7 series than the newest would only be in the way. */
function removeOlder(/** @type {string} */ name, /** @type {RegExp} */ pattern) {
  for (const entry of readdirSync(inCache('trees')))
    if (pattern.test(entry) && entry !== name) remove(inCache('trees', entry));
}
