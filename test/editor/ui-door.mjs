import { createServer } from 'node:http';

/**
 * Lets a test inside the extension host ask what is drawn on the screen, by HTTP on this machine. All answers are JSON.
 *   /texts?sel=CSS            the texts of all visible elements
 *   /click?sel=CSS&text=PART  clicks the first visible element that holds PART
 *   /press?key=NAME           presses a key, as in "Control+Shift+P"
 *   /shot?name=FILE           writes a picture of the window
 * With &webview=1 the selectors speak of the inside of the open webview.
 * @param {() => import('playwright-core').Page | undefined} currentPage undefined while there is none yet
 * @returns {Promise<{ address: string, close: () => void }>}
 */
export async function openUiDoor(currentPage) {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://door');
    try {
      const page = currentPage();
      if (page === undefined) throw new Error('no window yet');
      response.end(JSON.stringify(await answer(page, pathname, searchParams)));
    } catch (error) {
      response.statusCode = 500;
      response.end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the door has no port');
  return { address: `http://127.0.0.1:${bound.port}`, close: () => server.close() };
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} what
 * @param {URLSearchParams} query
 * @returns {Promise<unknown>}
 */
async function answer(page, what, query) {
  const scope = query.has('webview') ? page.frameLocator('iframe.webview.ready').frameLocator('#active-frame') : page;
  const visible = () => scope.locator(query.get('sel') ?? 'body').filter({ visible: true });
  switch (what) {
    case '/texts':
      return visible().allTextContents();
    case '/click':
      // A hover left open by the last place of the mouse would lie over what is to be clicked.
      await page.mouse.move(0, 0);
      await page.locator('.context-view .hover-contents').waitFor({ state: 'hidden', timeout: 5000 });
      await visible()
        .filter({ hasText: query.get('text') ?? '' })
        .first()
        .click({ timeout: 5000 });
      return true;
    case '/press':
      await page.keyboard.press(query.get('key') ?? '');
      return true;
    case '/shot':
      await page.screenshot({ path: query.get('name') ?? 'window.png' });
      return true;
    default:
      throw new Error(`the door knows no ${what}`);
  }
}
