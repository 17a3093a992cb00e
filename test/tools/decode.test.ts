import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Frame, SourceLine } from '../../src/core/model.ts';
import { decodeOnDisk, type DecodeOnDisk } from '../../src/host/decode.ts';
import { labPaths, missingProgram } from '../lab/paths.ts';
import { treePath } from '../lab/trees.ts';

/**
 * Decoding with the real tools on the 6.1 debug kernel. Lines are looked up in the tree by their text, so that a
 * package update moves them freely; the traces are real ones of that kernel, shortened.
 */
const { vmlinux, debugModules, imageModules } = labPaths();
const tree = treePath('6.1');
const needsKernel = {
  skip:
    tree === undefined || vmlinux === undefined
      ? 'the 6.1 tree or its debug kernel is not there'
      : missingProgram('readelf', 'addr2line', 'awk'),
};
const needsTree = { skip: tree === undefined ? 'the 6.1 tree is not there' : false };
const request = (text: string, more: Partial<DecodeOnDisk> = {}): DecodeOnDisk => ({
  text,
  tree: tree ?? '',
  engine: 'faddr2line',
  ...(vmlinux === undefined ? {} : { vmlinux }),
  ...(debugModules === undefined ? {} : { modules: debugModules }),
  ...more,
});

test('a bpftrace stack: decimal offsets, the call and not the line behind it', needsKernel, async () => {
  const steps: string[] = [];
  const { value, problems } = await decodeOnDisk(
    request('\n        tcp_v4_send_reset+1\n        tcp_v4_rcv+2459\n        tcp_v4_rcv+129\n'),
    {
      progress: ({ done, total }) => steps.push(`${done}/${total}`),
    },
  );
  assert.deepEqual(problems, []);
  assert.deepEqual([value?.format, value?.build.verdict, value?.build.sizesCompared], ['bpftrace', 'unproven', 0]);
  const [probed, reset, freed] = framesOf(value);
  // The breakpoint stands at the opening brace.
  assert.deepEqual([probed?.role, lineText(probed?.locations[0]), probed?.returnLine], ['probed', '{', undefined]);
  assert.deepEqual(shown(reset), [
    'unverified',
    undefined,
    sourceLine('net/ipv4/tcp_ipv4.c', 'tcp_v4_send_reset(NULL, skb);'),
  ]);
  assert.equal(lineText(freed?.locations[0]), 'kfree_skb_reason(skb, drop_reason);');
  assert.equal(lineText(freed?.returnLine), 'return 0;');
  assert.deepEqual([steps[0], steps.at(-1)], ['0/5', '5/5']);
});

test('a line of another build is refused before anything is run', needsKernel, async () => {
  const text = '0xffffffff99e5d756 : tcp_v4_rcv+0x596/0x9c0 [kernel]';
  const { value, problems } = await withPath('/nonexistent', () => decodeOnDisk(request(text)));
  assert.equal(value?.build.verdict, 'mismatch');
  assert.equal(value.build.why, 'size mismatch: the trace says 0x9c0, this vmlinux 0xee0');
  assert.deepEqual(
    problems.map(({ kind }) => kind),
    ['build-mismatch'],
  );
  const [frame] = framesOf(value);
  const definition = sourceLine('net/ipv4/tcp_ipv4.c', 'int tcp_v4_rcv(struct sk_buff *skb)');
  assert.deepEqual(shown(frame), ['definition', undefined, definition]);
});

test('a proven build: kernel and module frames of one report', needsKernel, async () => {
  const report = [
    '[    4.65] CPU: 1 PID: 105 Comm: tcpt Not tainted 6.1.0-56-amd64 #1  Debian PACKAGE',
    '[    4.66] Call Trace:',
    '[    4.67]  nf_conntrack_in+0x41/0x730 [nf_conntrack]',
    '[    4.67]  nf_hook_slow+0x41/0xf0',
    '[    4.67]  ? ip_protocol_deliver_rcu+0x210/0x210',
  ].join('\n');
  const release = runningPackage();
  const { value } = await decodeOnDisk(
    request(report.replace('PACKAGE', release.package).replace('6.1.0-56-amd64', release.release)),
  );
  assert.deepEqual([value?.format, value?.build.verdict, value?.build.sizesMatching], ['printk', 'match', 3]);
  const [conntrack, hook, unreliable] = framesOf(value);
  assert.equal(conntrack?.certainty, 'exact');
  assert.equal(conntrack?.locations.at(-1)?.function, 'nf_conntrack_in');
  assert.equal(conntrack?.locations.at(-1)?.file, 'net/netfilter/nf_conntrack_core.c');
  assert.equal(hook?.certainty, 'exact');
  assert.deepEqual(
    hook?.locations.map(({ function: name, inlined }) => [name, inlined]),
    [
      ['nf_hook_entry_hookfn', true],
      ['nf_hook_slow', false],
    ],
  );
  assert.deepEqual([unreliable?.reliable, unreliable?.certainty], [false, 'definition']);
});

