import path from 'node:path';
import { chromium } from 'playwright-core';
import { installBrowser } from './install-browser.mjs';

/**
 * Opens an empty page in a Chromium that nobody sees ($HEADED shows it).
 * @returns {Promise<{ page: import('playwright-core').Page, close: () => Promise<void> }>}
 */
export async function openBrowser() {
  const { program, libraries } = await installBrowser();
  const asRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({
    executablePath: program,
    headless: !process.env['HEADED'],
    args: [...(asRoot ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-dev-shm-usage'],
    ...(libraries === undefined ? {} : { env: withLibraries(libraries) }),
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const close = async () => {
    const gaveUp = new Promise((resolve) => setTimeout(resolve, 5000).unref());
    await Promise.race([browser.close().catch(() => undefined), gaveUp]);
  };
  return { page, close };
}

/** @param {string} libraries */
function withLibraries(libraries) {
  const others = process.env['LD_LIBRARY_PATH'];
  return { ...process.env, LD_LIBRARY_PATH: others ? `${libraries}${path.delimiter}${others}` : libraries };
}
