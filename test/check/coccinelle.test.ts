/**
 * The calls that coccinelle finds in 6.1, with its own parser, are all sites. Needs spatch (Debian: coccinelle). Run by hand:
 *   node test/unit.mjs --suite check coccinelle
 * KERNLENS_SWEEP names the folder: net takes three minutes, net/ipv4 ten seconds.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findSites } from '../../src/core/paths/sites.ts';
import { testParser } from '../lab/parser.ts';
import { treePath } from '../lab/trees.ts';

const tree = treePath('6.1');
const folder = process.env['KERNLENS_SWEEP'] ?? 'net/ipv4';
const rules = path.join(process.cwd(), 'test/check/drops.cocci');

test(`every call that coccinelle finds in ${folder} is a site`, { skip: reasonToSkip() }, async (context) => {
  const found = callsFound();
  context.diagnostic(`${found.length} calls`);
  assert.ok(found.length > 10);
  const missed: string[] = [];
  for (const file of new Set(found.map((call) => call.file))) {
    const lines = await siteLines(file);
    for (const call of found) {
      const isTold = lines.has(`${call.name}:${call.line}`) || lines.has(`${call.name}:${call.line - 1}`);
      if (call.file === file && !isTold) missed.push(`${file}:${call.line} ${call.name}`);
    }
  }
  assert.deepEqual(missed, []);
});

function reasonToSkip(): string | false {
  if (tree === undefined) return 'no 6.1 tree: set KERNLENS_TREES or run node test/lab/fetch.mjs';
  return spawnSync('spatch', ['--version']).status === 0 ? false : 'spatch is not installed: apt install coccinelle';
}

interface CallFound {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/** spatch prints a difference; what it would take away is what it found. */
function callsFound(): readonly CallFound[] {
  const options = ['--very-quiet', '--no-includes', '--include-headers', '--sp-file', rules, '--dir', folder];
  const { stdout } = spawnSync('spatch', options, { cwd: tree, encoding: 'utf8', maxBuffer: 1 << 28 });
  const found: CallFound[] = [];
  let file = '';
  let line = 0;
  for (const text of stdout.split('\n')) {
    if (text.startsWith('--- ')) file = text.slice(4).split('\t', 1).join('').replace(/^\.\//, '');
    else if (text.startsWith('@@')) line = Number(/-(\d+)/.exec(text)?.[1]);
    else if (text.startsWith('-')) {
      const name = /\b((?:dev_)?kfree_skb\w*|sk_skb_reason_drop|\w*send_(?:active_)?reset6?)\s*\(/.exec(text)?.[1];
      // A tracepoint has the name of what it tells of.
      if (name !== undefined && !name.startsWith('trace_')) found.push({ file, line, name });
      line++;
    } else if (text.startsWith(' ')) line++;
  }
  return found;
}

/** `kfree_skb:123` for each call that is a site, told without the tree's names. */
async function siteLines(file: string): Promise<ReadonlySet<string>> {
  const parser = await testParser();
  const facts = parser.facts(readFileSync(path.join(tree ?? '', file), 'utf8'));
  const none = { counters: new Map(), dropReasons: new Map(), rstReasons: new Map(), sysctls: new Map() };
  const { sites } = findSites({ file, facts, knowledge: none });
  return new Set(sites.map(({ callee, line }) => `${callee ?? ''}:${line}`));
}
