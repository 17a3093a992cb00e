/** Lines of net/ and the instructions that perf probe gives for them, with the debug kernel's files and nothing attached. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onPath } from '../../src/build/debian.mjs';
import { placesOfLines } from '../../src/core/symbols/line-places.ts';
import { namesOfUnits } from '../../src/core/symbols/units-by-name.ts';
import { type Opened, openForCheck } from '../check/symbols-sample.ts';
import { labPaths } from './paths.ts';
import { randomFrom } from './random.ts';
import { treePath } from './trees.ts';

const { vmlinux, debugModules } = labPaths();
const tree = treePath('6.1');

export const noPerf: string | false =
  onPath('perf') === undefined
    ? 'perf is not installed: apt install linux-perf'
    : vmlinux === undefined || debugModules === undefined
      ? 'no debug kernel: node test/lab/fetch.mjs debug'
      : tree === undefined
        ? 'no 6.1 tree: node test/lab/fetch.mjs trees'
        : false;

/** Modules whose lines are sampled beside the kernel's own. */
const modules = [
  'net/netfilter/nf_conntrack.ko',
  'net/netfilter/ipvs/ip_vs.ko',
  'net/netfilter/nf_tables.ko',
  'net/bridge/bridge.ko',
  'net/sctp/sctp.ko',
  'net/tipc/tipc.ko',
  'net/ipv6/ip6_tunnel.ko',
  'net/packet/af_packet.ko',
];

export interface SampledLine {
  /** The vmlinux or a module's file. */
  readonly image: string;
  readonly file: string;
  readonly line: number;
}

/** Lines inside functions of .c files that are neither empty nor comments; every fourth one of a module. */
export async function sampleLines(count: number, seed: number): Promise<readonly SampledLine[]> {
  const random = randomFrom(seed);
  const images = [vmlinux ?? '', ...modules.map((name) => path.join(debugModules ?? '', 'kernel', name))];
  const pools: (readonly SampledLine[])[] = [];
  for (const image of images.filter((file) => existsSync(file))) {
    const opened = await openForCheck(image);
    const names = new Set((await namesOfUnits(opened.debug)).map(({ name }) => name));
    pools.push([...names].filter((name) => name.startsWith('net/')).flatMap((file) => linesIn(image, file)));
    await opened.close();
  }
  const [kernel = [], ...others] = pools;
  const pick = (from: readonly SampledLine[]): readonly SampledLine[] =>
    from.slice(...[Math.floor(random() * from.length)].flatMap((at) => [at, at + 1]));
  return Array.from({ length: count }, (_, index) => pick(index % 4 === 3 ? others.flat() : kernel)).flat();
}

function linesIn(image: string, file: string): readonly SampledLine[] {
  const full = path.join(tree ?? '', file);
  const lines = existsSync(full) ? readFileSync(full, 'latin1').split('\n') : [];
  return lines.flatMap((text, index) => (/^\t+[^\s/*#]/.test(text) ? [{ image, file, line: index + 1 }] : []));
}

export interface Compared {
  /** How many lines of each kind. */
  readonly tally: ReadonlyMap<string, number>;
  readonly wrong: readonly string[];
  /** Lines with code in several copies of their function, all of them as perf has them. */
  readonly copies: number;
}

export async function compareLines(sample: readonly SampledLine[]): Promise<Compared> {
  const tally = new Map<string, number>();
  const wrong: string[] = [];
  let copies = 0;
  for (const image of new Set(sample.map((each) => each.image))) {
    const opened = await openForCheck(image);
    for (const { file, line } of sample.filter((each) => each.image === image)) {
      const ours = await placesOfLines(opened.debug, file, line, line);
      const expected = new Set(ours.map(({ address }) => address));
      const theirs = await askPerf(opened, image, `${file}:${line}`, expected);
      const kind = kindOf(
        ours.map(({ address }) => address),
        ours.some(({ isShared }) => isShared),
        theirs,
      );
      tally.set(kind, (tally.get(kind) ?? 0) + 1);
      if (kind.startsWith('wrong')) wrong.push(`${kind}: ${path.basename(image)} ${file}:${line} ${theirs.says}`);
      else if (new Set(ours.map(({ functions }) => functions[0]?.id)).size > 1 && theirs.addresses.length > 1) copies++;
    }
    await opened.close();
  }
  return { tally, wrong, copies };
}

/** Which difference is perf's own choice, and which would be a mistake. */
function kindOf(ours: readonly number[], isShared: boolean, { addresses, says }: PerfAnswer): string {
  const distinct = [...new Set(ours)].sort((a, b) => a - b);
  const same = distinct.join() === [...new Set(addresses)].sort((a, b) => a - b).join();
  if (same) return distinct.length > 0 ? 'the same instructions' : 'no code for both';
  if (says.includes('sharing') && isShared) return 'perf refuses a line that shares its instruction with another';
  if (says.includes('out of .text')) return 'perf leaves out what is gone after the start';
  return `wrong, ours ${distinct.length}, perf ${addresses.length}`;
}

interface PerfAnswer {
  /** See `baseOf`. */
  readonly addresses: readonly number[];
  /** What it prints besides. */
  readonly says: string;
}

/** What perf says where variables are that a register holds: `skb` is in `bx`. */
export function perfRegisters(place: string): ReadonlyMap<string, string> {
  const { stdout } = spawnSync('perf', ['probe', '-k', vmlinux ?? '', '-D', `${place} $vars`], {
    cwd: tmpdir(),
    encoding: 'utf8',
  });
  return new Map([...stdout.matchAll(/ (\w+)=%(\w+):/g)].map(([, name = '', register = '']) => [name, register]));
}

async function askPerf(
  { image }: Opened,
  file: string,
  place: string,
  expected: ReadonlySet<number>,
): Promise<PerfAnswer> {
  const which = file === vmlinux ? ['-k', file] : ['-m', file];
  const { stdout, stderr } = spawnSync('perf', ['probe', ...which, '-D', place], {
    cwd: tmpdir(),
    encoding: 'utf8',
  });
  const addresses: number[] = [];
  for (const [, name = '', offset = '0'] of stdout.matchAll(/^p:\S+ (?:[\w-]+:)?([\w.]+)(?:\+(\d+))?/gm)) {
    const meant = (await image.symbols(name)).map((symbol) => image.addressOf(symbol) + Number(offset));
    // Several functions may have that name, and perf does not say which it means.
    addresses.push(...meant.filter((address) => meant.length === 1 || expected.has(address)));
  }
  return { addresses, says: `${stdout}${stderr}`.replaceAll('\n', ' | ') };
}
