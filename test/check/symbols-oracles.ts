/** What other programs say of addresses: llvm-symbolizer for a vmlinux, eu-addr2line for a module. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../src/build/cache.mjs';
import { onPath } from '../../src/build/debian.mjs';
import { foldPath } from '../../src/core/traces/fold-path.ts';

/** One level as text, `function file:line` with the path folded; innermost first in a chain. */
export type Chain = readonly string[];

/** The program that is installed, under any of its names, else the one that test/lab/fetch.mjs brought. */
export function findOracle(...names: readonly string[]): string | undefined {
  const fetched = path.join(cacheFolder(), 'checks', names[0] ?? '', names[0] ?? '');
  return (
    names.map((name) => onPath(name)).find((file) => file !== undefined) ?? (existsSync(fetched) ? fetched : undefined)
  );
}

export const levelText = (name: string, file: string, line: number): string =>
  `${name === '' ? '??' : name} ${file === '' ? '??' : foldPath(file)}:${line}`;

interface LlvmAnswer {
  readonly Symbol: readonly { readonly FunctionName: string; readonly FileName: string; readonly Line: number }[];
}

/** @param addresses as hex, 0x in front */
export function askLlvm(program: string, file: string, addresses: readonly string[]): readonly Chain[] {
  const words = ['--obj', file, '--output-style=JSON', '--functions=short'];
  const text = execFileSync(program, words, {
    input: `${addresses.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) =>
    (JSON.parse(line) as LlvmAnswer).Symbol.map((level) => levelText(level.FunctionName, level.FileName, level.Line)),
  );
}

/** Addresses are offsets in a section of the file. */
export function askElfutils(
  program: string,
  file: string,
  section: string,
  offsets: readonly number[],
): readonly Chain[] {
  const words = ['-a', '-f', '-i', '-e', file, '-j', section, ...offsets.map((offset) => `0x${offset.toString(16)}`)];
  // It ends with 1 when it knows nothing of the last one.
  const lines = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 30 })
    .stdout.trimEnd()
    .split('\n');
  const chains: string[][] = [];
  for (let index = 0; index < lines.length;) {
    const line = lines[index] ?? '';
    if (/^0x[0-9a-f]+$/.test(line)) {
      chains.push([]);
      index++;
      continue;
    }
    const [place = '', number = '0'] = /^(.*?):(\d+)(?::\d+)?$/.exec(lines[index + 1] ?? '')?.slice(1) ?? [];
    if (place !== '??') chains.at(-1)?.push(levelText(line.split(' ', 1)[0] ?? '', place, Number(number)));
    index += 2;
  }
  return chains;
}

/** The third opinion, for one offset in a section. */
export function askBinutils(program: string, file: string, section: string, offset: number): Chain {
  const lines = execFileSync(program, ['-f', '-i', '-e', file, '-j', section, `0x${offset.toString(16)}`], {
    encoding: 'utf8',
  }).split('\n');
  const chain: string[] = [];
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [place = '', number = '0'] = /^(.*?):(\d+)/.exec(lines[index + 1] ?? '')?.slice(1) ?? [];
    chain.push(levelText(lines[index] ?? '', place, Number(number)));
  }
  return chain;
}