test(
  'a stripped module file gives no line and says why',
  { skip: needsKernel.skip || imageModules === undefined },
  async () => {
    const { value, problems } = await decodeOnDisk(
      request('        nf_conntrack_in+0x41/0x730 [nf_conntrack]', { modules: imageModules ?? '' }),
    );
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['vmlinux-without-debug-info'],
    );
    assert.equal(framesOf(value)[0]?.certainty, 'definition');
  },
);

test('an ELF file without debug info, a missing and a foreign file: one sentence each', needsTree, async () => {
  await inFolder(async (folder) => {
    writeFileSync(
      path.join(folder, 'a.c'),
      'int tcp_v4_rcv(void) { return 0; } int main(void) { return tcp_v4_rcv(); }\n',
    );
    execFileSync('gcc', ['-o', path.join(folder, 'plain'), path.join(folder, 'a.c')]);
    for (const [file, kind, detail] of [
      ['plain', 'vmlinux-without-debug-info', /plain has no debug info: .*install the debug package/],
      ['absent', 'vmlinux-unreadable', /absent can not be read: no such file: name an ELF vmlinux/],
      ['a.c', 'vmlinux-unreadable', /a\.c can not be read: not an ELF file: name an ELF vmlinux/],
      ['.', 'vmlinux-unreadable', /can not be read: EISDIR/],
    ] as const) {
      const { value, problems } = await decodeOnDisk(
        request('        tcp_v4_rcv+9', { vmlinux: path.join(folder, file) }),
      );
      assert.deepEqual(
        problems.map((problem) => problem.kind),
        [kind],
      );
      assert.match(value?.problems[0]?.detail ?? '', detail);
      assert.equal(framesOf(value)[0]?.certainty, 'definition');
    }
  });
});

test('tools that are not there are named', needsKernel, async () => {
  const text = '        tcp_v4_rcv+9';
  await inFolder(async (folder) => {
    const without = await withPath(folder, () => decodeOnDisk(request(text)));
    assert.deepEqual(without.problems, [{ kind: 'tool-missing', tool: 'bash', needed: 'scripts/faddr2line' }]);
    for (const tool of ['bash', 'awk', 'sed', 'sort', 'grep']) symlinkSync(onPath(tool), path.join(folder, tool));
    const { value, problems } = await withPath(folder, () => decodeOnDisk(request(text)));
    assert.deepEqual(problems, [{ kind: 'tool-missing', tool: 'readelf', needed: 'scripts/faddr2line' }]);
    assert.match(value?.problems[0]?.detail ?? '', /^readelf is not installed.*apt install binutils/);
    assert.equal(framesOf(value)[0]?.certainty, 'definition');
  });
});

test('an abort stops the script and its children', needsKernel, async () => {
  await inFolder(async (folder) => {
    const link = path.join(folder, 'vmlinux');
    symlinkSync(vmlinux ?? '', link);
    const working = (): boolean => execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).includes(link);
    const controller = new AbortController();
    let worked = false;
    const stop = (): void => {
      worked = working();
      controller.abort(new Error('stopped'));
    };
    const running = decodeOnDisk(request('        tcp_v4_rcv+2459', { vmlinux: link }), {
      signal: controller.signal,
      progress: ({ done }) => {
        if (done === 0) setTimeout(stop, 300);
      },
    });
    await assert.rejects(running, /stopped/);
    assert.deepEqual([worked, working()], [true, false]);
  });
});

