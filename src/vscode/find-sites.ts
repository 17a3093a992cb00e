import { commands, env, l10n, type TextEditor, window } from 'vscode';
import { queryFor, type Term } from '../core/paths/recognise-term.ts';
import { reasonPrefix } from '../core/paths/site-query.ts';
import { contextFor } from './engines.ts';
import { chooseTree } from './choose-tree.ts';
import { listedText } from './listed-folders.ts';
import type { PathsView } from './paths-view.ts';
import type { Session } from './session.ts';

/** "Find all sites of": from a counter, reason, sysctl, function or incident named anywhere to its sites in net/. */
export function registerFindSites(session: Session, view: PathsView): void {
  const find = async (text: string): Promise<void> => {
    const root = view.tree() ?? (await chooseTree(session));
    if (root === undefined) return;
    const terms = await termsIn(session, view, root, text);
    if (terms.length === 0) {
      void window.showInformationMessage(unknownText(text));
      return;
    }
    const chosen = await chooseTerm(terms);
    if (chosen === undefined) return;
    // All of them say the same of what happens; where they are is what tells them apart.
    const filter = { text: queryFor(chosen.terms), name: chosen.name, grouping: 'function' } as const;
    const { sites } = await view.showTree(root, filter);
    if (sites === 0)
      void window.showInformationMessage(
        l10n.t('{0} is known in this tree, but no packet ends by it in {1}.', chosen.name, listedText()),
      );
  };
  const findFromEditor = async (given: unknown): Promise<void> => {
    const text = typeof given === 'string' ? given : (textInFront(window.activeTextEditor) ?? (await ask()));
    if (text !== undefined && text.trim() !== '') await find(text);
  };
  const findFromTerminal = async (): Promise<void> => {
    const text = (await terminalSelection()).trim() || ((await ask()) ?? '').trim();
    if (text !== '') await find(text);
  };
  session.context.subscriptions.push(
    commands.registerCommand('kernlens.findSites', findFromEditor),
    commands.registerCommand('kernlens.findSitesInTerminal', findFromTerminal),
  );
}

/** Functions are those in which sites are, or that sites call: for them the tree has to be read first. */
async function termsIn(session: Session, view: PathsView, root: string, text: string): Promise<readonly Term[]> {
  const engine = session.engines.engine(root);
  const known = await engine.terms({ text, functions: [] }, contextFor(undefined));
  if (known.value !== undefined && known.value.length > 0) return known.value;
  if (!/[A-Za-z_]\w*_\w+/.test(text)) return [];
  const { reports } = await view.read(root);
  const sites = [...reports.values()].flatMap((report) => report.sites);
  const functions = sites.flatMap((site) => [site.function, ...(site.callee === undefined ? [] : [site.callee])]);
  const found = await engine.terms({ text, functions: [...new Set(functions)] }, contextFor(undefined));
  return found.value ?? [];
}

interface Choice {
  readonly name: string;
  readonly terms: readonly Term[];
}

/** Terms that differ only in their prefix are looked for together; among others one is chosen. */
async function chooseTerm(terms: readonly Term[]): Promise<Choice | undefined> {
  const byName = new Map<string, Choice>();
  for (const term of terms) {
    const name = term.name.replace(reasonPrefix, '');
    byName.set(`${term.kind} ${name}`, { name, terms: [...(byName.get(`${term.kind} ${name}`)?.terms ?? []), term] });
  }
  const choices = [...byName.values()];
  if (choices.length === 1) return choices[0];
  const items = choices.map((choice) => ({ label: choice.name, description: kindText(choice.terms[0]), choice }));
  const title = l10n.t('Which one?');
  return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.choice;
}

function kindText(term: Term | undefined): string {
  switch (term?.kind) {
    case 'counter':
      return l10n.t('counter');
    case 'reason':
      return l10n.t('reason');
    case 'sysctl':
      return l10n.t('sysctl');
    case 'incident':
      return l10n.t('incident');
    case 'function':
      return l10n.t('function');
    case undefined:
      return '';
  }
}

/** The selection, else the word under the cursor; in a log or a list of sysctls with its dots and slashes. */
function textInFront(editor: TextEditor | undefined): string | undefined {
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  if (!selection.isEmpty) return document.getText(selection);
  const isC = document.languageId === 'c' || document.languageId === 'cpp';
  const word = document.getWordRangeAtPosition(selection.active, isC ? /[A-Za-z_]\w*/ : /[A-Za-z_/][\w./-]*/);
  return word && document.getText(word);
}

/** Only the clipboard tells what is selected in a terminal; it is given back. With nothing selected it is what counts. */
async function terminalSelection(): Promise<string> {
  const before = await env.clipboard.readText();
  await commands.executeCommand('workbench.action.terminal.copySelection');
  const selected = await env.clipboard.readText();
  if (selected !== before) await env.clipboard.writeText(before);
  return selected;
}

function ask(): Thenable<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Find all sites of a counter, reason, sysctl, function or incident'),
    prompt: l10n.t('As nstat, sysctl, a trace or the source has it.'),
    placeHolder: 'TcpExtListenDrops',
  });
}

/** One sentence, with what is accepted. */
function unknownText(text: string): string {
  const [line = ''] = text.trim().split('\n');
  const shown = line.length > 40 ? `${line.slice(0, 40)}…` : line;
  return l10n.t(
    '"{0}" names nothing in this tree: select a counter (TcpExtListenDrops), a drop or RST reason (NO_SOCKET), a sysctl (net.ipv4.tcp_syncookies), a function of net/ or an incident.',
    shown,
  );
}
