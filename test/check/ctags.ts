/** Where universal-ctags, with its own parser, sees functions begin and end. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../src/build/cache.mjs';

export interface CtagsFunction {
  readonly file: string;
  /** Of the name. */
  readonly line: number;
  readonly name: string;
  readonly endLine: number;
}

/** The program's path, or undefined where there is none. */
export function findCtags(): string | undefined {
  const fetched = path.join(cacheFolder(), 'checks/ctags/ctags');
  const candidates = [...(existsSync(fetched) ? [fetched] : []), 'ctags', 'universal-ctags'];
  return candidates.find((program) =>
    spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.startsWith('Universal Ctags'),
  );
}

/** @param files as paths from the tree's root */
export function ctagsFunctions(program: string, tree: string, files: readonly string[]): readonly CtagsFunction[] {
  const options = ['--options=NONE', '--langmap=C:.c.h', '--kinds-C=f', '--fields=e', '--excmd=number', '--sort=no'];
  const { status, stdout, stderr } = spawnSync(program, [...options, '-f', '-', '-L', '-'], {
    cwd: tree,
    encoding: 'utf8',
    input: files.join('\n'),
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`ctags failed: ${stderr}`);
  return stdout.split('\n').flatMap((told) => {
    const [name = '', file = '', line = '', ...fields] = told.split('\t');
    const end = fields.find((field) => field.startsWith('end:'));
    if (end === undefined) return [];
    return [{ file, line: Number.parseInt(line, 10), name, endLine: Number(end.slice('end:'.length)) }];
  });
}
