import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Pack } from '../core/incidents/pack.ts';

/**
 * What was worked out of a tree before, kept on disk. It may vanish at any time: an entry that is missing, broken or
 * cannot be written costs the work again and nothing else.
 */
export interface FactCache {
  read(name: string): Buffer | undefined;
  write(name: string, content: Uint8Array | string): void;
}

export interface FactCacheOptions {
  /** Where the caches of all trees lie. */
  readonly folder: string;
  /** The tree's absolute folder. */
  readonly root: string;
  /** Changes whenever the engine may answer differently. */
  readonly build: string;
  /** How many bytes all trees together may take; those used longest ago go first. */
  readonly limit?: number;
}

const defaultLimit = 256 * 1024 * 1024;

export function openFactCache({ folder, root, build, limit = defaultLimit }: FactCacheOptions): FactCache {
  const own = path.join(folder, digestOf(`${build}\n${root}`).slice(0, 20));
  let isOpened = false;
  const openForWriting = (): void => {
    if (isOpened) return;
    isOpened = true;
    mkdirSync(own, { recursive: true });
    evict(folder, own, limit);
  };
  return {
    read: (name) =>
      attempt(() => {
        const whole = readFileSync(path.join(own, fileName(name)));
        const content = whole.subarray(digestLength);
        return whole.toString('latin1', 0, digestLength) === digestOf(content) ? content : undefined;
      }),
    write: (name, content) => {
      attempt(() => {
        openForWriting();
        const file = path.join(own, fileName(name));
        const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
        writeFileSync(draft, Buffer.concat([Buffer.from(digestOf(content), 'latin1'), Buffer.from(content)]));
        renameSync(draft, file);
        utimesSync(own, new Date(), new Date());
      });
    },
  };
}

/** The command line's: below $XDG_CACHE_HOME. None where KERNLENS_NO_CACHE is set. */
export function userCacheFolder(environment: NodeJS.ProcessEnv): string | undefined {
  if ((environment['KERNLENS_NO_CACHE'] ?? '') !== '') return undefined;
  return path.join(environment['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'kernlens', 'facts');
}

const digestLength = 40;

export function digestOf(content: Uint8Array | string): string {
  return createHash('sha1').update(content).digest('hex');
}

/** What the answers of an engine depend on beside its tree: the worker's bundle and the user's packs. */
export function buildOf(worker: Uint8Array, packs: readonly Pack[]): string {
  const build = digestOf(worker);
  return packs.length === 0 ? build : digestOf(`${build} ${JSON.stringify(packs)}`);
}

/** `net/ipv4` is one file, not a folder. */
function fileName(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2f');
}

function evict(folder: string, own: string, limit: number): void {
  const trees = readdirSync(folder)
    .map((name) => path.join(folder, name))
    .map((tree) => ({ tree, size: sizeOf(tree), used: statSync(tree).mtimeMs }))
    .sort((a, b) => b.used - a.used);
  let total = 0;
  for (const { tree, size } of trees) {
    total += size;
    if (total > limit && tree !== own) rmSync(tree, { recursive: true, force: true });
  }
}

function sizeOf(tree: string): number {
  return readdirSync(tree).reduce((sum, name) => sum + statSync(path.join(tree, name)).size, 0);
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
