/** The real tools, asked whether they take a script for 6.1; nothing is attached or run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { labPaths, missingProgram } from './paths.ts';

export interface Checked {
  readonly accepted: boolean;
  /** What the tool complains of, else nothing. */
  readonly output: string;
}

const lab = labPaths();

/** Why scripts can't be checked with bpftrace here, or false. */
export const noBpftrace: string | false =
  lab.bpftrace === undefined
    ? 'bpftrace is not installed: node test/lab/fetch.mjs tools'
    : lab.btf === undefined
      ? 'no type information of 6.1: node test/lab/fetch.mjs debug'
      : process.getuid?.() === 0
        ? false
        : 'bpftrace only runs as root';

export const noStap: string | false =
  lab.stap === undefined || lab.stapRoot === undefined
    ? 'SystemTap or 6.1 headers are missing: node test/lab/fetch.mjs tools'
    : lab.vmlinux === undefined
      ? 'no debug kernel: node test/lab/fetch.mjs debug'
      : missingProgram('gcc', 'make');

/** Parses the script, resolves its types against 6.1 and compiles it, attaching nothing. */
export function checkWithBpftrace(text: string): Checked {
  const args = [lab.bpftrace ?? '', '-d'];
  return withScript(text, 'probe.bt', (file) => run([...args, file], { BPFTRACE_BTF: lab.btf ?? '' }, 'ERROR'));
}

/** As above, with a folder in the place of the tracefs of this machine, whose tracepoints are another kernel's. */
export function checkWithTracefs(text: string, tracefs: string): Checked {
  const inside = 'mount --bind "$1" /sys/kernel/tracing && exec "$2" -d "$3"';
  return withScript(text, 'probe.bt', (file) =>
    run(
      ['unshare', '-m', '--propagation', 'private', 'sh', '-c', inside, 'sh', tracefs, lab.bpftrace ?? '', file],
      { BPFTRACE_BTF: lab.btf ?? '' },
      'ERROR',
    ),
  );
}

/** Why a folder can't be put in the place of tracefs here, or false. */
export function noPrivateMount(): string | false {
  const tried = spawnSync('unshare', [
    '-m',
    '--propagation',
    'private',
    'sh',
    '-c',
    'mount --bind /tmp /sys/kernel/tracing',
  ]);
  return tried.status === 0 ? false : 'no private mount is possible here';
}

/** Resolves every probe point and variable of the script in 6.1's debug info. */
export function checkWithStap(text: string): Checked {
  return withScript(text, 'probe.stp', (file) =>
    run([lab.stap ?? '', '-r', lab.stapRoot ?? '', '-p2', file], {}, 'error'),
  );
}

function withScript(text: string, name: string, check: (file: string) => Checked): Checked {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-probe-'));
  try {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return check(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: readonly string[], environment: Readonly<Record<string, string>>, complaint: string): Checked {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.includes(complaint));
  return { accepted: status === 0, output: lines.slice(0, 8).join('\n') };
}
