import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Location } from '../core/model.ts';
import type { Outcome, Problem } from '../core/problem.ts';
import { mapToTree } from '../core/symbols/map-to-tree.ts';
import type { SymbolAnswer, Symbolizer, SymbolRequest } from '../core/symbols/symbolizer.ts';
import { faddr2lineArgument, parseFaddr2line } from './faddr2line-output.ts';
import { runProcess, type ProcessResult } from './process.ts';

/**
 * The tree's own scripts/faddr2line as an engine. It is the workspace's code: use it only where the workspace is
 * trusted, after a user's action. One run answers all requests of an image, some seconds for each on a vmlinux.
 */
export function faddr2lineSymbolizer(tree: string): Symbolizer {
  const script = path.join(tree, 'scripts', 'faddr2line');
  return {
    slow: true,
    async resolve(image, requests, options = {}) {
      if (!existsSync(script)) return failed('the tree has no scripts/faddr2line');
      const run = await withPlainPath(image.file, async (file) => {
        let headers = 0;
        return runProcess('bash', [script, file, ...requests.map(faddr2lineArgument)], {
          cwd: tree,
          env: { ...process.env, LANG: 'C', LC_ALL: 'C' },
          ...(options.signal === undefined ? {} : { signal: options.signal }),
          onLine: (line) => {
            if (isHeader(line) && headers++ < requests.length) options.onAnswer?.();
          },
        });
      });
      if ('code' in run) return startFailure(run.code);
      return answersOf(run, requests, image.file, tree);
    },
  };
}

async function answersOf(
  run: ProcessResult,
  requests: readonly SymbolRequest[],
  file: string,
  tree: string,
): Promise<Outcome<readonly SymbolAnswer[]>> {
  // The exit status is 0 for "no match" too; what went wrong stands in the text.
  const output = parseFaddr2line(run.stdout, run.stderr);
  const problem = problemOf(output.error, run, file);
  if (problem !== undefined) return { problems: [problem] };
  const exists = cached((relative) => existsSync(path.join(tree, relative)));
  const value: SymbolAnswer[] = [];
  for (const request of requests) {
    const chains = output.chains.get(faddr2lineArgument(request)) ?? [];
    value.push(await Promise.all(chains.map((chain) => mapChain(chain, exists))));
  }
  return { value, problems: [] };
}

function problemOf(error: string | undefined, run: ProcessResult, file: string): Problem | undefined {
  if (error?.endsWith(" isn't installed") === true) {
    return { kind: 'tool-missing', tool: error.split(' ', 1)[0] ?? error, needed: 'scripts/faddr2line' };
  }
  if (error === 'CONFIG_DEBUG_INFO not enabled') return { kind: 'vmlinux-without-debug-info', file };
  const missing = /^.*: (?:line \d+: )?(\w+): command not found$/m.exec(run.stderr.slice(0, 4096))?.[1];
  if (missing !== undefined) return { kind: 'tool-missing', tool: missing, needed: 'scripts/faddr2line' };
  if (error === undefined && run.status === 0) return undefined;
  const detail = error ?? (run.stderr.trim().split('\n', 1)[0] || `exit status ${run.status ?? 'unknown'}`);
  return { kind: 'tool-failed', tool: 'scripts/faddr2line', detail };
}

const startFailure = (code: string): Outcome<never> =>
  code === 'ENOENT'
    ? { problems: [{ kind: 'tool-missing', tool: 'bash', needed: 'scripts/faddr2line' }] }
    : failed(`bash can not be started (${code})`);

const failed = (detail: string): Outcome<never> => ({
  problems: [{ kind: 'tool-failed', tool: 'scripts/faddr2line', detail }],
});

async function mapChain(
  chain: readonly Location[],
  exists: (file: string) => Promise<boolean>,
): Promise<readonly Location[]> {
  return Promise.all(chain.map(async (location) => ({ ...location, file: await mapToTree(location.file, exists) })));
}

function cached(exists: (file: string) => boolean): (file: string) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async (file) => {
    const answer = known.get(file) ?? exists(file);
    known.set(file, answer);
    return answer;
  };
}

const isHeader = (line: string): boolean => line.endsWith(':') && line.includes('+0x') && !line.includes(' ');

/** The script doesn't quote its file's name: one with blanks or other special characters is reached through a link. */
async function withPlainPath<T>(file: string, use: (file: string) => Promise<T>): Promise<T> {
  if (/^[\w./+-]+$/.test(file)) return use(file);
  const folder = await mkdtemp(path.join(tmpdir(), 'kernlens-'));
  try {
    const link = path.join(folder, file.endsWith('.ko') ? 'module.ko' : 'vmlinux');
    await symlink(file, link);
    return await use(link);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
