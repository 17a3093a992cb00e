import { commands, l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { Site } from '../core/model.ts';
import { siteTitle } from '../core/report/site-text.ts';
import { contextFor, fileRequest } from './engines.ts';
import { problemSentence, say } from './say.ts';
import type { Session } from './session.ts';
import { reveal } from './targets.ts';

interface SiteItem extends QuickPickItem {
  readonly line?: number;
}

/** "List sites in this file": a pick list by function; choosing one goes to its line. */
export function registerSites(session: Session): void {
  const listSites = async (): Promise<void> => {
    const editor = window.activeTextEditor;
    const inTree = editor && session.trees.locate(editor.document);
    if (editor === undefined || inTree === undefined) {
      void window.showInformationMessage(l10n.t('Open a C file of a Linux tree first.'));
      return;
    }
    const request = fileRequest(editor.document, inTree);
    const outcome = await session.engines.engine(inTree.root).sites(request, contextFor(undefined));
    if (outcome.value === undefined || outcome.value.sites.length === 0) {
      const said = outcome.problems.map(problemSentence).join(' ');
      void window.showInformationMessage(said || l10n.t('No packet is dropped or reset in {0}.', inTree.file));
      return;
    }
    const { sites, unparsed } = outcome.value;
    const gaps = unparsed.map((each) => ({
      label: l10n.t('{0} could not be read whole', each.name),
      description: `${each.faultLine}`,
      line: each.line,
    }));
    const chosen = await window.showQuickPick([...siteItems(sites), ...gaps], {
      title: l10n.t('{0}: {1} sites', inTree.file, sites.length),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen?.line !== undefined) await reveal(inTree.root, inTree.file, chosen.line);
  };
  session.context.subscriptions.push(commands.registerCommand('kernlens.listSites', listSites));
}

function siteItems(sites: readonly Site[]): SiteItem[] {
  const items: SiteItem[] = [];
  let current = '';
  for (const site of sites) {
    if (site.function !== current) items.push({ label: site.function, kind: QuickPickItemKind.Separator });
    current = site.function;
    items.push({
      label: `$(${icons[site.kind]}) ${siteTitle(site, say)}`,
      description: `${site.label ?? site.callee ?? ''}  ${site.line}`,
      line: site.line,
    });
  }
  return items;
}

const icons = { reset: 'debug-disconnect', drop: 'circle-slash', verdict: 'law', count: 'graph' } as const;
