import { commands, ConfigurationTarget, l10n, window, workspace } from 'vscode';

/** The folders of a tree whose sites are listed and looked through: where packets are, unless more was chosen. */
export function listedFolders(): readonly string[] {
  const chosen = workspace.getConfiguration('kernlens').get<readonly string[]>('folders', ['net']);
  const folders = chosen.map((folder) => folder.replace(/^\.?\/|\/+$/g, '')).filter((folder) => folder !== '');
  return folders.length === 0 ? ['net'] : folders;
}

/** `net/, drivers/net/`. */
export function listedText(): string {
  return listedFolders()
    .map((folder) => `${folder}/`)
    .join(', ');
}

export function isListed(file: string): boolean {
  return listedFolders().some((folder) => file.startsWith(`${folder}/`));
}

/** Registers the choice of folders; `changed` is called when it was made, also in the settings. */
export function registerFolderChoice(changed: () => void): { dispose(): void }[] {
  const choose = async (): Promise<void> => {
    const items = [
      { label: 'net/', description: l10n.t('the network stack'), folders: ['net'] },
      { label: 'net/, drivers/net/', description: l10n.t('with the network drivers'), folders: ['net', 'drivers/net'] },
      { label: 'drivers/net/', description: l10n.t('the network drivers alone'), folders: ['drivers/net'] },
    ];
    const chosen = await window.showQuickPick(items, { title: l10n.t('List the sites of which folders?') });
    if (chosen === undefined) return;
    const isOpen = (workspace.workspaceFolders ?? []).length > 0;
    const target = isOpen ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
    await workspace.getConfiguration('kernlens').update('folders', chosen.folders, target);
  };
  return [
    commands.registerCommand('kernlens.chooseFolders', choose),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('kernlens.folders')) changed();
    }),
  ];
}
