import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cacheFolder } from '../../src/build/cache.mjs';

/**
 * A desktop VS Code, downloaded into the cache, where there is a display to show it on and a network to get it from.
 * @returns {Promise<string | undefined>} the program
 */
export async function findDesktop() {
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (!display) return undefined;
  try {
    return await downloadAndUnzipVSCode({ cachePath: path.join(cacheFolder(), 'vscode-desktop') });
  } catch (error) {
    console.error(
      `kernlens: no desktop VS Code (${error instanceof Error ? error.message : String(error)}): taking the server`,
    );
    return undefined;
  }
}
