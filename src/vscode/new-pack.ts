import { commands, l10n, Position, SnippetString, Uri, window, workspace } from 'vscode';
import type { Session } from './session.ts';

/** "New incident pack": asks for a name, makes the file in .kernlens/packs, and puts a first incident to fill in there. */
export function registerNewPack(session: Session): void {
  session.context.subscriptions.push(commands.registerCommand('kernlens.newPack', newPack));
}

async function newPack(given: unknown): Promise<void> {
  const folder = workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    void window.showInformationMessage(l10n.t('Open a folder first: a pack lies in its .kernlens/packs.'));
    return;
  }
  const name = typeof given === 'string' ? given : await askForName();
  if (name === undefined) return;
  const file = Uri.joinPath(folder.uri, '.kernlens', 'packs', `${name}.yaml`);
  if (!(await exists(file))) await workspace.fs.writeFile(file, new Uint8Array());
  const editor = await window.showTextDocument(await workspace.openTextDocument(file));
  if (editor.document.getText() === '') await editor.insertSnippet(firstIncident(name), new Position(0, 0));
}

function askForName(): Thenable<string | undefined> {
  return window.showInputBox({
    title: l10n.t('New incident pack'),
    prompt: l10n.t('The name of the file in .kernlens/packs: lower case, digits and hyphens.'),
    value: 'ours',
    validateInput: (text) => (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text) ? undefined : l10n.t('For example: our-team')),
  });
}

async function exists(file: Uri): Promise<boolean> {
  return workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}

/** The pack is without fault as soon as it is there, and says `absent` until its anchor is found. */
const firstIncident = (name: string): SnippetString =>
  new SnippetString(`format: 1
title: \${1:${name}}
incidents:
  - id: \${2:${name}-incident}
    area: \${3:listen}
    effect: \${4|drop,rst,stall,error|}
    title: \${5:What happens, in one line}
    symptom: \${6:What people see who do not know the cause yet}
    cause: \${7:What goes wrong, and when}
    remedy: \${8:What to do about it}
    anchors:
      - id: \${9:place}
        role: where
        files: [\${10:net/ipv4/tcp_input.c}]
        functions: [\${11:tcp_conn_request}]
        find: { \${12|label,call,condition,code,goto|}: \${13:drop} }
    status:
      - when: { all: [\${9:place}] }
        status: present
        why: \${14:What the code there shows}
      - status: absent
        why: \${15:The tree has no such code}
    confirm:
      text: \${16:What to look at, and what output means yes}
`);
