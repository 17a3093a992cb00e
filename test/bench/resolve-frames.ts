/** A process that decodes a trace with one vmlinux: `node resolve-frames.cjs TREE VMLINUX <trace`. Says its peak memory in MB. */
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { decodeOnDisk } from '../../src/host/decode.ts';

// As the command line does, see src/cli/main.ts.
setFlagsFromString('--interrupt-budget=300000');

async function main([tree, vmlinux]: readonly string[]): Promise<void> {
  if (tree === undefined || vmlinux === undefined) throw new Error('usage: resolve-frames.cjs TREE VMLINUX');
  const { value } = await decodeOnDisk({ text: await text(process.stdin), tree, vmlinux, engine: 'builtin' });
  const frames = value?.sections.flatMap((section) => section.frames) ?? [];
  const found = frames.filter(({ certainty }) => certainty === 'exact').length;
  console.log(JSON.stringify({ frames: frames.length, found, megabytes: process.resourceUsage().maxRSS / 1024 }));
}

void main(process.argv.slice(2));
