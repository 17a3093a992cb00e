/** What the debug kernel of 6.1 and its network modules say of functions: read by dwarf-functions.c, which is built here. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../src/build/cache.mjs';
import { labPaths } from '../lab/paths.ts';

/** What a function is called and the line of its name. */
export interface DwarfFunction {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/** A line with code, and the function that this code belongs to: the innermost, where one is inlined. */
export interface DwarfRow {
  readonly file: string;
  readonly line: number;
  readonly owner: DwarfFunction;
  /** Another function's code has just ended here: the line may be that one's end. */
  readonly isJoint: boolean;
}

export interface DwarfFacts {
  /** How many modules were read besides the kernel. */
  readonly modules: number;
  readonly functions: readonly DwarfFunction[];
  readonly rows: readonly DwarfRow[];
  /** The function, those it was inlined into, and those that were inlined into any of them. */
  compiledWith(one: DwarfFunction): readonly DwarfFunction[];
}

/**
 * Builds the reader and reads, or says what is missing.
 *
 * @param folders of the source tree: `net`, `include/net`
 */
export function readDwarf(folders: readonly string[]): DwarfFacts | { readonly missing: string } {
  const { vmlinux, debugModules } = labPaths();
  const modulesFolder = process.env['KERNLENS_DEBUG_MODULES'] ?? debugModules;
  if (vmlinux === undefined || modulesFolder === undefined)
    return { missing: 'no debug kernel: node test/lab/fetch.mjs debug' };
  const modules = readdirSync(modulesFolder, { recursive: true, encoding: 'utf8' })
    .map((file) => path.resolve(modulesFolder, file))
    .filter((file) => file.includes('/kernel/net/') && file.endsWith('.ko'));
  const reader = buildReader();
  if (typeof reader !== 'string') return reader;
  const prefixes = folders.map((folder) => `${folder}/`).join(',');
  const { status, stdout, stderr } = run(reader, [prefixes, vmlinux, ...modules]);
  if (status !== 0) throw new Error(`dwarf-functions failed: ${stderr.slice(0, 1000)}`);
  return { modules: modules.length, ...parse(stdout) };
}

/** With the libdw that test/lab/fetch.mjs brought, else with the one that is installed. */
function buildReader(): string | { readonly missing: string } {
  const folder = path.join(cacheFolder(), 'checks');
  const libraries = path.join(folder, 'libdw/usr/lib/x86_64-linux-gnu');
  const fetched = [`-I${path.join(folder, 'libdw/usr/include')}`, `-L${libraries}`, `-Wl,-rpath,${libraries}`];
  const program = path.join(cacheFolder(), 'work', 'dwarf-functions');
  mkdirSync(path.dirname(program), { recursive: true });
  const source = path.join(process.cwd(), 'test/check/dwarf-functions.c');
  const flags = ['-O2', '-Wall', '-Wextra', '-Werror', ...(existsSync(libraries) ? fetched : [])];
  const { status, stderr } = run('cc', [...flags, '-o', program, source, '-ldw', '-lelf']);
  if (status === 0) return program;
  if (status === null) return { missing: 'no C compiler: apt install gcc libc6-dev' };
  if (/dwarf\.h|libdwf?l?\.h|-ldw|-lelf/.test(stderr)) return { missing: 'no libdw: node test/lab/fetch.mjs checks' };
  throw new Error(`dwarf-functions.c does not compile: ${stderr}`);
}

function run(program: string, args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 29 });
}

function parse(text: string): Omit<DwarfFacts, 'modules'> {
  const known = new Map<string, DwarfFunction>();
  const functions: DwarfFunction[] = [];
  const rows: DwarfRow[] = [];
  const hosts = new Map<DwarfFunction, DwarfFunction[]>();
  const guests = new Map<DwarfFunction, DwarfFunction[]>();
  const functionOf = ([file = '', line = '', name = '']: readonly string[]): DwarfFunction => {
    const key = `${file}\t${line}\t${name}`;
    const found = known.get(key) ?? { file, line: Number(line), name };
    known.set(key, found);
    return found;
  };
  for (const told of text.split('\n')) {
    const [kind, ...fields] = told.split('\t');
    if (kind === 'function') functions.push(functionOf(fields));
    else if (kind === 'row' || kind === 'joint') {
      const [file = '', line, ...owner] = fields;
      rows.push({ file, line: Number(line), owner: functionOf(owner), isJoint: kind === 'joint' });
    } else if (kind === 'inlined') {
      const [host, guest] = [functionOf(fields.slice(0, 3)), functionOf(fields.slice(3))];
      add(guests, host, guest);
      add(hosts, guest, host);
    }
  }
  const compiledWith = (one: DwarfFunction): readonly DwarfFunction[] =>
    [one, ...(hosts.get(one) ?? [])].flatMap((host) => [host, ...(guests.get(host) ?? [])]);
  return { functions, rows, compiledWith };
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
