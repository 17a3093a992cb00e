/** Paths in real trees against tables made by hand: nothing missing, nothing extra, and every line holds what it is said to. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Offset, offset } from '../../src/core/base/position.ts';
import { oneLine } from '../../src/core/base/text.ts';
import type { Guard } from '../../src/core/model.ts';
import { pathsTo, type Way } from '../../src/core/paths/paths-to.ts';
import { callersOf } from '../../src/core/paths/ways-into.ts';
import type { FileFacts, FunctionFacts } from '../../src/core/syntax/facts.ts';
import { allTruths } from '../fixtures/truth/all-truths.ts';
import type { Truth } from '../fixtures/truth/truth.ts';
import { factsOf } from '../lab/parser.ts';
import { treeNames, treePath } from '../lab/trees.ts';

for (const name of treeNames) {
  const tree = treePath(name);
  const skip = tree === undefined ? `tree ${name} was not fetched` : false;
  for (const truth of allTruths.filter(({ trees }) => trees.includes(name))) {
    test(`${name} ${truth.function} ${truth.at}`, { skip }, async () => checkTruth(tree ?? '', truth));
  }
  test(`${name} callers of ip_vs_dest_dst_alloc`, { skip }, async () => {
    const source = await sourceOf(tree ?? '', 'net/netfilter/ipvs/ip_vs_xmit.c');
    const callers = callersOf(source.facts, 'ip_vs_dest_dst_alloc');
    const guards = ['+ dest', '- likely(dest_dst)'];
    assert.deepEqual(
      callers.map((caller) => ({ function: caller.function, guards: caller.guards.map(guardText) })),
      [
        { function: '__ip_vs_get_out_rt', guards },
        { function: '__ip_vs_get_out_rt_v6', guards },
      ],
    );
    for (const caller of callers) checkLines(source, caller.guards);
  });
}

async function checkTruth(tree: string, truth: Truth): Promise<void> {
  const source = await sourceOf(tree, truth.file);
  const fn = source.facts.functions.find(({ name }) => name === truth.function);
  assert.ok(fn, `${truth.function} is not in ${truth.file}`);
  const ways = pathsTo(fn, pointIn(source.text, fn, truth.at), source.facts.conditionals);
  const expected = truth.ways.map(([entry, ...guards]) => [entry, ...guards].join('\n  '));
  assert.deepEqual(ways.map(wayText).sort(), expected.sort());
  for (const way of ways) {
    checkLines(source, way.guards);
    assert.ok(
      textFrom(source, way.entry.line).includes(way.entry.text ?? '?'),
      `line ${way.entry.line}: ${way.entry.text}`,
    );
  }
}

interface Source {
  readonly text: string;
  readonly lines: readonly string[];
  readonly facts: FileFacts;
}

const read = new Map<string, Promise<Source>>();

function sourceOf(tree: string, file: string): Promise<Source> {
  const full = path.join(tree, file);
  assert.ok(existsSync(full), `${full} is not there`);
  const known = read.get(full) ?? readSource(full);
  read.set(full, known);
  return known;
}

async function readSource(full: string): Promise<Source> {
  const text = readFileSync(full, 'utf8');
  return { text, lines: text.split('\n'), facts: await factsOf(full) };
}

/** Where the n-th line of a function that starts with a text has that text. */
function pointIn(text: string, fn: FunctionFacts, at: string): Offset {
  const [start = '', ordinal = '1'] = at.split('#');
  let left = Number(ordinal);
  for (let line = fn.extent.start as number; line < fn.extent.end; line = text.indexOf('\n', line) + 1) {
    const first = line + (text.slice(line, line + 80).match(/^[ \t]*/)?.[0].length ?? 0);
    if (text.startsWith(start, first) && --left === 0) return offset(first);
  }
  return assert.fail(`no line ${at} in ${fn.name}`);
}

function wayText({ entry, guards, preprocessor }: Way): string {
  const needed = preprocessor.length === 0 ? '' : ` #if ${preprocessor.join(', ')}`;
  return [`${entry.text}${needed}`, ...guards.map(guardText)].join('\n  ');
}

function guardText({ text, holds, early, preprocessor }: Guard): string {
  const sign = early !== true ? (holds ? '+' : '-') : holds ? '~+' : '~';
  return `${sign} ${text}${preprocessor === undefined ? '' : ` {${preprocessor.join(', ')}}`}`;
}

function checkLines(source: Source, guards: readonly Guard[]): void {
  for (const { line, text } of guards)
    assert.ok(textFrom(source, line).includes(text), `line ${line} does not hold ${text}`);
}

/** A line and what it goes on with, as conditions are quoted: on one line, without comments and directives. */
function textFrom({ lines }: Source, line: number): string {
  const next = lines
    .slice(line - 1, line + 19)
    .filter((text) => !text.startsWith('#'))
    .join('\n');
  return oneLine(next.replace(/\/\*[^*]*\*\//g, ' '));
}
