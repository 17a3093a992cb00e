import { ConfigurationTarget, l10n, window, workspace } from 'vscode';
import type { Problem } from '../core/problem.ts';
import { settings } from './settings.ts';

/** Whether servers may be asked without a question. In a folder that isn't trusted nothing is run. */
export const mayAskServers = (): boolean => workspace.isTrusted && settings().debuginfod === 'always';

let wasAsked = false;

/**
 * Asks, once a session, whether debuginfod servers may be asked for what these problems say they could have. The answer is
 * kept in the setting, save for "not now". True when they may, and the trace is worth decoding again.
 */
export async function allowServers(problems: readonly Problem[]): Promise<boolean> {
  const [first] = problems.flatMap((problem) => (problem.kind === 'debuginfod-not-allowed' ? [problem] : []));
  if (first === undefined || wasAsked || !workspace.isTrusted || settings().debuginfod !== 'ask') return false;
  wasAsked = true;
  const [allow, notNow, never] = [l10n.t('Allow'), l10n.t('Not Now'), l10n.t('Never')];
  const answer = await window.showInformationMessage(
    l10n.t(
      'A debuginfod server may have the debug info of {0}. Asking it with debuginfod-find tells the server its build-id ({1}).',
      first.image,
      first.buildId.slice(0, 12),
    ),
    allow,
    notNow,
    never,
  );
  if (answer === allow || answer === never) {
    const value = answer === allow ? 'always' : 'never';
    await workspace.getConfiguration('kernlens').update('debuginfod', value, ConfigurationTarget.Global);
  }
  return answer === allow;
}
