/**
 * The reason on each path of net/ in 6.12 and 7.x against an independent evaluation (reason-walk.ts), wherever one of
 * the two says it is one literal. Run by hand:
 *   node test/unit.mjs --suite check sites-reasons
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Path, Site } from '../../src/core/model.ts';
import { findSites } from '../../src/core/paths/sites.ts';
import { summariesOf } from '../../src/core/paths/summaries.ts';
import { sharedWrappers } from '../../src/core/paths/wrappers.ts';
import { readKnowledge } from '../../src/core/tree/knowledge.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { testParser } from '../lab/parser.ts';
import { treePath } from '../lab/trees.ts';
import { sourceFiles } from '../trees/normalise-sweep.ts';
import { stripped } from './drop-search.ts';
import { reasonsAt } from './reason-walk.ts';

for (const name of ['6.12', '7.x'] as const) {
  const tree = treePath(name);
  const skip = tree === undefined ? `no ${name} tree: set KERNLENS_TREES or run node test/lab/fetch.mjs` : false;
  test(`reasons on the paths of net/ in ${name}`, { skip }, async (context) => {
    const { same, byVariable, different } = await compare(tree ?? '');
    context.diagnostic(`${name}: ${same} paths with one literal, the same in both; ${byVariable} through a variable`);
    assert.ok(byVariable > 200);
    assert.deepEqual(different, []);
  });
}

interface Compared {
  same: number;
  /** Of these, the reason does not stand where the packet is lost. */
  byVariable: number;
  readonly different: string[];
}

const isLiteral = (text: string | undefined): boolean => text !== undefined && /^[A-Z][A-Z0-9_]{4,}$/.test(text);

async function compare(tree: string): Promise<Compared> {
  const parser = await testParser();
  const { value: knowledge } = await readKnowledge(treeFilesOnDisk(tree));
  const read = (file: string): string => readFileSync(path.join(tree, file), 'utf8');
  const headers = ['include/linux/skbuff.h', 'include/linux/netdevice.h', 'include/linux/netfilter.h'];
  const files = [...sourceFiles(tree, ['net', 'include/net']), ...headers];
  const wrappers = sharedWrappers(files.flatMap((file) => summariesOf(parser.facts(read(file)), file)));
  const compared: Compared = { same: 0, byVariable: 0, different: [] };
  for (const file of sourceFiles(tree, ['net'])) {
    const text = read(file);
    const { sites, paths } = findSites({ file, facts: parser.facts(text), knowledge, wrappers });
    const lines = sites.length === 0 ? [] : stripped(text).split('\n');
    const byId = new Map(sites.map((site) => [site.id, site]));
    for (const site of sites) compareSite(site, lostAt(site, byId), { paths: paths[site.id] ?? [], lines, compared });
  }
  return compared;
}

/** A label tells of the packet that is lost where it leads to. */
function lostAt(site: Site, byId: ReadonlyMap<string, Site>): Site {
  const next = site.why.startsWith('label') ? byId.get(site.leadsTo ?? '') : undefined;
  return next === undefined ? site : lostAt(next, byId);
}

interface Context {
  readonly paths: readonly Path[];
  readonly lines: readonly string[];
  readonly compared: Compared;
}

function compareSite(site: Site, lost: Site, { paths, lines, compared }: Context): void {
  const found = reasonsAt(
    lines,
    paths.map(({ entry }) => entry),
    lost,
  );
  paths.forEach(({ entry, reason, reasons }, at) => {
    const evaluated = [...(found[at] ?? [])].sort();
    const [only] = evaluated;
    if (!isLiteral(reason) && !(evaluated.length === 1 && isLiteral(only))) return;
    if (evaluated.length === 1 && reason !== undefined && only === reason) {
      compared.same++;
      const text = lines.slice(lost.line - 1, lost.line + 2).join(' ');
      if (!text.includes(reason.replace('SKB_DROP_REASON_', ''))) compared.byVariable++;
    } else {
      const said = reason ?? reasons?.join(', ') ?? 'none';
      compared.different.push(
        `${site.file}:${site.line} ${site.id} (${site.why}), ${entry.line} ${entry.text}: ${said}; evaluated: ${evaluated.join(', ') || 'none'}`,
      );
    }
  });
}
