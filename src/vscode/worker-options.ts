import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { EngineClientOptions } from '../host/engine-client.ts';
import { digestOf } from '../host/fact-cache.ts';

/** How the engine's workers are started here: from the package, keeping what they find in the editor's own storage. */
export function workerOptions(
  { extensionPath, globalStorageUri }: ExtensionContext,
  log: LogOutputChannel,
): EngineClientOptions & { readonly cache: NonNullable<EngineClientOptions['cache']> } {
  const assets = path.join(extensionPath, 'dist');
  const workerFile = path.join(assets, 'worker.cjs');
  const cache = {
    folder: path.join(globalStorageUri.fsPath, 'facts'),
    // Whatever another build found is not used.
    build: digestOf(readFileSync(workerFile)),
  };
  return { assets, workerFile, cache, log: (message) => log.warn(message) };
}
