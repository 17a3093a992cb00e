import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { faultLine } from '../core/incidents/fault-text.ts';
import type { Pack } from '../core/incidents/pack.ts';
import type { Language } from '../core/incidents/words.ts';
import type { Outcome } from '../core/problem.ts';
import { problemText } from '../core/report/problem-text.ts';
import { compareTrees } from '../host/compare-trees.ts';
import { type EngineClient, startEngineClient } from '../host/engine-client.ts';
import { type EnginePool, startEnginePool } from '../host/engine-pool.ts';
import type { WorkerData } from '../host/engine-messages.ts';
import { buildOf, type FactCache, openFactCache, userCacheFolder } from '../host/fact-cache.ts';
import { findTree } from '../host/find-tree.ts';
import { treeSites } from '../host/tree-sites.ts';
import { learnWrappers } from '../host/tree-wrappers.ts';
import { ownPacks, readUserPacks } from '../host/user-packs.ts';
import { type Call, type Command, type Status, status, UsageError, type Values } from './command.ts';
import { decodeCommand } from './commands/decode.ts';
import { incidentsCommand } from './commands/incidents.ts';
import { lensesCommand } from './commands/lenses.ts';
import { notesCommand } from './commands/notes.ts';
import { packsCommand } from './commands/packs.ts';
import { schemaCommand } from './commands/schema.ts';
import { pathsCommand } from './commands/paths.ts';
import { probeCommand } from './commands/probe.ts';
import { sitesCommand } from './commands/sites.ts';
import { treeCommand } from './commands/tree.ts';
import { styleFor } from './style.ts';

const commands: readonly Command[] = [
  sitesCommand,
  lensesCommand,
  pathsCommand,
  incidentsCommand,
  decodeCommand,
  probeCommand,
  treeCommand,
  packsCommand,
  notesCommand,
  schemaCommand,
];

/** Runs `kernlens WORDS` and gives the exit status. */
export async function runCommandLine(words: readonly string[], signal: AbortSignal): Promise<Status> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(helpText());
    return name === undefined ? status.usage : status.done;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    complain(`there is no command ${name}`, 'run kernlens --help for the list');
    return status.usage;
  }
  try {
    return await runCommand(command, rest, signal);
  } catch (error) {
    if (error instanceof UsageError) {
      complain(error.message, `usage is kernlens ${command.name} ${command.usage}`);
      return status.usage;
    }
    throw error;
  }
}

async function runCommand(command: Command, words: readonly string[], signal: AbortSignal): Promise<Status> {
  const { positionals, values } = parse(command, words);
  if (values['help'] === true) {
    process.stdout.write(`usage: kernlens ${command.name} ${command.usage}\n\n${command.summary}\n`);
    return status.done;
  }
  const language = languageOf(values['lang'], process.env);
  const needsTree = typeof command.needsTree === 'boolean' ? command.needsTree : command.needsTree(positionals);
  const root = rootOf(needsTree, values['tree']);
  if (root === undefined) return status.bad;
  const packs = needsTree ? packsFor(root, values['pack']) : [];
  if (packs === undefined) return status.bad;
  const workerFile = path.join(__dirname, 'worker.cjs');
  const cache = cacheFor(workerFile, packs);
  const options = { workerFile, assets: __dirname, cache, packs, language };
  const client = startEngineClient(options);
  const pool = startEnginePool(options, { started: client });
  try {
    return await command.run(
      callFor(client, {
        root,
        language,
        words: positionals,
        options: values,
        signal,
        pool,
        cacheOf: cache && ((of) => openFactCache({ ...cache, root: of })),
      }),
    );
  } finally {
    await pool.stop();
  }
}

/** What every command understands. */
const commonOptions = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  tree: { type: 'string' },
  pack: { type: 'string', multiple: true },
  lang: { type: 'string' },
} as const;

function parse(command: Command, words: readonly string[]): { positionals: readonly string[]; values: Values } {
  const options = { ...command.options, ...commonOptions };
  try {
    const parsed = parseArgs({
      args: words.map((word) => (command.optionalValues?.includes(word.slice(2)) === true ? `${word}=` : word)),
      allowPositionals: true,
      options,
    });
    return { positionals: parsed.positionals, values: parsed.values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : String(error));
  }
}

