/**
 * The functions of 6.1 against the debug kernel's own list of them; their extents against universal-ctags and against the
 * kernel's line table. Needs the debug kernel, a C compiler, libdw and universal-ctags. Run by hand:
 *   node test/unit.mjs --suite check functions-dwarf
 * KERNLENS_SWEEP names other folders: "kernel fs". KERNLENS_DEBUG_MODULES names another folder of debug modules.
 */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { FunctionFacts } from '../../src/core/syntax/facts.ts';
import { treePath } from '../lab/trees.ts';
import { sourceFiles } from '../trees/normalise-sweep.ts';
import { ctagsFunctions, type CtagsFunction, findCtags } from './ctags.ts';
import { type DwarfFacts, readDwarf } from './dwarf-functions.ts';
import { generatorOf, hasHead, matchOf, placeOf, readSources, type Source } from './functions-compare.ts';

const folders = (process.env['KERNLENS_SWEEP'] ?? 'net include/net mm').split(' ');
const tree = treePath('6.1');
const ctags = findCtags();
const dwarf = readDwarf(folders);

interface Compared {
  readonly dwarf: DwarfFacts;
  /** By file and line: `net/ipv4/tcp.c:123`. */
  readonly tags: ReadonlyMap<string, CtagsFunction>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly isHere: (file: string) => boolean;
}

test('functions of 6.1 against the debug kernel', { skip: reasonToSkip() }, async (context) => {
  if (tree === undefined || ctags === undefined || 'missing' in dwarf) return;
  const sources = await readSources(tree, sourceFiles(tree, folders));
  const tags = new Map(ctagsFunctions(ctags, tree, [...sources.keys()]).map((tag) => [`${tag.file}:${tag.line}`, tag]));
  context.diagnostic(`debug kernel and ${dwarf.modules} modules, ${sources.size} files`);
  for (const folder of folders) {
    const compared: Compared = { dwarf, tags, sources, isHere: (file) => file.startsWith(`${folder}/`) };
    await context.test(`${folder}: functions`, (inner) => checkNames(compared, inner));
    await context.test(`${folder}: extents`, (inner) => checkExtents(compared, inner));
    await context.test(`${folder}: functions with an unparsed part`, (inner) => checkUnparsed(compared, inner));
  }
});

function reasonToSkip(): string | false {
  if (tree === undefined) return 'no 6.1 tree: set KERNLENS_TREES or run node test/lab/fetch.mjs trees';
  if ('missing' in dwarf) return dwarf.missing;
  return ctags === undefined ? 'no universal-ctags: node test/lab/fetch.mjs checks' : false;
}

function checkNames({ dwarf: { functions }, sources, isHere }: Compared, context: TestContext): void {
  const tally = { exact: 0, derived: 0, missed: 0, generated: 0 };
  const generators = new Map<string, number>();
  const missed: string[] = [];
  const contradictions: string[] = [];
  for (const one of functions) {
    if (!isHere(one.file)) continue;
    const source = sources.get(one.file);
    const match = source === undefined ? 'missed' : matchOf(one, source);
    const said = `${one.file}:${one.line} ${one.name}`;
    tally[match]++;
    if (source === undefined || match === 'missed') missed.push(said);
    else if (match === 'generated') increase(generators, generatorOf(one.line, source));
    else if (!hasHead(one, source)) contradictions.push(said);
  }
  const found = tally.exact + tally.derived;
  context.diagnostic(
    `${found} of ${found + tally.missed} functions with a head in the source: ${percent(found, found + tally.missed)}`,
  );
  context.diagnostic(`${tally.exact} by their name, ${tally.derived} under the name from which a macro makes theirs`);
  context.diagnostic(`left out, made whole by a macro: ${tally.generated} (${counts(generators)})`);
  list(context, 'missed', missed);
  assert.ok(found > 100);
  assert.ok(missed.length <= found * 0.001, `missed: ${missed.length}`);
  assert.deepEqual(contradictions, [], 'functions that were found are not among those said to have no head');
}

function checkExtents({ dwarf: facts, tags, sources, isHere }: Compared, context: TestContext): void {
  const wrong = new Map<FunctionFacts, string>();
  const rows = { inside: 0, inlined: 0, joint: 0, outside: 0, unknown: 0 };
  const checked = new Set<FunctionFacts>();
  let total = 0;
  let common = 0;
  for (const [file, { functions }] of sources) {
    for (const one of isHere(file) ? functions.values() : []) {
      const end = tags.get(`${file}:${one.place.line}`)?.endLine;
      total++;
      if (end === undefined) continue;
      common++;
      checked.add(one);
      const said = `${file}:${one.place.line} ${one.name} ends at ${one.extent.endLine}, for ctags at ${end}`;
      if (end !== one.extent.endLine) wrong.set(one, said);
    }
  }
  for (const row of facts.rows) {
    const { owner } = row;
    if (!isHere(owner.file)) continue;
    const one = sources.get(owner.file)?.functions.get(owner.line);
    const place = placeOf(row, sources, tags, facts);
    rows[place]++;
    if (one === undefined) continue;
    checked.add(one);
    if (place === 'outside')
      wrong.set(one, `${owner.file}:${owner.line} ${owner.name} has code at ${row.file}:${row.line}`);
  }
  const right = checked.size - wrong.size;
  context.diagnostic(`${right} of ${checked.size} extents right: ${percent(right, checked.size)}`);
  context.diagnostic(`${total} functions, ${common} of them known to ctags`);
  context.diagnostic(
    `lines with code: ${rows.inside} inside the extent of their function; by the compiler's inexactness ` +
      `${rows.inlined} in one it was compiled with and ${rows.joint} at the end of the code before; ` +
      `${rows.outside} outside; ${rows.unknown} of functions that a macro makes whole`,
  );
  list(context, 'wrong', [...wrong.values()]);
  assert.ok(common > total * 0.98);
  assert.ok(rows.inlined + rows.joint < rows.inside * 0.02);
  assert.ok(wrong.size <= checked.size * 0.001, `wrong: ${wrong.size}`);
}

function checkUnparsed({ sources, isHere }: Compared, context: TestContext): void {
  const unparsed: string[] = [];
  let functions = 0;
  for (const [file, source] of sources) {
    if (!isHere(file)) continue;
    functions += source.functions.size;
    for (const { name, line, faultLine } of source.unparsed)
      unparsed.push(`${file}:${line} ${name}: line ${faultLine}`);
  }
  context.diagnostic(`${unparsed.length} of ${functions}: ${percent(unparsed.length, functions)}`);
  list(context, 'unparsed', unparsed);
  assert.ok(functions > 100);
  assert.ok(unparsed.length <= functions * 0.0001);
}

function increase(tally: Map<string, number>, key: string): void {
  tally.set(key, (tally.get(key) ?? 0) + 1);
}

function counts(tally: ReadonlyMap<string, number>): string {
  const sorted = [...tally].sort(([, a], [, b]) => b - a);
  return sorted.map(([word, count]) => `${word} ${count}`).join(', ');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(3)} %`;
}

function list(context: TestContext, title: string, found: readonly string[]): void {
  for (const one of found) context.diagnostic(`${title}: ${one}`);
}
