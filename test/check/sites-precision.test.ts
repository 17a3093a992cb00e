/**
 * Five random samples of 200 sites of net/ in four trees, each judged by reading the source (sites-sample-N.tsv:
 * verdict, kind, tree, file and id, why it is wrong). Prints the share that was right when judged, and how many of the
 * wrong ones are told otherwise by now; a site that was judged right must still be told. A tree of another patch level
 * may lack some. Run by hand:
 *   node test/unit.mjs --suite check sites-precision
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { SiteKind } from '../../src/core/model.ts';
import { findSites } from '../../src/core/paths/sites.ts';
import { summariesOf } from '../../src/core/paths/summaries.ts';
import { sharedWrappers } from '../../src/core/paths/wrappers.ts';
import { readKnowledge } from '../../src/core/tree/knowledge.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { testParser } from '../lab/parser.ts';
import { treeNames, treePath } from '../lab/trees.ts';
import { sourceFiles } from '../trees/normalise-sweep.ts';

/** From the fourth on, a way that is told wrongly counts as much as a site. */
const samples = [1, 2, 3, 4, 5];

interface Judged {
  readonly sample: number;
  readonly isRight: boolean;
  readonly kind: string;
  /** `net/ipv4/tcp_ipv4.c tcp_v4_rcv/discard_it/1`. */
  readonly key: string;
}

for (const name of treeNames) {
  const tree = treePath(name);
  const skip = tree === undefined ? `no ${name} tree: set KERNLENS_TREES or run node test/lab/fetch.mjs` : false;
  test(`judged sites of net/ in ${name}`, { skip }, async (context) => {
    const judged = samples.flatMap((sample) => judgedIn(sample, name));
    const kinds = await kindsIn(tree ?? '');
    for (const sample of samples) {
      const rows = judged.filter((row) => row.sample === sample);
      const wrong = rows.filter(({ isRight }) => !isRight);
      const mended = wrong.filter(({ key, kind }) => kinds.get(key) !== kind);
      context.diagnostic(
        `${name}: sample ${sample}: ${rows.length - wrong.length} of ${rows.length} right when judged, ${mended.length} of the others mended`,
      );
    }
    const lost = judged.filter(({ isRight, key }) => isRight && !kinds.has(key)).map(({ key }) => key);
    assert.ok(judged.length > 100);
    assert.deepEqual(lost, []);
  });
}

function judgedIn(sample: number, tree: string): readonly Judged[] {
  const text = readFileSync(path.join(process.cwd(), `test/check/sites-sample-${sample}.tsv`), 'utf8');
  return text.split('\n').flatMap((line) => {
    const [verdict, kind = '', key = ''] = line.split('\t');
    if (!key.startsWith(`${tree} `)) return [];
    return [{ sample, isRight: verdict === 'right', kind, key: key.slice(tree.length + 1) }];
  });
}

async function kindsIn(tree: string): Promise<ReadonlyMap<string, SiteKind>> {
  const parser = await testParser();
  const { value: knowledge } = await readKnowledge(treeFilesOnDisk(tree));
  const read = (file: string): ReturnType<typeof parser.facts> =>
    parser.facts(readFileSync(path.join(tree, file), 'utf8'));
  const headers = ['include/linux/skbuff.h', 'include/linux/netdevice.h', 'include/linux/netfilter.h'];
  const files = [...sourceFiles(tree, ['net', 'include/net']), ...headers];
  const wrappers = sharedWrappers(files.flatMap((file) => summariesOf(read(file), file)));
  const sites = sourceFiles(tree, ['net']).flatMap(
    (file) => findSites({ file, facts: read(file), knowledge, wrappers }).sites,
  );
  return new Map(sites.map(({ file, id, kind }) => [`${file} ${id}`, kind]));
}
