// Node's built-ins only.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from './cache.mjs';
import { downloadPackage, isDebianKin, ownPackageLists, provideXz } from './debian.mjs';
import { fetchOnce } from './fetch-once.mjs';

/**
 * Brings a Linux tree into the cache without root: the distribution's own source package on Debian and its kin, else the
 * newest long-term release of kernel.org.
 * @returns {Promise<string>} the tree
 * @throws {Error} with a sentence that says what to do
 */
export async function fetchTree() {
  const trees = path.join(cacheFolder(), 'trees');
  mkdirSync(trees, { recursive: true });
  return isDebianKin ? fetchFromDistribution(trees) : fetchRelease(trees);
}

/** @param {string} trees */
async function fetchFromDistribution(trees) {
  const lists = askedOfApt(() => ownPackageLists());
  const name = newestSource(execFileSync('apt-cache', [...lists, 'pkgnames', 'linux-source-'], { encoding: 'utf8' }));
  if (name === undefined) return fetchRelease(trees);
  await provideXz();
  return fetchOnce(
    path.join(trees, name),
    `${name}, this distribution's kernel source (about 150 MB, 1.5 GB unpacked)`,
    (draft) => {
      const deb = askedOfApt(() => downloadPackage(lists, name, draft));
      console.error('kernlens: unpacking, about a minute');
      execFileSync('dpkg-deb', ['-x', deb, path.join(draft, 'package')]);
      // Debian packs usr/src/NAME.tar.xz, Ubuntu usr/src/NAME/NAME.tar.bz2.
      const packed = execFileSync(
        'find',
        [path.join(draft, 'package/usr/src'), '-name', `${name}.tar.*`, '-type', 'f'],
        { encoding: 'utf8' },
      );
      untar(packed.trim().split('\n')[0] ?? '', draft);
      rmSync(path.join(draft, 'package'), { recursive: true });
      rmSync(deb);
    },
  );
}

/**
 * @param {string} names one a line
 * @returns {string | undefined} the package with the highest number, as in linux-source-6.1
 */
export function newestSource(names) {
  const sources = names.split('\n').filter((name) => /^linux-source-\d[\d.]*$/.test(name));
  return sources.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

/**
 * @template T
 * @param {() => T} ask
 * @returns {T}
 */
function askedOfApt(ask) {
  try {
    return ask();
  } catch {
    throw new Error(
      'no Linux tree here, and apt-get could not fetch one (see above): check the network, or name a tree: npm start -- TREE',
    );
  }
}

/**
 * @param {string} trees
 * @param {{ index?: string, files?: string }} [site] where releases are listed and kept
 * @returns {Promise<string>}
 */
export async function fetchRelease(
  trees,
  { index = 'https://www.kernel.org', files = 'https://cdn.kernel.org/pub/linux/kernel' } = {},
) {
  const listed = await get(`${index}/releases.json`);
  const { releases } = /** @type {{ releases: { moniker: string, version: string }[] }} */ (await listed.json());
  const release = releases.find(({ moniker }) => moniker === 'longterm');
  if (release === undefined) throw new Error(`${index} lists no long-term release: name a tree: npm start -- TREE`);
  const name = `linux-${release.version}`;
  const folder = `${files}/v${release.version.split('.')[0]}.x`;
  return fetchOnce(path.join(trees, name), `${name} from kernel.org (about 240 MB, 1.6 GB unpacked)`, async (draft) => {
    const packed = path.join(draft, `${name}.tar.gz`);
    await download(`${folder}/${name}.tar.gz`, packed);
    const sums = await (await get(`${folder}/sha256sums.asc`)).text();
    const sum = createHash('sha256').update(readFileSync(packed)).digest('hex');
    if (!sums.includes(`${sum}  ${name}.tar.gz`))
      throw new Error(`${name}.tar.gz is not what kernel.org lists: run this again`);
    console.error('kernlens: unpacking');
    untar(packed, draft);
    rmSync(packed);
  });
}

/**
 * @param {string} address
 * @param {string} file
 */
async function download(address, file) {
  const response = await get(address);
  const total = Number(response.headers.get('content-length') ?? 0);
  let done = 0;
  let shown = 0;
  const counted = new TransformStream({
    transform(chunk, controller) {
      done += chunk.length;
      if (done - shown >= 5_000_000 || done === total) {
        shown = done;
        progress(done, total);
      }
      controller.enqueue(chunk);
    },
  });
  if (response.body === null) throw new Error(`${address} is empty`);
  await pipeline(Readable.fromWeb(response.body.pipeThrough(counted)), createWriteStream(file));
}

/**
 * @param {number} done
 * @param {number} total bytes, 0 where the server does not say
 */
function progress(done, total) {
  const megabytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1e6)} MB`;
  const text = `kernlens: ${megabytes(done)}${total > 0 ? ` of ${megabytes(total)}` : ''}`;
  if (process.stderr.isTTY) process.stderr.write(`\r${text}${done === total ? '\n' : ''}`);
  else if (done === total || Math.floor(done / 5e7) > Math.floor((done - 5e6) / 5e7)) console.error(text);
}

/** @param {string} address */
async function get(address) {
  const offline = 'check the network, or name a tree: npm start -- TREE';
  const response = await fetch(address).catch((error) => {
    throw new Error(
      `no Linux tree here, and ${new URL(address).host} cannot be reached (${error.cause?.code ?? error.message}): ${offline}`,
    );
  });
  if (!response.ok) throw new Error(`${address} answers ${response.status}: ${offline}`);
  return response;
}

/**
 * @param {string} packed
 * @param {string} folder takes what stands in the archive's one folder
 */
function untar(packed, folder) {
  execFileSync('tar', ['xf', packed, '-C', folder, '--strip-components=1', '--no-same-owner'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
