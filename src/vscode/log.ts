import { commands, type ExtensionContext, type LogOutputChannel, window } from 'vscode';

/** The output channel; its level is set with the editor's own "Set Log Level". */
export function createLog(context: ExtensionContext): LogOutputChannel {
  const log = window.createOutputChannel('KernLens', { log: true });
  context.subscriptions.push(
    log,
    commands.registerCommand('kernlens.showLog', () => log.show()),
  );
  return log;
}
