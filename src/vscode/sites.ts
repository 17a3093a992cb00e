import { commands, l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { FileReport } from '../core/engine.ts';
import type { Site } from '../core/model.ts';
import { endOf, siteTitle } from '../core/report/site-text.ts';
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
      const none = l10n.t('No packet is dropped or reset in {0}. Look in a file of net/.', inTree.file);
      void window.showInformationMessage(said || none);
      return;
    }
    const { sites, unparsed } = outcome.value;
    const chosen = await window.showQuickPick([...siteItems(sites), ...gapItems(unparsed)], {
      title: l10n.t('{0}: where a packet ends', inTree.file),
      placeHolder: l10n.t('Go to one of {0} sites', sites.length),
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
    const next = endOf(site, sites);
    items.push({
      label: `$(${icons[site.kind]}) ${siteTitle(site, say, { reasons: 3, ...(next === undefined ? {} : { next }) })}`,
      description: `${site.label ?? site.callee ?? ''}:${site.line}`,
      line: site.line,
    });
  }
  return items;
}

function gapItems(unparsed: FileReport['unparsed']): SiteItem[] {
  if (unparsed.length === 0) return [];
  const items = unparsed.map(({ name, line, faultLine }) => ({
    label: `$(warning) ${l10n.t('{0} could not be read whole', name)}`,
    description: l10n.t('line {0}', faultLine),
    line,
  }));
  return [{ label: l10n.t('not read whole'), kind: QuickPickItemKind.Separator }, ...items];
}

const icons = {
  reset: 'debug-disconnect',
  drop: 'circle-slash',
  verdict: 'law',
  count: 'graph',
  free: 'trash',
} as const;
