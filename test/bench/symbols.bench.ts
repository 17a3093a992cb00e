/**
 * 30 frames against the debug kernel of 6.1 (633 MB), each time in a process of its own: with the file in the page cache
 * and without, beside llvm-symbolizer and the tree's own scripts/faddr2line (whose minutes are told from 3 frames unless --slow is given).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { openImage } from '../../src/core/symbols/elf.ts';
import { openByteSource } from '../../src/host/byte-source.ts';
import { findOracle } from '../check/symbols-oracles.ts';
import { kernelAddress } from '../check/symbols-sample.ts';
import { labPaths } from '../lab/paths.ts';
import { treePath } from '../lab/trees.ts';
import type { Bench } from './bench.ts';

const tree = treePath('6.1') ?? '';
const vmlinux = labPaths().vmlinux ?? '';
const llvm = findOracle('llvm-symbolizer', 'llvm-symbolizer-14');
const skip =
  tree === '' || vmlinux === '' ? { skip: 'no tree or debug kernel: node test/lab/fetch.mjs trees debug' } : {};

/** Functions of 30 files; each is asked for in its middle, as a return address. */
const functions =
  'tcp_v4_rcv tcp_rcv_established ip_rcv nf_hook_slow tcp_sendmsg_locked ip_local_deliver_finish udp_sendmsg icmp_rcv ' +
  '__dev_queue_xmit ip_finish_output2 do_sys_poll vfs_read wake_up_process kmem_cache_alloc __alloc_pages ' +
  'handle_mm_fault do_user_addr_fault sock_sendmsg inet_csk_accept tcp_v4_connect inet_create netlink_rcv_skb ' +
  'rtnetlink_rcv_msg napi_complete_done worker_thread schedule do_filp_open path_lookupat do_exit copy_process';

interface Frames {
  readonly lines: readonly string[];
  readonly addresses: readonly string[];
}

let known: Promise<Frames> | undefined;
const frames = (): Promise<Frames> => (known ??= makeFrames());

async function makeFrames(): Promise<Frames> {
  const source = await openByteSource(vmlinux);
  if ('code' in source) throw new Error(`${vmlinux}: ${source.code}`);
  const { value: image } = await openImage(vmlinux, source);
  const [lines, addresses]: [string[], string[]] = [[], []];
  for (const name of functions.split(' ')) {
    const [symbol] = (await image?.symbols(name)) ?? [];
    if (image === undefined || symbol === undefined) throw new Error(`the debug kernel has no ${name}`);
    const offset = symbol.size >> 1;
    lines.push(`${name}+0x${offset.toString(16)}/0x${symbol.size.toString(16)}`);
    addresses.push(kernelAddress(image.addressOf({ ...symbol, offset: symbol.offset + offset - 1 })));
  }
  await source.close();
  return { lines, addresses };
}

let script: string | undefined;

/** Packed as the extension is. */
function resolver(): string {
  if (script !== undefined) return script;
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  script = path.join(folder, 'resolve-frames.cjs');
  const entryPoints = [path.join(process.cwd(), 'test/bench/resolve-frames.ts')];
  buildSync({
    entryPoints,
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
  });
  return script;
}

async function ours(): Promise<{ readonly found: number; readonly megabytes: number }> {
  const { lines } = await frames();
  const input = `Call Trace:\n${lines.map((line) => ` ${line}\n`).join('')}`;
  const out = execFileSync(process.execPath, [resolver(), tree, vmlinux], { input, encoding: 'utf8' });
  const answer = JSON.parse(out) as { readonly found: number; readonly megabytes: number };
  if (answer.found !== lines.length) throw new Error(`only ${answer.found} of ${lines.length} frames were found`);
  return answer;
}

async function timed(): Promise<number> {
  await frames();
  resolver();
  const started = performance.now();
  await ours();
  return performance.now() - started;
}

async function theirs(): Promise<void> {
  const { addresses } = await frames();
  execFileSync(llvm ?? '', ['--obj', vmlinux], { input: `${addresses.join('\n')}\n` });
}

/** Its time grows with the frames, so a tenth of them tells; all of them take minutes. */
const scale = process.env['KERNLENS_BENCH_SLOW'] === '1' ? 1 : 10;

async function faddr2line(): Promise<number> {
  const { lines } = await frames();
  const asked = lines.slice(0, lines.length / scale);
  const started = performance.now();
  execFileSync('bash', [path.join(tree, 'scripts/faddr2line'), vmlinux, ...asked], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  return (performance.now() - started) * scale;
}

/** Takes the file out of the page cache; needs no rights. */
function cold(): void {
  execFileSync('dd', [`if=${vmlinux}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
}

const peer = llvm === undefined ? {} : { peer: { name: 'llvm-symbolizer', run: theirs } };

export const benches: readonly Bench[] = [
  { name: '30 frames of a 633 MB vmlinux, in a new process', run: timed, ...peer, ...skip },
  {
    name: 'the same with nothing of the file in the page cache',
    run: async () => {
      await frames();
      cold();
      return timed();
    },
    ...(llvm === undefined
      ? {}
      : {
          peer: {
            name: 'llvm-symbolizer',
            run: async () => {
              await frames();
              cold();
              const started = performance.now();
              await theirs();
              return performance.now() - started;
            },
          },
        }),
    runs: 5,
    ...skip,
  },
  { name: 'the same, its peak memory in MB', run: async () => (await ours()).megabytes, runs: 3, ...skip },
  {
    name: 'the same once more',
    run: timed,
    peer: { name: `scripts/faddr2line${scale === 1 ? '' : ', 3 of the frames, times 10'}`, run: faddr2line },
    runs: 1,
    warmUp: false,
    ...skip,
  },
];
