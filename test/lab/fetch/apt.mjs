// Debian's archive through apt, with lists, cache and sources of our own: the machine's apt set-up is only asked which
// mirror it uses.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inCache } from './cache.mjs';
import { Failure, must, run, say } from './run.mjs';

/** Which suites are looked at together: `main` or `security` mirror, and the suite. */
const groups = {
  bookworm: ['main bookworm', 'main bookworm-updates', 'security bookworm-security'],
  bullseye: ['main bullseye', 'security bullseye-security'],
  next: ['main sid', 'main experimental'],
};
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const halfDay = 12 * 3600 * 1000;
const again = 'check the network and run it again';

/** @typedef {keyof typeof groups} Group */
/** @typedef {{ readonly name: string, readonly version: string }} Package */

export class Archive {
  /** @type {Map<Group, Promise<readonly string[]>>} */
  #ready = new Map();
  /** @type {Promise<{ readonly main: string, readonly security: string }> | undefined} */
  #mirrors;
  #fresh;

  /** @param {{ readonly fresh: boolean }} options */
  constructor({ fresh }) {
    this.#fresh = fresh;
  }

  /**
   * The newest package whose name matches: by its version, then by its name.
   * @param {Group} group @param {string} prefix @param {RegExp} pattern
   * @returns {Promise<Package>}
   */
  async newest(group, prefix, pattern) {
    const options = await this.#options(group);
    const all = await must(['apt-cache', ...options, 'pkgnames', prefix], again);
    const names = all.split('\n').filter((name) => pattern.test(name));
    const found = await this.#versions(options, names);
    const best = found.sort((a, b) => compare(a.version, b.version) || compare(a.name, b.name)).at(-1);
    if (best !== undefined) return best;
    const suites = groups[group].map((suite) => suite.split(' ')[1]).join(', ');
    throw new Failure(
      `no package ${prefix}... in ${suites}`,
      'run it again with --fresh; if it stays so, the archive has moved on',
    );
  }

