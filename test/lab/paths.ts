/** Where the real kernel and tools of a test run lie. They are brought by `test/lab/fetch.mjs`; each may be missing. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../src/build/cache.mjs';
import { onPath } from '../../src/build/debian.mjs';

export interface LabPaths {
  /** 6.1's kernel with debug information. */
  readonly vmlinux: string | undefined;
  /** Its network modules with debug information, as kernel/net/... below this folder. */
  readonly debugModules: string | undefined;
  /** Its .BTF section, for BPFTRACE_BTF. */
  readonly btf: string | undefined;
  readonly systemMap: string | undefined;
  /** Of the same kernel as machines have it: without debug information. */
  readonly config: string | undefined;
  readonly vmlinuz: string | undefined;
  /** Its network modules, as kernel/net/... below this folder. */
  readonly imageModules: string | undefined;
  /** The build tree for `stap -r`. */
  readonly stapRoot: string | undefined;
  /** Programs of Debian 12. */
  readonly bpftrace: string | undefined;
  readonly stap: string | undefined;
}

export function labPaths(): LabPaths {
  const cache = cacheFolder();
  const at = (...parts: readonly string[]): string | undefined => existing(path.join(cache, ...parts));
  const build = at('headers', 'build');
  return {
    vmlinux: at('debug', 'vmlinux'),
    debugModules: at('debug', 'modules'),
    btf: at('debug', 'vmlinux.btf'),
    systemMap: at('debug', 'System.map'),
    config: at('image', 'config'),
    vmlinuz: at('image', 'vmlinuz'),
    imageModules: at('image', 'modules'),
    stapRoot: build === undefined ? undefined : realpathSync(build),
    bpftrace: at('tools', 'bin', 'bpftrace') ?? onPath('bpftrace'),
    stap: at('tools', 'bin', 'stap') ?? onPath('stap'),
  };
}

/** Why a test that runs these programs is skipped: the first that is not on PATH; false when all are. */
export function missingProgram(...programs: readonly string[]): string | false {
  const missing = programs.find((program) => onPath(program) === undefined);
  return missing === undefined ? false : `${missing} is not installed`;
}

function existing(file: string): string | undefined {
  return existsSync(file) ? file : undefined;
}
