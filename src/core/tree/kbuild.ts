import type { TreeFiles } from '../ports.ts';
import { type Rule, parseMakefile } from './makefile.ts';

/** What a C file is built into. */
export interface BuiltAs {
  /** The object that it is linked into, under the name a trace gives a module: `nf_conntrack`; its own where alone. */
  readonly object: string;
  /** The Kconfig symbol that switches the object: `CONFIG_NF_CONNTRACK`; absent where it is always built in. */
  readonly symbol?: string;
  /** Other symbols that must be set: those of the folders, and of this file's part in the object. */
  readonly needs: readonly string[];
  /** Whether the object can be a module: false where its symbol is a bool, or there is none. */
  readonly canBeModule: boolean;
  /** By the configuration: built in, a module, or not built. Absent without a configuration, unless always built in. */
  readonly state?: 'y' | 'm' | 'n';
}

/**
 * Reads from the tree's Makefiles what builds a C file. Undefined for what is not a C file, or is built by rules
 * that are not lists. `config` is the text of a .config.
 */
export async function builtAs(files: TreeFiles, path: string, config?: string): Promise<BuiltAs | undefined> {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const name = path.slice(folder.length + 1);
  if (!name.endsWith('.c')) return undefined;
  const linked = await findChain(files, folder, `${name.slice(0, -2)}.o`);
  if (linked === undefined) return undefined;
  const { chain } = linked;
  const folders = await folderConditions(files, linked.folder);
  const symbol = chain.rule.condition;
  const needs = [...chain.parts, ...folders].filter((condition) => condition !== symbol);
  const canBeModule =
    symbol !== undefined && chain.rule.builtIn !== true && (await isTristate(files, linked.folder, symbol));
  const state = config === undefined ? undefined : stateOf(config, chain.rule, needs);
  return {
    object: chain.object.replaceAll('-', '_'),
    ...(symbol === undefined ? {} : { symbol }),
    needs: [...new Set(needs)],
    canBeModule,
    ...(state === undefined ? {} : { state }),
  };
}

interface Chain {
  readonly object: string;
  /** The `obj-...` list that names the object. */
  readonly rule: Rule;
  /** Conditions of the lists that the file came through. */
  readonly parts: readonly string[];
}

/** In the file's own folder, else in one above that lists it with its folder: `crush/mapper.o`. */
async function findChain(
  files: TreeFiles,
  folder: string,
  word: string,
): Promise<{ readonly folder: string; readonly chain: Chain } | undefined> {
  const chain = linkChain(await rulesOf(files, folder), word, []);
  if (chain !== undefined) return { folder, chain };
  const slash = folder.lastIndexOf('/');
  return slash < 0 ? undefined : findChain(files, folder.slice(0, slash), `${folder.slice(slash + 1)}/${word}`);
}

/** From an object file through the lists that name it up to `obj-...`. */
function linkChain(rules: readonly Rule[], word: string, seen: readonly string[]): Chain | undefined {
  if (seen.includes(word)) return undefined;
  for (const rule of rules.filter((candidate) => candidate.words.includes(word))) {
    if (rule.list === 'obj')
      return { object: word.slice(word.lastIndexOf('/') + 1).replace(/\.o$/, ''), rule, parts: [] };
    const above = [`${rule.list}.o`, `$(${rule.list}-y)`, `$(${rule.list}-objs)`, `$(${rule.list})`];
    for (const next of above) {
      const chain = linkChain(rules, next, [...seen, word]);
      if (chain === undefined) continue;
      return rule.condition === undefined ? chain : { ...chain, parts: [...chain.parts, rule.condition] };
    }
  }
  return undefined;
}

/** The symbols under which each folder is entered from the one above it. */
async function folderConditions(files: TreeFiles, folder: string): Promise<readonly string[]> {
  const slash = folder.lastIndexOf('/');
  if (slash < 0) return [];
  const above = folder.slice(0, slash);
  const rules = await rulesOf(files, above);
  const name = `${folder.slice(slash + 1)}/`;
  const rule = rules.find((candidate) => candidate.list === 'obj' && candidate.words.includes(name));
  return [...(rule?.condition === undefined ? [] : [rule.condition]), ...(await folderConditions(files, above))];
}

async function rulesOf(files: TreeFiles, folder: string): Promise<readonly Rule[]> {
  const text = (await files.read(`${folder}/Kbuild`)) ?? (await files.read(`${folder}/Makefile`));
  return text === undefined ? [] : parseMakefile(text);
}

/** Looks the symbol up in the folder's Kconfig and in those above it. */
async function isTristate(files: TreeFiles, folder: string, symbol: string): Promise<boolean> {
  const head = new RegExp(`^(?:menu)?config ${symbol.replace(/^CONFIG_/, '')}$`, 'm');
  for (let at = folder; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    const text = (await files.read(`${at}/Kconfig`)) ?? '';
    const start = head.exec(text);
    if (start === null) continue;
    const entry = text.slice(start.index + start[0].length).split(/^(?:menu)?config /m)[0] ?? '';
    return /^\s+(?:def_)?tristate\b/m.test(entry);
  }
  return false;
}

function stateOf(config: string, { condition, atMost, builtIn }: Rule, needs: readonly string[]): 'y' | 'm' | 'n' {
  if (needs.some((need) => valueIn(config, need) === 'n')) return 'n';
  const own = condition === undefined ? 'y' : valueIn(config, condition);
  if (own === 'm' && builtIn === true) return 'y';
  return own === 'y' && atMost !== undefined ? valueIn(config, atMost) : own;
}

function valueIn(config: string, symbol: string): 'y' | 'm' | 'n' {
  const at = `\n${config}`.indexOf(`\n${symbol}=`);
  const value = at < 0 ? '' : config.charAt(at + symbol.length + 1);
  return value === 'y' || value === 'm' ? value : 'n';
}
