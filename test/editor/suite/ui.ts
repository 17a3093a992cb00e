/** What the user sees: questions to the window, through the door that test/editor/ui-door.mjs opens. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContext } from './runner.ts';

export interface Window {
  /** The texts of all visible elements; `webview` looks inside the open webview. */
  texts(selector: string, where?: 'webview'): Promise<readonly string[]>;
  /** Clicks the first visible element that holds `text`. */
  click(selector: string, text: string, where?: 'webview'): Promise<void>;
  /** Presses a key, as in 'Control+Shift+P'. */
  press(key: string): Promise<void>;
  /** Keeps a picture of the window as out/NAME.png. */
  shot(name: string): Promise<void>;
}

/** The window, or the end of the test where nobody can look at it: desktop VS Code has no door. */
export function windowOrSkip({ skip }: TestContext): Window {
  return openWindow() ?? skip('desktop VS Code does not let a test look at its window');
}

export function openWindow(): Window | undefined {
  const door = process.env['VSCODE_UI_DOOR'];
  if (door === undefined) return undefined;
  const ask = async (what: string, query: Readonly<Record<string, string>>): Promise<unknown> => {
    const response = await fetch(`${door}${what}?${new URLSearchParams(query).toString()}`);
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  return {
    texts: async (selector, where) => (await ask('/texts', { sel: selector, ...inside(where) })) as readonly string[],
    click: async (selector, text, where) => void (await ask('/click', { sel: selector, text, ...inside(where) })),
    press: async (key) => void (await ask('/press', { key })),
    shot: async (name) =>
      void (await ask('/shot', {
        name: `${process.env['KERNLENS_SHOTS'] ?? 'out'}/${name.replaceAll(/[^\w-]+/g, '-')}.png`,
      })),
  };
}

function inside(where: 'webview' | undefined): Readonly<Record<string, string>> {
  return where === undefined ? {} : { webview: '1' };
}

/** Asks again and again until the answer is there; fails with `what` when it does not come. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, seconds = 40): Promise<T> {
  let last: unknown;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(200)) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
}
