import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { cacheFolder } from '../../src/build/cache.mjs';
import { installPackages } from '../../src/build/debian.mjs';
import { fetchOnce } from '../../src/build/fetch-once.mjs';
import { installPackage } from '../../src/build/npm.mjs';

/** A headless Chromium, with its libraries and fonts, inside an npm package. */
const npmChromium = '153.0.0';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * A Chromium to drive: $CHROMIUM, one that is installed, Debian's package where it may be installed (as root), else npm's.
 * $KERNLENS_BROWSER=npm takes npm's in any case.
 * @returns {Promise<{ program: string, libraries?: string }>} libraries: a folder that the program needs in LD_LIBRARY_PATH
 */
export async function installBrowser() {
  if (process.env['KERNLENS_BROWSER'] === 'npm') return installFromNpm();
  const wanted = process.env['CHROMIUM'];
  if (wanted !== undefined && existsSync(wanted)) return { program: wanted };
  const find = () => usualPlaces.find((place) => existsSync(place));
  const found = find() ?? (installPackages(['chromium', 'fonts-dejavu-core']) ? find() : undefined);
  return found === undefined ? installFromNpm() : { program: found };
}

async function installFromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('no Chromium found: install one, or name it in $CHROMIUM');
  }
  const folder = path.join(cacheFolder(), 'vscode-server', `chromium-${npmChromium}`);
  await fetchOnce(folder, 'a headless Chromium', (draft) => {
    const parts = path.join(installPackage(`@sparticuz/chromium@${npmChromium}`, draft), 'bin');
    for (const part of ['al2023', 'fonts', 'swiftshader']) unpack(path.join(parts, `${part}.tar.br`), draft);
    writeFileSync(path.join(draft, 'chromium'), brotliDecompressSync(readFileSync(path.join(parts, 'chromium.br'))), {
      mode: 0o755,
    });
    rmSync(path.join(draft, 'node_modules'), { recursive: true });
  });
  return { program: path.join(folder, 'chromium'), libraries: path.join(folder, 'lib') };
}

/**
 * @param {string} archive a .tar.br
 * @param {string} folder
 */
function unpack(archive, folder) {
  execFileSync('tar', ['x', '-C', folder, '--no-same-owner'], { input: brotliDecompressSync(readFileSync(archive)) });
}
