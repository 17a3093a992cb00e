import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Outcome } from '../core/problem.ts';
import type { Image } from '../core/symbols/elf.ts';
import { buildIdPlace } from './debug-files.ts';
import type { ImageFiles } from './image-files.ts';

export interface ModuleSearch {
  /** Named by the user; searched with all their folders. */
  readonly configured?: readonly string[];
  /** The vmlinux that was taken: modules lie below its folder in a build, or in lib/modules beside it. */
  readonly vmlinux?: string;
  readonly release?: string;
  readonly buildId?: string;
  /** The folder that stands for `/`. */
  readonly root?: string;
}

/** Finds modules' files with debug info. Folders are listed once. */
export interface ModuleFiles {
  find(name: string, search: ModuleSearch): Promise<Outcome<Image>>;
}

export function moduleFiles(files: ImageFiles): ModuleFiles {
  const listings = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  const listing = (folder: string): Promise<ReadonlyMap<string, readonly string[]>> => {
    const known = listings.get(folder) ?? listModules(folder);
    listings.set(folder, known);
    return known;
  };
  return {
    async find(name, search) {
      const { value: known } =
        search.buildId === undefined ? {} : await files.open(buildIdPlace(search.buildId, search.root));
      if (known?.hasDebugInfo === true) return { value: known, problems: [] };
      const folders = foldersToLook(search);
      let stripped: string | undefined;
      let other: Image | undefined;
      for (const folder of folders) {
        for (const file of (await listing(folder)).get(canonical(name)) ?? []) {
          const { value } = await files.open(file);
          if (value?.hasDebugInfo === false) stripped ??= file;
          if (value?.hasDebugInfo !== true) continue;
          if (await fits(value, search)) return { value, problems: [] };
          other ??= value;
        }
      }
      // A file of another build is better than none: the judging says what is wrong with it.
      if (other !== undefined) return { value: other, problems: [] };
      if (stripped !== undefined) return { problems: [{ kind: 'vmlinux-without-debug-info', file: stripped }] };
      return { problems: [{ kind: 'module-file-missing', module: name, looked: folders }] };
    },
  };
}

async function fits(image: Image, search: ModuleSearch): Promise<boolean> {
  if (search.buildId !== undefined) return (await image.buildId()) === search.buildId;
  return (
    search.release === undefined || (await image.moduleInfo()).get('vermagic')?.split(' ', 1)[0] === search.release
  );
}

function foldersToLook(search: ModuleSearch): readonly string[] {
  const root = search.root ?? '/';
  const folders = [...(search.configured ?? [])];
  if (search.vmlinux !== undefined) folders.push(...besideVmlinux(search.vmlinux, search.release));
  if (search.release !== undefined) {
    folders.push(
      path.join(root, 'usr/lib/debug/lib/modules', search.release),
      path.join(root, 'lib/modules', search.release),
    );
  }
  return [...new Set(folders)];
}

/** `.../usr/lib/debug/boot/vmlinux-REL` has its modules in `.../usr/lib/debug/lib/modules/REL`; a build has them below its vmlinux. */
function besideVmlinux(vmlinux: string, release: string | undefined): readonly string[] {
  const folder = path.dirname(vmlinux);
  const named = path.basename(vmlinux).startsWith('vmlinux-') ? path.basename(vmlinux).slice(8) : release;
  if (path.basename(folder) === 'boot' && named !== undefined) return [path.join(folder, '..', 'lib/modules', named)];
  const holdsModules = existsSync(path.join(folder, 'modules.order')) || existsSync(path.join(folder, 'kernel', 'net'));
  return path.basename(vmlinux) === 'vmlinux' && holdsModules ? [folder] : [];
}

/** Module names print with `_` where file names may have `-` (scripts/Makefile.lib, name-fix). */
const canonical = (name: string): string => name.replaceAll('-', '_');

async function listModules(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  let names: readonly string[] = [];
  try {
    names = await readdir(folder, { recursive: true });
  } catch {
    return found;
  }
  for (const name of names) {
    const base = path.basename(name);
    const suffix = suffixes.find((candidate) => base.endsWith(candidate));
    if (suffix === undefined) continue;
    const module = canonical(base.slice(0, -suffix.length));
    found.set(module, [...(found.get(module) ?? []), path.join(folder, name)]);
  }
  return found;
}

const suffixes = ['.ko.debug', '.ko', '.ko.xz', '.ko.zst', '.ko.gz'] as const;
