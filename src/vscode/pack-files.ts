import path from 'node:path';
import { type TextDocument, workspace } from 'vscode';

/** The packs of a workspace folder, as a glob. */
export const packFiles = '**/.kernlens/packs/*.{yaml,yml}';

/** A file of a pack folder: of the workspace, or of one in the settings. */
export function isPack({ uri }: Pick<TextDocument, 'uri'>): boolean {
  if (uri.scheme !== 'file' || !/\.ya?ml$/.test(uri.path)) return false;
  const folder = path.dirname(uri.fsPath);
  return folder.endsWith(path.join('.kernlens', 'packs')) || settingFolders().includes(folder);
}

/** The folders in the settings; a relative one lies in each workspace folder. */
function settingFolders(): readonly string[] {
  const named = workspace.getConfiguration('kernlens').get<readonly string[]>('packs', []);
  const roots = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  return named
    .filter((folder) => typeof folder === 'string' && folder.trim() !== '')
    .flatMap((folder) => (path.isAbsolute(folder) ? [folder] : roots.map((root) => path.join(root, folder))))
    .map((folder) => path.normalize(folder).replace(/[/\\]+$/, ''));
}

/** The folders to read, first those of the workspace. */
export async function packPaths(): Promise<readonly string[]> {
  const { ownPacks } = await import('../host/user-packs.ts');
  const roots = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return [...roots.flatMap(({ uri }) => ownPacks(uri.fsPath)), ...settingFolders()];
}
