/**
 * Every site of net/ in every tree against an independent search (drop-search.ts): what the search finds and the
 * program does not is an error, unless it is explained here. Run by hand:
 *   node test/unit.mjs --suite check sites-recall
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Path, Site } from '../../src/core/model.ts';
import { findSites } from '../../src/core/paths/sites.ts';
import { readKnowledge } from '../../src/core/tree/knowledge.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { testParser } from '../lab/parser.ts';
import { treeNames, treePath } from '../lab/trees.ts';
import { wrappersIn } from '../lab/wrappers.ts';
import { sourceFiles } from '../trees/normalise-sweep.ts';
import { dropNames, type Found, search } from './drop-search.ts';

const needed: ReadonlySet<Found['family']> = new Set(['drop', 'reset', 'argument', 'assignment', 'return']);

/** By function and name: why the search finds something there that is no site. */
const explained: Readonly<Record<string, string>> = {
  'tcp_data_queue SKB_DROP_REASON_NOT_SPECIFIED': 'replaced on every way before the packet is dropped',
  'tcp_rcv_established SKB_DROP_REASON_NOT_SPECIFIED': 'replaced on every way before the packet is dropped',
  'br_handle_frame SKB_DROP_REASON_NOT_SPECIFIED': 'replaced on every way before the packet is dropped',
  'udp_queue_rcv_one_skb SKB_DROP_REASON_NOT_SPECIFIED': 'replaced on every way before the packet is dropped',
  'udpv6_queue_rcv_one_skb SKB_DROP_REASON_NOT_SPECIFIED': 'replaced on every way before the packet is dropped',
  'net_dm_packet_report_fill SKB_DROP_REASON_NOT_SPECIFIED': 'a report of drops, printed',
  'sk_rst_convert_mptcp_reason SK_RST_REASON_*': 'one word for another; nothing is sent there',
  'mptcp_get_rst_reason SK_RST_REASON_*': 'one word for another; nothing is sent there',
};

for (const name of treeNames) {
  const tree = treePath(name);
  const skip = tree === undefined ? `no ${name} tree: set KERNLENS_TREES or run node test/lab/fetch.mjs` : false;
  test(`sites of net/ in ${name}`, { skip }, async (context) => {
    const { tally, missed, used } = await compare(tree ?? '');
    for (const [family, [told, all]] of tally) context.diagnostic(`${name}: ${family} ${told} of ${all}`);
    for (const reason of used) context.diagnostic(`${name}: explained: ${reason}`);
    assert.ok(tally.size > 1);
    assert.deepEqual(missed, []);
  });
}

interface Compared {
  readonly tally: ReadonlyMap<string, readonly [told: number, all: number]>;
  readonly missed: readonly string[];
  /** The explanations that were needed. */
  readonly used: ReadonlySet<string>;
}

async function compare(tree: string): Promise<Compared> {
  const sitesOf = await sitesIn(tree);
  const names = dropNames(tree);
  const tally = new Map<string, [number, number]>();
  const missed: string[] = [];
  const used = new Set<string>();
  for (const file of sourceFiles(tree, ['net'])) {
    const found = search(file, readFileSync(path.join(tree, file), 'utf8'), names).filter(({ family }) =>
      needed.has(family),
    );
    if (found.length === 0) continue;
    const sites = sitesOf(file);
    for (const one of found) {
      const count = tally.get(one.family) ?? [0, 0];
      tally.set(one.family, count);
      count[1]++;
      const key = explanationOf(one);
      if (isTold(one, sites)) count[0]++;
      else if (key !== undefined) used.add(`${key}: ${explained[key]}`);
      else missed.push(`${one.file}:${one.line} ${one.function}, ${one.family}: ${one.text}`);
    }
  }
  return { tally, missed, used };
}

function explanationOf({ function: name, name: word }: Found): string | undefined {
  const keys = [`${name} ${word}`, `${name} ${word.replace(/_REASON_.*/, '_REASON_*')}`];
  return keys.find((key) => key in explained);
}

interface Told extends Site {
  readonly ways: readonly Path[];
}

async function sitesIn(tree: string): Promise<(file: string) => readonly Told[]> {
  const parser = await testParser();
  const { value: knowledge } = await readKnowledge(treeFilesOnDisk(tree));
  const read = (file: string): ReturnType<typeof parser.facts> =>
    parser.facts(readFileSync(path.join(tree, file), 'utf8'));
  const wrappers = await wrappersIn(tree, sourceFiles(tree, ['net', 'include/net', 'include/linux']));
  return (file) => {
    const { sites, paths } = findSites({ file, facts: read(file), knowledge, wrappers });
    return sites.map((site) => ({ ...site, ways: paths[site.id] ?? [] }));
  };
}

/** A call is told by a site at its line; a reason by a site at its line, or, assigned, by a way of its function. */
function isTold(found: Found, sites: readonly Told[]): boolean {
  const here = sites.filter((site) => site.line <= found.line && found.line <= site.line + 5);
  switch (found.family) {
    case 'drop':
    case 'reset':
      return here.some(({ callee, line }) => callee === found.name && found.line <= line + 1);
    case 'argument':
    case 'return':
      return here.some((site) => reasonsOf(site).has(found.name));
    default:
      return sites.some((site) => site.function === found.function && reasonsOf(site).has(found.name));
  }
}

function reasonsOf({ reasons, rstReasons, ways }: Told): ReadonlySet<string> {
  const onWays = ways.flatMap((way) => [...(way.reasons ?? []), ...(way.reason === undefined ? [] : [way.reason])]);
  return new Set([...reasons, ...rstReasons, ...onWays]);
}
