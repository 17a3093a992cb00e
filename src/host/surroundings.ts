import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TreeSummary } from '../core/engine.ts';
import { imageFiles } from './image-files.ts';
import { findVmlinux } from './vmlinux.ts';

/** What lies around a tree's sources: its .config, the architecture that says, and the vmlinux that would be taken. */
export async function surroundingsOf(root: string): Promise<Pick<TreeSummary, 'config' | 'arch' | 'vmlinux'>> {
  const config = path.join(root, '.config');
  const arch = existsSync(config) ? archOf(await readFile(config, 'utf8')) : undefined;
  const files = imageFiles();
  try {
    const { value, candidates } = await findVmlinux({ tree: root }, files);
    const why = candidates.find(({ taken }) => taken)?.why;
    return {
      ...(existsSync(config) ? { config } : {}),
      ...(arch === undefined ? {} : { arch }),
      ...(value === undefined || why === undefined ? {} : { vmlinux: { file: value.file, why } }),
    };
  } finally {
    await files.close();
  }
}

/** The architecture in the first line of a .config: `# Linux/x86 6.1.0 Kernel Configuration`. */
function archOf(config: string): string | undefined {
  return /^# Linux\/(\w+) /m.exec(config.slice(0, 400))?.[1];
}