test('a vmlinux whose path has blanks', needsKernel, async () => {
  await inFolder(async (folder) => {
    const link = path.join(folder, 'the kernel');
    symlinkSync(vmlinux ?? '', link);
    const { value } = await decodeOnDisk(request('        tcp_v4_send_reset+1', { vmlinux: link }));
    assert.equal(framesOf(value)[0]?.certainty, 'unverified');
  });
});

for (const name of ['5.10', '6.12', '7.x'] as const) {
  const other = treePath(name);
  test(`the script of ${name} says the same`, { skip: needsKernel.skip || other === undefined }, async () => {
    const { value, problems } = await decodeOnDisk(request('        tcp_v4_rcv+2459', { tree: other ?? '' }));
    assert.deepEqual(problems, []);
    assert.deepEqual(shown(framesOf(value)[0])[2], sourceLine('net/ipv4/tcp_ipv4.c', 'tcp_v4_send_reset(NULL, skb);'));
  });
}

test('with nothing to run and nothing to read, functions are found in every tree', needsTree, async () => {
  const text =
    ' tcp_v4_rcv+0x1/0x2\n __x64_sys_connect+0x14/0x20\n do_softirq.part.0+0x5f/0x80\n sysvec_apic_timer_interrupt+0x6e/0x90\n';
  const { value } = await decodeOnDisk({ text, tree: tree ?? '', engine: 'none', root: '/nonexistent' });
  const definitions = framesOf(value).map(({ certainty, locations }) => [certainty, lineText(locations[0])]);
  assert.deepEqual(definitions, [
    ['definition', 'int tcp_v4_rcv(struct sk_buff *skb)'],
    ['definition', 'SYSCALL_DEFINE3(connect, int, fd, struct sockaddr __user *, uservaddr,'],
    ['definition', 'asmlinkage __visible void do_softirq(void)'],
    ['definition', 'DEFINE_IDTENTRY_SYSVEC(sysvec_apic_timer_interrupt)'],
  ]);
});

const framesOf = (
  decoded: { readonly sections: readonly { readonly frames: readonly Frame[] }[] } | undefined,
): readonly Frame[] => decoded?.sections.flatMap((section) => section.frames) ?? [];

/** Certainty, how many inlined levels there are (none: undefined), and the function's own line. */
function shown(frame: Frame | undefined): unknown[] {
  const own = frame?.locations.at(-1);
  const inlined = (frame?.locations.length ?? 1) - 1;
  return [
    frame?.certainty,
    inlined === 0 ? undefined : inlined,
    own === undefined ? undefined : { file: own.file, line: own.line },
  ];
}

/** The one line of a file of the tree that holds this text. */
function sourceLine(file: string, text: string): SourceLine {
  const lines = readFileSync(path.join(tree ?? '', file), 'utf8').split('\n');
  const found = lines.flatMap((line, index) =>
    line.includes(text) && !line.trimEnd().endsWith(');;') ? [index + 1] : [],
  );
  assert.equal(found.length, 1, `${text} stands in ${found.length} lines`);
  return { file, line: found[0] ?? 0 };
}

function lineText(place: SourceLine | undefined): string | undefined {
  if (place === undefined) return undefined;
  return readFileSync(path.join(tree ?? '', place.file), 'utf8')
    .split('\n')
    .at(place.line - 1)
    ?.trim();
}

/** What the debug kernel says of itself, as its own reports would print it. */
function runningPackage(): { readonly release: string; readonly package: string } {
  const banner = execFileSync('grep', ['-a', '-m', '1', '-o', 'Linux version 6[^ ]* (.* #1 .*', vmlinux ?? ''], {
    encoding: 'utf8',
  });
  const words = banner.split(' ');
  const debian = words.lastIndexOf('Debian');
  return { release: words[2] ?? '', package: words[debian + 1] ?? '' };
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-test-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withPath<T>(paths: string, use: () => Promise<T>): Promise<T> {
  const before = process.env['PATH'];
  process.env['PATH'] = paths;
  try {
    return await use();
  } finally {
    process.env['PATH'] = before;
  }
}

function onPath(tool: string): string {
  const folder = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .find((candidate) => existsSync(path.join(candidate, tool)));
  assert.ok(folder !== undefined, `${tool} is not on PATH`);
  return path.join(folder, tool);
}
