/** The program's functions beside those of the debug kernel and of universal-ctags. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LineIndex, type Line1 } from '../../src/core/base/position.ts';
import type { FunctionFacts, UnparsedFunction } from '../../src/core/syntax/facts.ts';
import { testParser } from '../lab/parser.ts';
import type { CtagsFunction } from './ctags.ts';
import type { DwarfFacts, DwarfFunction, DwarfRow } from './dwarf-functions.ts';
import { blankedCode, hasFunctionHead } from './function-heads.ts';

export interface Source {
  readonly text: string;
  /** Without comments, strings and preprocessor lines. */
  readonly code: string;
  readonly lines: LineIndex;
  /** By the line of the name. */
  readonly functions: ReadonlyMap<number, FunctionFacts>;
  readonly unparsed: readonly UnparsedFunction[];
}

export async function readSources(tree: string, files: readonly string[]): Promise<ReadonlyMap<string, Source>> {
  const parser = await testParser();
  const sources = new Map<string, Source>();
  for (const file of files) {
    const text = readFileSync(path.join(tree, file), 'utf8');
    const { functions, unparsed } = parser.facts(text);
    const byLine = new Map(functions.map((one) => [one.place.line as number, one]));
    sources.set(file, { text, code: blankedCode(text), lines: new LineIndex(text), functions: byLine, unparsed });
  }
  return sources;
}

/**
 * `exact`: found by file, line and name. `derived`: found at its line, under the name from which a macro makes the
 * compiler's. `generated`: no head in the source, a macro makes the whole function.
 */
export type Match = 'exact' | 'derived' | 'missed' | 'generated';

export function matchOf({ line, name }: DwarfFunction, source: Source): Match {
  const here = source.functions.get(line);
  if (here?.name === name) return 'exact';
  if (here !== undefined && isDerived(name, here, source)) return 'derived';
  return hasHead({ line, name }, source) ? 'missed' : 'generated';
}

export function hasHead({ line, name }: Pick<DwarfFunction, 'line' | 'name'>, { code, lines }: Source): boolean {
  return hasFunctionHead(code, lines.startOf(line as Line1), name);
}

/** The line of a macro that makes a function begins with its name: `TRACE_EVENT`. */
export function generatorOf(line: number, { text, lines }: Source): string {
  return /\w+/.exec(text.slice(lines.startOf(line as Line1)))?.[0] ?? '';
}

/**
 * `SYSCALL_DEFINE3(accept, ...)` makes __do_sys_accept and its kin, `META_COLLECTOR(int_dev)` meta_int_dev. Where a name
 * is pasted, by `#define mtype_add IPSET_TOKEN(MTYPE, _add)` or in the head by `IPSET_TOKEN(HTYPE, _create)(...)`, the
 * last piece tells it.
 */
function isDerived(name: string, { name: written, definedBy, place }: FunctionFacts, source: Source): boolean {
  if (definedBy !== undefined) return name.endsWith(`_${written}`);
  const pasted = String.raw`\w+\(\w+,[ \t]*(\w+)\)`;
  const inHead = new RegExp(pasted).exec(source.text.slice(source.lines.startOf(place.line)).split('\n', 1).join(''));
  const inMacro = new RegExp(String.raw`^#[ \t]*define[ \t]+${written}[ \t]+${pasted}`, 'm').exec(source.text);
  const last = inMacro?.[1] ?? inHead?.[1];
  return last !== undefined && name.endsWith(last);
}

/**
 * Where a line of a function lies. `inside` its extent. `inlined`: outside, and so in another function that shares its compiled
 * code, as ctags also sees it: the compiler says the function around a line wrongly where it moves code out of or into
 * an inlined copy. `joint`: outside, where another function's code has just ended. `unknown`: the function has no head
 * in the source.
 */
export type RowPlace = 'inside' | 'inlined' | 'joint' | 'outside' | 'unknown';

export function placeOf(
  { file, line, owner, isJoint }: DwarfRow,
  sources: ReadonlyMap<string, Source>,
  tags: ReadonlyMap<string, CtagsFunction>,
  dwarf: DwarfFacts,
): RowPlace {
  const extent = sources.get(owner.file)?.functions.get(owner.line)?.extent;
  if (extent === undefined) return 'unknown';
  if (file === owner.file && extent.line <= line && line <= extent.endLine) return 'inside';
  const isIn = (one: DwarfFunction): boolean => {
    const last = tags.get(`${one.file}:${one.line}`)?.endLine ?? one.line;
    return one.file === file && one.line <= line && line <= last;
  };
  const others = dwarf.compiledWith(owner).filter((one) => one.file !== owner.file || one.line !== owner.line);
  if (others.some(isIn)) return 'inlined';
  return isJoint ? 'joint' : 'outside';
}
