/**
 * Lines of calls told from the source alone, held against debug info: direct calls of the 6.1 kernel and of modules, and
 * the frames of real stacks. The rules were made while looking at net/ and kernel/ of that kernel; the figures of the other
 * folders and of the modules are of code that was not looked at. Run by hand: npm run check:inference
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { mapToTree } from '../../src/core/symbols/map-to-tree.ts';
import { callLineFinder } from '../../src/core/traces/infer/call-lines.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { labPaths } from '../lab/paths.ts';
import { randomFrom } from '../lab/random.ts';
import { treePath } from '../lab/trees.ts';
import { type KnownCall, sampleCalls } from './inference-sample.ts';
import { emptyTally, figures, note, type Tally } from './inference-tally.ts';
import { openForCheck } from './symbols-sample.ts';

const { vmlinux, debugModules } = labPaths();
const tree = treePath('6.1') ?? '';
const skip = tree === '' || vmlinux === undefined ? 'no debug kernel or tree: node test/lab/fetch.mjs debug' : false;

test('direct calls of the kernel, by folder', { skip }, async (context) => {
  const opened = await openForCheck(vmlinux ?? '');
  const calls = await sampleCalls(opened, 12_000, randomFrom(29));
  await opened.close();
  await holdAgainst(context, calls, (file) => file.split('/')[0] ?? '');
});

test('direct calls of network modules', { skip: skip || debugModules === undefined }, async (context) => {
  const names = readdirSync(debugModules ?? '', { recursive: true, encoding: 'utf8' });
  const modules = names.filter((name) => name.endsWith('.ko')).sort();
  const calls: KnownCall[] = [];
  for (const [index, name] of modules.entries()) {
    if (index % 8 !== 0) continue;
    const opened = await openForCheck(path.join(debugModules ?? '', name));
    calls.push(...(await sampleCalls(opened, 60, randomFrom(index + 1))));
    await opened.close();
  }
  await holdAgainst(context, calls, () => 'modules');
});

async function holdAgainst(
  context: TestContext,
  calls: readonly KnownCall[],
  groupOf: (file: string) => string,
): Promise<void> {
  const finder = callLineFinder({ files: treeFilesOnDisk(tree) });
  const exists = async (file: string): Promise<boolean> => existsSync(path.join(tree, file));
  const all = emptyTally();
  const groups = new Map<string, Tally>();
  const placed = await Promise.all(calls.map(async (call) => ({ ...call, file: await mapToTree(call.file, exists) })));
  // The trees of a distribution are whole, those of a test run hold some of drivers/ only.
  const known = placed.filter(({ file }) => existsSync(path.join(tree, file)) && file.endsWith('.c'));
  known.sort((a, b) => a.file.localeCompare(b.file));
  const asked = known.map(({ caller, callee, file }) => ({
    caller: { symbol: caller, files: [file] },
    callee: { symbol: callee, files: [] },
  }));
  const found = await finder.find(asked, {});
  for (const [index, call] of known.entries()) {
    const group = groups.get(groupOf(call.file)) ?? emptyTally();
    groups.set(groupOf(call.file), group);
    for (const tally of [all, group]) note(tally, call, found[index]?.lines ?? []);
  }
  for (const [name, tally] of groups) context.diagnostic(`${name}: ${figures(tally)}`);
  context.diagnostic(`all: ${figures(all)}`);
  assert.ok(all.count > 1000, `${all.count} calls`);
  assert.ok(all.held / all.count >= 0.95, figures(all));
  assert.ok(all.right / all.single >= 0.985, figures(all));
}