  /** @param {readonly string[]} options @param {readonly string[]} names */
  async #versions(options, names) {
    if (names.length === 0) return [];
    const { stdout } = await run(['apt-cache', ...options, 'show', '--no-all-versions', ...names]);
    return stdout.split('\n\n').flatMap((record) => {
      const name = /^Package: (.*)$/m.exec(record)?.[1];
      const version = /^Version: (.*)$/m.exec(record)?.[1];
      return name === undefined || version === undefined ? [] : [{ name, version }];
    });
  }

  /**
   * Downloads packages into a folder; apt proves their checksums.
   * @param {Group} group @param {readonly Package[]} packages @param {string} folder
   * @returns {Promise<readonly string[]>} the .deb files, in the packages' order
   */
  async download(group, packages, folder) {
    const options = await this.#options(group);
    const wanted = packages.map(({ name, version }) => `${name}=${version}`);
    await must(['apt-get', ...options, '-qq', 'download', ...wanted], again, { cwd: folder });
    const files = readdirSync(folder);
    return packages.map(({ name }) => {
      const file = files.find((entry) => entry.startsWith(`${name}_`) && entry.endsWith('.deb'));
      if (file === undefined) throw new Failure(`${name} was not downloaded`, again);
      return path.join(folder, file);
    });
  }

  /**
   * Downloads packages with all they depend on, as if nothing were installed.
   * @param {Group} group @param {readonly Package[]} packages @param {string} folder
   * @returns {Promise<readonly string[]>}
   */
  async downloadClosure(group, packages, folder) {
    const options = await this.#options(group);
    const cache = path.join(folder, 'archives');
    mkdirSync(path.join(cache, 'partial'), { recursive: true });
    const where = ['-o', `Dir::Cache::archives=${cache}`, '-o', 'APT::Install-Recommends=false'];
    const names = packages.map(({ name }) => name);
    await must(['apt-get', ...options, ...where, '-qq', '-y', '--download-only', 'install', ...names], again);
    return readdirSync(cache).flatMap((file) => (file.endsWith('.deb') ? [path.join(cache, file)] : []));
  }

  /**
   * Installs packages on this machine, from our lists. Only for root.
   * @param {Group} group @param {readonly string[]} names
   */
  async install(group, names) {
    const options = (await this.#options(group)).filter((option) => !option.startsWith('Dir::State::status'));
    const own = options.flatMap((option, index) =>
      option === '-o' && !options[index + 1]?.includes('=') ? [] : [option],
    );
    const next = 'install them yourself, or set KERNLENS_INSTALL=no to have them unpacked into the cache';
    await must(['apt-get', ...own, '-qq', '-y', '--no-install-recommends', 'install', ...names], next, {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  }

  /** apt's options for a group, its lists brought up to date once. @param {Group} group */
  #options(group) {
    const ready = this.#ready.get(group) ?? this.#prepare(group);
    this.#ready.set(group, ready);
    return ready;
  }

  /** @param {Group} group */
  async #prepare(group) {
    const home = inCache('apt', group);
    for (const folder of ['lists/partial', 'cache/archives/partial'])
      mkdirSync(path.join(home, folder), { recursive: true });
    const status = path.join(home, 'status');
    if (!existsSync(status)) writeFileSync(status, '');
    const settings = {
      'Dir::Etc::sourcelist': path.join(home, 'sources.list'),
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::State::lists': path.join(home, 'lists'),
      'Dir::State::status': status,
      'Dir::Cache': path.join(home, 'cache'),
      'Acquire::Languages': 'none',
      'Acquire::Check-Valid-Until': 'false',
      'APT::Sandbox::User': '',
      'Debug::NoLocking': '1',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const updated = path.join(home, 'updated');
    if (!this.#fresh && existsSync(updated) && Date.now() - statSync(updated).mtimeMs < halfDay) return options;
    await this.#update(group, home, options);
    writeFileSync(updated, '');
    return options;
  }

  /** Signed suites first; one whose key this machine does not have is taken unsigned, and said so. */
  async #update(/** @type {Group} */ group, /** @type {string} */ home, /** @type {readonly string[]} */ options) {
    this.#mirrors ??= findMirrors();
    const mirrors = await this.#mirrors;
    /** @type {Set<string>} */
    const unsigned = new Set(existsSync(keyring) ? [] : groups[group]);
    for (;;) {
      const lines = groups[group].map((line) => {
        const [mirror, suite] = /** @type {['main' | 'security', string]} */ (line.split(' '));
        const trust = unsigned.has(line) ? 'trusted=yes' : `signed-by=${keyring}`;
        return `deb [arch=amd64 ${trust}] ${mirrors[mirror]} ${suite} main\n`;
      });
      writeFileSync(path.join(home, 'sources.list'), lines.join(''));
      const { code, stderr } = await run(['apt-get', ...options, '-qq', '-o', 'APT::Update::Error-Mode=any', 'update']);
      const refused = groups[group].filter(
        (line) => !unsigned.has(line) && isRefused(stderr, line.split(' ')[1] ?? ''),
      );
      if (code === 0) return;
      if (refused.length === 0) {
        const what = stderr.trim().split('\n')[0] ?? '';
        throw new Failure(`package lists of ${group} could not be read (${what})`, again);
      }
      for (const line of refused) {
        say('apt', `no key here for ${line.split(' ')[1]}: its packages are taken without proof of origin`);
        unsigned.add(line);
      }
    }
  }
}

/** @param {string} stderr @param {string} suite */
function isRefused(stderr, suite) {
  const said = stderr
    .split('\n')
    .filter((line) => line.includes(` ${suite} InRelease`) || line.includes(` ${suite} Release`));
  return said.some((line) => line.includes('GPG error') || line.includes('not signed'));
}

/** The mirrors that this machine uses, or those of KERNLENS_DEBIAN_MIRROR. */
async function findMirrors() {
  const named = process.env['KERNLENS_DEBIAN_MIRROR'];
  const listed = named ?? (await must(['apt-get', 'indextargets', '--format', '$(REPO_URI)'], again));
  const uris = listed.split('\n').map((uri) => uri.replace(/\/?$/, '/'));
  const main = uris.find((uri) => uri.endsWith('/debian/'));
  if (main === undefined) {
    throw new Failure(
      'this machine uses no Debian mirror',
      'set KERNLENS_DEBIAN_MIRROR to one, an address that ends in /debian/',
    );
  }
  const security =
    uris.find((uri) => uri.endsWith('/debian-security/')) ?? main.replace(/debian\/$/, 'debian-security/');
  return { main, security };
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  // In a Debian version a tilde sorts before everything: 7.3~rc7 is older than 7.3.
  const ordered = (/** @type {string} */ text) => text.replaceAll('~', '\u0001');
  return ordered(a).localeCompare(ordered(b), 'en', { numeric: true });
}
