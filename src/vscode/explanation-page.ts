import { commands, env, l10n, ProgressLocation, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import type { Outcome } from '../core/problem.ts';
import type { Explanation } from '../core/report/explanation.ts';
import { toMarkdown } from '../core/report/markdown.ts';
import { contextFor, isCancelled } from './engines.ts';
import { explanationHtml } from './explanation-html.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';
import { isTarget, placeRequest, reveal, type Target, targetOf } from './targets.ts';

/** One page beside the source that explains a place or an incident; a click in it goes to the line. */
export function registerExplanationPage(session: Session): void {
  const page = new ExplanationPage(session);
  const explain = async (given: unknown): Promise<void> => {
    const target = targetOf(session, given);
    if (target === undefined) return;
    const outcome = await session.engines.engine(target.root).explain(placeRequest(target), contextFor(undefined));
    // Whoever clicked goes on reading source; whoever called a command wants the page.
    page.show(target, outcome, { keepFocus: isTarget(given) });
  };
  const showIncident = async (given: unknown): Promise<void> => {
    const { root, id } = given as { readonly root: string; readonly id: string };
    const outcome = await session.engines.engine(root).incident({ id }, contextFor(undefined));
    const { place } = outcome.value ?? {};
    page.show({ root, file: place?.file ?? '', line: place?.line ?? 1 }, outcome, { keepFocus: false });
  };
  session.context.subscriptions.push(
    commands.registerCommand('kernlens.explain', explain),
    commands.registerCommand('kernlens.copyText', ({ text }: { readonly text: string }) => copy(text)),
    commands.registerCommand('kernlens.showIncident', showIncident),
  );
}

type Message =
  | { readonly do: 'go'; readonly file: string; readonly line: number }
  | { readonly do: 'copy'; readonly text: string }
  | { readonly do: 'copy-all' }
  | { readonly do: 'chains' }
  | { readonly do: 'probe'; readonly tool: string };

class ExplanationPage {
  readonly #session: Session;
  #panel: WebviewPanel | undefined;
  #shown: { readonly target: Target; readonly explanation: Explanation } | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  show(target: Target, outcome: Outcome<Explanation>, { keepFocus }: { readonly keepFocus: boolean }): void {
    const explanation = outcome.value;
    if (explanation === undefined) {
      void window.showInformationMessage(outcome.problems.map(problemSentence).join(' '));
      return;
    }
    this.#shown = { target, explanation };
    const panel = (this.#panel ??= this.#open());
    const { webview } = panel;
    const media = Uri.joinPath(this.#session.context.extensionUri, 'media');
    panel.title = explanation.title;
    webview.html = explanationHtml(explanation, {
      styleUri: webview.asWebviewUri(Uri.joinPath(media, 'explanation.css')).toString(),
      scriptUri: webview.asWebviewUri(Uri.joinPath(media, 'explanation.js')).toString(),
      cspSource: webview.cspSource,
      language: env.language,
      labels: {
        actions: l10n.t('Actions'),
        copyAll: l10n.t('Copy as Markdown'),
        copy: l10n.t('Copy'),
        ...(canAskForChains(explanation) ? { chains: l10n.t('How does a packet get here?') } : {}),
        probes: [
          { tool: 'bpftrace', label: l10n.t('Probe: bpftrace') },
          { tool: 'stap', label: l10n.t('Probe: SystemTap') },
        ],
      },
    });
    panel.reveal(undefined, keepFocus);
  }

  #open(): WebviewPanel {
    const panel = window.createWebviewPanel(
      'kernlens.explanation',
      'KernLens',
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      {
        enableScripts: true,
        localResourceRoots: [Uri.joinPath(this.#session.context.extensionUri, 'media')],
        enableFindWidget: true,
      },
    );
    const icon = (name: string): Uri => Uri.joinPath(this.#session.context.extensionUri, 'media', name);
    panel.iconPath = { light: icon('page-light.svg'), dark: icon('page-dark.svg') };
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    panel.webview.onDidReceiveMessage((message: Message) => this.#receive(message));
    return panel;
  }

  /** Who calls the function, up to where packets come in; takes seconds, so it is asked for. */
  async #addChains(target: Target): Promise<void> {
    const options = {
      location: ProgressLocation.Notification,
      title: l10n.t('Looking for who calls this'),
      cancellable: true,
    };
    try {
      const outcome = await window.withProgress(options, (progress, token) => {
        const context = contextFor(token, ({ step }) => progress.report({ message: step }));
        return this.#session.engines.engine(target.root).explain({ ...placeRequest(target), deep: true }, context);
      });
      if (this.#shown?.target === target) this.show(target, outcome, { keepFocus: true });
    } catch (error) {
      if (!isCancelled(error)) throw error;
    }
  }

  async #receive(message: Message): Promise<void> {
    if (this.#shown === undefined) return;
    const { target, explanation } = this.#shown;
    switch (message.do) {
      case 'go':
        await reveal(target.root, message.file, message.line);
        break;
      case 'copy':
        await copy(message.text);
        break;
      case 'copy-all':
        await copy(toMarkdown(explanation));
        break;
      case 'chains':
        await this.#addChains(target);
        break;
      case 'probe':
        await commands.executeCommand('kernlens.probe', {
          root: target.root,
          target: explanation.probe ?? `${explanation.place.file}:${explanation.place.line}`,
          tool: message.tool,
        });
        break;
    }
  }
}

/** Only a place in a function has callers, and they are told once. */
function canAskForChains({ sections }: Explanation): boolean {
  return sections.some(({ id }) => id === 'ways') && !sections.some(({ id }) => id === 'chains');
}

async function copy(text: string): Promise<void> {
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(l10n.t('$(check) Copied'), 3000);
}
