import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { Engines } from './engines.ts';
import type { Trees } from './trees.ts';

/** What every feature is handed at activation. */
export interface Session {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly trees: Trees;
  readonly engines: Engines;
}
