/** A random sample of sites over several trees, the same for the same seed as long as the sites are the same. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Path, Site } from '../../src/core/model.ts';

export interface Sampled {
  readonly tree: string;
  readonly site: Site;
  readonly paths: readonly Path[];
}

/** @param all in a fixed order: by tree, file and place */
export function sampleOf(all: readonly Sampled[], seed: number, size: number): readonly Sampled[] {
  const next = numbersFrom(seed);
  const left = [...all];
  const taken: Sampled[] = [];
  while (taken.length < size && left.length > 0) taken.push(...left.splice(Math.floor(next() * left.length), 1));
  return taken;
}

/** `6.1 net/ipv4/tcp_ipv4.c tcp_v4_rcv/discard_it/1`: what a verdict is written for. */
export const keyOf = ({ tree, site }: Sampled): string => `${tree} ${site.file} ${site.id}`;

/** A site with what is told of it and the lines around it, to be judged by reading. */
export function drawn(sampled: Sampled, root: string, before = 12, after = 4): string {
  const { site, paths } = sampled;
  const lines = readFileSync(path.join(root, site.file), 'utf8').split('\n');
  const reasons = [...site.reasons, ...site.rstReasons].join('|');
  const counters = site.counters.map(({ nstat }) => nstat).join('|');
  const around = lines
    .slice(Math.max(0, site.line - 1 - before), site.line + after)
    .map((line, at) => `${at === Math.min(before, site.line - 1) ? '>' : ' '} ${line}`);
  const ways = paths.slice(0, 3).map(({ entry, guards, used }) => {
    const told = guards.map(({ text, holds, early }) => `${early === true ? '~' : ''}${holds ? '+' : '-'} ${text}`);
    return `  ${entry.kind} ${entry.text ?? ''}${used === true ? ' used' : ''} [${told.join('; ').slice(0, 240)}]`;
  });
  return [
    `# ${keyOf(sampled)} :${site.line} ${site.kind} ${site.why} ${reasons} ${counters} ${site.leadsTo ?? ''}`,
    ...ways,
    ...around,
  ].join('\n');
}

/** A linear congruential generator, of glibc's numbers. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
}
