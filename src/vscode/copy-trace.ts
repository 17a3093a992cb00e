import { commands, env, l10n, window } from 'vscode';
import { traceAsMarkdown, traceAsText } from '../core/report/copy-trace.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';
import type { ShownTrace, Traces } from './traces.ts';

/** Copies the active trace, or the one a row stands for, in the form that is chosen. */
export function registerCopyTrace({ context }: Session, traces: Traces): void {
  const copy = async (row?: { readonly trace?: ShownTrace }): Promise<void> => {
    const trace = row?.trace ?? traces.active();
    if (trace === undefined) {
      void window.showInformationMessage(l10n.t('There is no trace to copy. Decode one first.'));
      return;
    }
    const picked = await window.showQuickPick(formsOf(trace), { placeHolder: l10n.t('Copy the trace as') });
    if (picked === undefined) return;
    await env.clipboard.writeText(picked.text());
    window.setStatusBarMessage(l10n.t('The trace was copied.'), 4000);
  };
  context.subscriptions.push(commands.registerCommand('kernlens.copyTrace', copy));
}

const formsOf = ({ decoded, title }: ShownTrace) => [
  {
    label: l10n.t('Decoded text'),
    description: l10n.t('as decode_stacktrace.sh writes it'),
    text: () => traceAsText(decoded, say),
  },
  { label: 'Markdown', description: l10n.t('for a ticket'), text: () => traceAsMarkdown(decoded, title, say) },
  { label: 'JSON', description: 'kernlens decode --json', text: () => JSON.stringify(decoded, undefined, 2) },
];
