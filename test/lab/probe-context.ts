/** What a probe's plan asks of a tree, answered from the files it names. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TreeFiles } from '../../src/core/ports.ts';
import { findConstant } from '../../src/core/probes/constants.ts';
import type { DefinedFunction, ProbeContext } from '../../src/core/probes/context.ts';
import { readTracepoint } from '../../src/core/probes/tracepoints.ts';
import { factsOf } from './parser.ts';

/** Files read from a folder on disk. Nothing is listed: a probe asks for files by name. */
export function folderFiles(folder: string): TreeFiles {
  return {
    read: async (file) => {
      const full = path.join(folder, file);
      return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
    },
    list: async () => [],
  };
}

/** `files` are those looked into for a function that is asked for without a file. */
export function probeContext(
  tree: TreeFiles,
  overrides: Partial<ProbeContext> = {},
  files: readonly string[] = [],
): ProbeContext {
  return {
    release: '6.1.0-test',
    tool: 'bpftrace',
    functionNamed: (name, wanted) => functionIn(tree, name, wanted ?? files),
    builtAs: async (file) => {
      if (file.startsWith('net/netfilter/ipvs/')) return { kind: 'module', module: 'ip_vs' };
      if (file.startsWith('net/netfilter/nf_conntrack_')) return { kind: 'module', module: 'nf_conntrack' };
      return { kind: 'built-in' };
    },
    constant: (name, from) => findConstant(tree, name, from),
    tracepoint: (group, name) => readTracepoint(tree, group, name),
    ...overrides,
  };
}

async function functionIn(
  tree: TreeFiles,
  name: string,
  files: readonly string[],
): Promise<DefinedFunction | undefined> {
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await tree.read(file) })));
  for (const { file, text } of texts) {
    if (text === undefined || !text.includes(name)) continue;
    // One file after the other: the first that defines it is taken.
    const facts = (await factsOf(text)).functions.find((each) => each.name === name);
    if (facts !== undefined) return { file, facts };
  }
  return undefined;
}
