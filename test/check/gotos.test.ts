/**
 * Every goto to the label that a site of net/ in 6.1 stands under begins one of its paths. The gotos are counted in
 * the text, without the program. Run by hand:
 *   node test/unit.mjs --suite check gotos
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findSites } from '../../src/core/paths/sites.ts';
import { readKnowledge } from '../../src/core/tree/knowledge.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { testParser } from '../lab/parser.ts';
import { treePath } from '../lab/trees.ts';
import { sourceFiles } from '../trees/normalise-sweep.ts';
import { stripped } from './drop-search.ts';

const tree = treePath('6.1');
const skip = tree === undefined ? 'no 6.1 tree: set KERNLENS_TREES or run node test/lab/fetch.mjs' : false;

test('every goto to a label above a site is on a path', { skip }, async (context) => {
  const { value: knowledge } = await readKnowledge(treeFilesOnDisk(tree ?? ''));
  const parser = await testParser();
  const missing: string[] = [];
  let gotos = 0;
  for (const file of sourceFiles(tree ?? '', ['net'])) {
    const text = readFileSync(path.join(tree ?? '', file), 'utf8');
    const bodies = bodiesIn(stripped(text).split('\n'));
    const { sites, paths } = findSites({ file, facts: parser.facts(text), knowledge });
    for (const site of sites) {
      const body = bodies.find(({ first, last }) => first <= site.line && site.line <= last);
      const label = labelAbove(body, site.line) ?? site.label;
      if (body === undefined || label === undefined) continue;
      const entries = new Set((paths[site.id] ?? []).map(({ entry }) => entry.line));
      const returned = /^\s*return (\w+);/.exec(body.lines[site.line - body.first] ?? '')?.[1];
      for (const line of gotosTo(body, label)) {
        // The value returned was chosen right above: where it is another one, the packet is not lost on this way.
        if (returned !== undefined && body.lines[line - body.first - 1]?.trim().startsWith(`${returned} = `)) continue;
        gotos++;
        if (!entries.has(line)) missing.push(`${file}:${line} goto ${label}, site ${site.id}`);
      }
    }
  }
  context.diagnostic(`${gotos} gotos counted`);
  assert.ok(gotos > 1000);
  assert.deepEqual(missing, []);
});

interface Body {
  /** Lines, from 1. */
  readonly first: number;
  readonly last: number;
  readonly lines: readonly string[];
}

/** What stands between braces in the first column. */
function bodiesIn(lines: readonly string[]): readonly Body[] {
  const bodies: Body[] = [];
  let first = 0;
  lines.forEach((line, index) => {
    if (line.startsWith('{')) first = index + 1;
    if (!line.startsWith('}') || first === 0) return;
    bodies.push({ first, last: index + 1, lines: lines.slice(first - 1, index + 1) });
    first = 0;
  });
  return bodies;
}

/** The label that a line directly follows: nothing between them but plain statements and what is above them. */
function labelAbove(body: Body | undefined, line: number): string | undefined {
  if (body === undefined) return undefined;
  for (let at = line - body.first; at >= 0; at--) {
    const text = body.lines[at] ?? '';
    const label = /^\s*(\w+):(?!:)/.exec(text)?.[1];
    if (label !== undefined && label !== 'default' && !/^\s*case\b/.test(text)) return label;
    if (/[{}]|^\s*#|\b(?:if|else|for|while|do|switch|case|default|return|goto|break|continue)\b/.test(text))
      return undefined;
  }
  return undefined;
}

function gotosTo({ first, lines }: Body, label: string): readonly number[] {
  return lines.flatMap((text, index) => (new RegExp(`\\bgoto\\s+${label}\\s*;`).test(text) ? [first + index] : []));
}
