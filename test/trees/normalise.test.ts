/** The normaliser over real trees: the grammar understands every function, and no jump gets lost on the way. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { normalise } from '../../src/core/syntax/normalise/normalise.ts';
import { treeNames, treePath, type TreeName } from '../lab/trees.ts';
import { loadParser, sameShape, sourceFiles, sweep } from './normalise-sweep.ts';

const fetching = 'set KERNLENS_TREES or run node test/lab/fetch.mjs';

for (const name of ['6.1', '7.x'] satisfies readonly TreeName[]) {
  const tree = treePath(name);
  const skip = tree === undefined ? `no ${name} tree: ${fetching}` : false;
  test(`${name}: every function of net/core, net/ipv4 and net/netfilter parses`, { skip }, async () => {
    const parser = await loadParser();
    const folders = ['net/core', 'net/ipv4', 'net/netfilter'];
    const { functions, faults, displaced } = sweep(parser, tree ?? '', sourceFiles(tree ?? '', folders));
    parser.delete();
    assert.ok(functions > 8000, `${functions} functions`);
    assert.deepEqual({ faults, displaced }, { faults: [], displaced: [] });
  });
}

for (const name of treeNames) {
  const tree = treePath(name);
  const skip = tree === undefined ? `no ${name} tree: ${fetching}` : false;
  test(`${name}: every goto and return of net/ipv4, net/ipv6 and net/netfilter is kept or told`, { skip }, () => {
    for (const file of sourceFiles(tree ?? '', ['net/ipv4', 'net/ipv6', 'net/netfilter'])) {
      const source = readFileSync(path.join(tree ?? '', file), 'utf8');
      const { text, jumps, dropped } = normalise(source);
      assert.ok(sameShape(source, text), file);
      const hidden = jumps.filter(({ from }) => from === 'macro').length;
      assert.equal(count(text, /\bgoto\b/g) + hidden, count(codeOf(source, dropped), /\bgoto\b/g), `gotos of ${file}`);
      assert.equal(count(text, /\breturn\b/g), count(codeOf(source, dropped), /\breturn\b/g), `returns of ${file}`);
    }
  });
}

/** A plain reading of the source: comments, directives and what the normaliser says it dropped are blank. */
function codeOf(source: string, dropped: readonly { readonly start: number; readonly end: number }[]): string {
  let kept = '';
  let from = 0;
  for (const { start, end } of dropped) {
    if (start < from) continue; // inside another
    kept += source.slice(from, start);
    from = end;
  }
  const code = kept + source.slice(from);
  const uncommented = code.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[^]*?\*\/|\/\/.*/g, (found) =>
    found.startsWith('/') ? ' ' : found,
  );
  return uncommented.replace(/^[ \t]*#(?:\\\n|.)*$/gm, ' ');
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