const firstSentence = (message: string): string => message.split('. ')[0] ?? message;

function rootOf(needsTree: boolean, named: Values[string]): string | undefined {
  const folder = typeof named === 'string' ? named : undefined;
  if (folder === undefined && !needsTree) return process.cwd();
  const found = findTree(folder ?? process.cwd(), { upwards: folder === undefined });
  if (found.value !== undefined) return found.value;
  sayProblems(found);
  return undefined;
}

type CallFacts = Pick<Call, 'root' | 'words' | 'options' | 'language'> & {
  readonly signal: AbortSignal;
  readonly pool: EnginePool;
  /** By a tree's absolute folder; absent: nothing is kept. */
  readonly cacheOf: ((root: string) => FactCache) | undefined;
};

/** What an engine answers depends on the bundle that holds it, built-in incidents included, and on the user's packs. */
function cacheFor(workerFile: string, packs: readonly Pack[]): WorkerData['cache'] {
  const folder = userCacheFolder(process.env);
  return folder === undefined ? undefined : { folder, build: buildOf(readFileSync(workerFile), packs) };
}

/** The tree's own packs and those that were named; undefined where one that was named can't be read. */
function packsFor(root: string, named: Values[string]): readonly Pack[] | undefined {
  const files = [...ownPacks(root), ...[named].flat().filter((file) => typeof file === 'string')];
  // The built-in ones, which are read along, cost more than a small question.
  if (files.length === 0) return [];
  const { packs, faults, missing } = readUserPacks(files);
  for (const file of missing) complain(`there is no pack ${file}`, 'name a YAML file, or a folder that holds some');
  for (const fault of faults) complain(faultLine(fault), 'correct the pack; its other incidents are used');
  return missing.length > 0 ? undefined : packs;
}

/** `--lang`, else the environment's as the shell's programs read it. */
function languageOf(named: Values[string], environment: NodeJS.ProcessEnv): Language {
  if (named !== undefined && named !== 'en' && named !== 'zh-cn') throw new UsageError(`no language ${String(named)}`);
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  return named ?? (/^zh\b|^zh_/.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'zh-cn' : 'en');
}

function callFor(client: EngineClient, { root, words, options, language, signal, pool, cacheOf }: CallFacts): Call {
  // Every question that is under way listens for Ctrl+C.
  setMaxListeners(0, signal);
  const context = { signal, progress: (): void => {} };
  return {
    words,
    options,
    root,
    language,
    json: options['json'] === true,
    engine: client.engine(root),
    engineOf: (folder) => {
      const { value, problems } = findTree(folder, { upwards: false });
      return value === undefined ? { problems } : { value: client.engine(value), problems };
    },
    learnWrappers: async () => void (await learnWrappers(root, { pool, context, cache: cacheOf?.(root) })),
    sites: (paths) => treeSites(paths, { root, pool, context, cache: cacheOf?.(root) }),
    changesSince: async (other, paths) => {
      const { value: before, problems } = findTree(other, { upwards: false });
      if (before === undefined) return { problems };
      const caches = cacheOf && { before: cacheOf(before), after: cacheOf(root) };
      return compareTrees(paths, { before, after: root, pool, caches, context });
    },
    context,
    print: (line) => void process.stdout.write(`${line}\n`),
    remark: (line) => {
      if (options['json'] !== true) process.stderr.write(`${line}\n`);
    },
    complain,
    style: styleFor(process.stdout),
    accept(outcome) {
      sayProblems(outcome);
      return outcome.value;
    },
  };
}

function sayProblems(outcome: Outcome<unknown>): void {
  for (const problem of outcome.problems) {
    const { what, next } = problemText(problem);
    complain(what, next);
  }
}

function complain(what: string, next: string): void {
  process.stderr.write(`kernlens: ${what}: ${next}\n`);
}

function helpText(): string {
  const lines = commands.map((command) => `  kernlens ${command.name} ${command.usage}\n      ${command.summary}`);
  return `KernLens: where a Linux tree drops packets and sends resets, what its traces mean, and the probe that proves it.\n\n${lines.join('\n')}\n`;
}
