import type { TreeFiles } from '../ports.ts';
import type { TreeProblem } from './problem.ts';

/** What the Makefile at the top of a tree says. */
export interface Release {
  readonly version: number;
  readonly patchlevel: number;
  readonly sublevel: number;
  /** EXTRAVERSION as written, e.g. `-rc7`; mostly empty. */
  readonly extra: string;
  /** As the Makefile's KERNELVERSION puts it together: `6.1.192`, `7.3.0-rc7`. Empty where unknown. */
  readonly text: string;
}

const unknown: Release = { version: 0, patchlevel: 0, sublevel: 0, extra: '', text: '' };

export async function readRelease(
  files: TreeFiles,
): Promise<{ readonly value: Release; readonly problems: readonly TreeProblem[] }> {
  const release = parseRelease((await files.read('Makefile')) ?? '');
  if (release === undefined) return { value: unknown, problems: [{ kind: 'no-release', file: 'Makefile' }] };
  return { value: release, problems: [] };
}

/** The release that a top-level Makefile gives, or undefined when it is not the kernel's. */
export function parseRelease(makefile: string): Release | undefined {
  const values = headAssignments(makefile);
  const version = number(values.get('VERSION'));
  const patchlevel = number(values.get('PATCHLEVEL'));
  const sublevel = number(values.get('SUBLEVEL'));
  if (version === undefined || patchlevel === undefined || sublevel === undefined) return undefined;
  const extra = values.get('EXTRAVERSION') ?? '';
  return { version, patchlevel, sublevel, extra, text: `${version}.${patchlevel}.${sublevel}${extra}` };
}

/**
 * Whether a folder is the top of a Linux tree, decided by what lies there: a Makefile that gives a release, Kbuild,
 * and the folders net and include/linux.
 */
export async function isTree(files: TreeFiles): Promise<boolean> {
  const top = await files.list('');
  if (!['Makefile', 'Kbuild', 'net/', 'include/'].every((name) => top.includes(name))) return false;
  if (!(await files.list('include')).includes('linux/')) return false;
  return parseRelease((await files.read('Makefile')) ?? '') !== undefined;
}

/** The first assignments of a Makefile: the release stands in its first lines, before any rule. */
function headAssignments(makefile: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of makefile.slice(0, 2000).split('\n')) {
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(equals, 0)).trim();
    if (equals > 0 && !values.has(name)) values.set(name, line.slice(equals + 1).trim());
  }
  return values;
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
