/**
 * Lines and inline chains against other readers: every direct call of net/ in the 6.1 debug kernel against
 * llvm-symbolizer, and addresses in modules against eu-addr2line. Run by hand:
 *   npm run check:symbols
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { labPaths } from '../lab/paths.ts';
import { randomFrom } from '../lab/random.ts';
import { askBinutils, askElfutils, askLlvm, type Chain, findOracle } from './symbols-oracles.ts';
import { askOurs, callsIn, codeSections, kernelAddress, openForCheck } from './symbols-sample.ts';

const { vmlinux, debugModules } = labPaths();
const llvm = findOracle('llvm-symbolizer', 'llvm-symbolizer-14');
const elfutils = findOracle('eu-addr2line');
const binutils = findOracle('addr2line');

test('calls in net/ of the debug kernel, as llvm-symbolizer sees them', { skip: skipKernel() }, async (context) => {
  const opened = await openForCheck(vmlinux ?? '');
  const addresses = await callsIn(opened, 'net/');
  const ours = await askOurs(opened, addresses);
  const texts = addresses.map(kernelAddress);
  const theirs = askLlvm(llvm ?? '', vmlinux ?? '', texts);
  const tally: Tally = { equal: 0, excused: [], wrong: [] };
  for (const [index, label] of texts.entries()) compare(tally, label, ours[index], theirs[index]);
  report(context, tally);
  await opened.close();
  assert.ok(tally.equal > 33_000);
  assert.deepEqual(tally.wrong, []);
});

test('addresses in modules, as eu-addr2line sees them', { skip: skipModules() }, async (context) => {
  const random = randomFrom(1);
  const files = modulesBelow(debugModules ?? '');
  const chosen = files.filter((_, index) => index % Math.max(1, Math.floor(files.length / 100)) === 0).slice(0, 100);
  const tally: Tally = { equal: 0, excused: [], wrong: [] };
  for (const file of chosen) {
    const opened = await openForCheck(file);
    for (const { name, base, functions } of await codeSections(opened)) {
      const places = Array.from({ length: name === '.text' ? 16 : 4 }, () => {
        const chosenOne = functions[Math.floor(random() * functions.length)] ?? { name: '', offset: 0, size: 0 };
        return { symbol: chosenOne.name, offset: chosenOne.offset + Math.floor(random() * chosenOne.size) };
      });
      const offsets = places.map(({ offset }) => offset);
      const symbols = places.map(({ symbol }) => symbol);
      const asked = offsets.map((offset) => base + offset);
      const [ours, theirs] = [await askOurs(opened, asked, symbols), askElfutils(elfutils ?? '', file, name, offsets)];
      for (const [index, offset] of offsets.entries()) {
        const label = `${path.basename(file)} ${name}+0x${offset.toString(16)}`;
        // elfutils takes the first row of a section's code for that of another section, and of functions inlined twice
        // around an address the other one: then binutils decides.
        compare(tally, label, ours[index], theirs[index], () => askBinutils(binutils ?? '', file, name, offset));
      }
    }
    await opened.close();
  }
  report(context, tally);
  assert.ok(tally.equal > 2000 && chosen.length === 100, `${tally.equal} addresses in ${chosen.length} modules`);
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.excused.length < 20);
});

interface Tally {
  equal: number;
  readonly excused: string[];
  readonly wrong: string[];
}

function compare(tally: Tally, label: string, ours: Chain = [], theirs: Chain = [], third?: () => Chain): void {
  const [mine, other] = [ours.join(' < '), theirs.join(' < ')];
  if (mine === other) {
    tally.equal++;
    return;
  }
  const isExcused = third?.().join(' < ') === mine;
  tally[isExcused ? 'excused' : 'wrong'].push(`${label}\n  ours:   ${mine}\n  theirs: ${other}`);
}

function report(context: TestContext, { equal, excused, wrong }: Tally): void {
  context.diagnostic(
    `${equal} chains equal, ${excused.length} otherwise but as binutils has them, ${wrong.length} wrong`,
  );
  for (const text of excused) context.diagnostic(`otherwise: ${text}`);
  for (const text of wrong) context.diagnostic(`wrong: ${text}`);
}

function skipKernel(): string | false {
  if (vmlinux === undefined) return 'no debug kernel: node test/lab/fetch.mjs debug';
  return llvm === undefined ? 'no llvm-symbolizer: node test/lab/fetch.mjs checks' : false;
}

function skipModules(): string | false {
  if (debugModules === undefined) return 'no debug modules: node test/lab/fetch.mjs debug';
  if (elfutils === undefined) return 'no eu-addr2line: node test/lab/fetch.mjs checks';
  return binutils === undefined ? 'no addr2line: apt install binutils' : false;
}

function modulesBelow(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ko'))
    .sort()
    .map((name) => path.join(folder, name));
}
