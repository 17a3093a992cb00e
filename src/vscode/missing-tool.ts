import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../core/problem.ts';

/** Where a system keeps its administrator's tools, often not on a user's PATH; sudo looks there. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The first program of a command (behind `sudo` the one that it is to run) that is not on this machine. */
export function missingTool(words: readonly string[]): Problem | undefined {
  const [first = '', second = ''] = words;
  const programs = first === 'sudo' ? [first, second] : [first];
  const tool = programs.find((program) => !isInstalled(program));
  return tool === undefined ? undefined : { kind: 'tool-missing', tool, needed: words.slice(0, 2).join(' ') };
}

function isInstalled(program: string): boolean {
  if (path.isAbsolute(program)) return existsSync(program);
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), ...systemFolders];
  return folders.some((folder) => folder !== '' && existsSync(path.join(folder, program)));
}
