import { readFileSync } from 'node:fs';
import path from 'node:path';
import { env, type ExtensionContext, type LogOutputChannel } from 'vscode';
import type { EngineClientOptions } from '../host/engine-client.ts';
import type { Language } from '../core/incidents/words.ts';
import type { Lessons } from '../host/engine-messages.ts';
import { buildOf } from '../host/fact-cache.ts';

/** How the engine's workers are started here: from the package, keeping what they find in the editor's own storage. */
export function workerOptions(
  { extensionPath, globalStorageUri }: ExtensionContext,
  log: LogOutputChannel,
  { packs = [], language = languageHere() }: Lessons = {},
): EngineClientOptions & { readonly cache: NonNullable<EngineClientOptions['cache']> } {
  const assets = path.join(extensionPath, 'dist');
  const workerFile = path.join(assets, 'worker.cjs');
  const cache = {
    folder: path.join(globalStorageUri.fsPath, 'facts'),
    // Whatever another build or other packs found is not used.
    build: buildOf(readFileSync(workerFile), packs),
  };
  return { assets, workerFile, packs, language, cache, log: (message) => log.warn(message) };
}

/** The packs' language that the editor speaks. */
export const languageHere = (): Language => (env.language.toLowerCase().startsWith('zh') ? 'zh-cn' : 'en');
