/**
 * Sites and their paths in small C files, drawn below the lines they speak of. After a change that is meant,
 * KERNLENS_UPDATE=1 draws them anew; the difference is then read line by line.
 *
 *   //      ^ drop release/drop/1 call:kfree_skb
 *   //        goto drop [+ a(skb), ~ b(skb)]
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { line1 } from '../../src/core/base/position.ts';
import type { Guard, Path, Site } from '../../src/core/model.ts';
import { findSites, type FileSites } from '../../src/core/paths/sites.ts';
import type { TreeKnowledge } from '../../src/core/tree/knowledge.ts';
import { factsOf } from '../lab/parser.ts';

const folder = path.join(process.cwd(), 'test/fixtures/paths');

for (const name of readdirSync(folder).filter((file) => file.endsWith('.c'))) {
  test(`sites and paths of ${name}`, () => check(path.join(folder, name)));
}

async function check(file: string): Promise<void> {
  const drawn = readFileSync(file, 'utf8');
  const lines = drawn.split('\n').filter((line) => !line.startsWith('//'));
  const facts = await factsOf(lines.join('\n'));
  assert.deepEqual(facts.unparsed, []);
  const actual = draw(lines, findSites({ file: 'net/ipv4/fixture.c', facts, knowledge }));
  if (process.env['KERNLENS_UPDATE'] === '1') writeFileSync(file, actual);
  else assert.equal(actual, drawn);
}

function draw(lines: readonly string[], { sites, paths }: FileSites): string {
  return lines
    .flatMap((text, index) => {
      const here = sites.filter(({ line }) => line === index + 1);
      return [text, ...here.flatMap((site) => drawSite(text, site, paths[site.id] ?? []))];
    })
    .join('\n');
}

function drawSite(text: string, site: Site, paths: readonly Path[]): readonly string[] {
  assert.equal(site.paths, paths.length);
  // The caret stands below the site where tabs are eight columns wide.
  const characters = text.slice(0, site.column - 1).split('');
  const before = characters.reduce((at, c) => (c === '\t' ? at + 8 - (at % 8) : at + 1), 0);
  const indent = `//${' '.repeat(Math.max(before - 2, 1))}`;
  const facts = [
    site.kind,
    site.id,
    site.why,
    ...list('reasons', site.reasons),
    ...list('rst', site.rstReasons),
    ...list(
      'counters',
      site.counters.map(({ nstat }) => nstat),
    ),
    ...list(
      'sysctls',
      site.sysctls.map((sysctl) => sysctl.name),
    ),
    ...(site.leadsTo === undefined ? [] : [`-> ${site.leadsTo}`]),
  ];
  return [`${indent}^ ${facts.join(' ')}`, ...paths.map((way) => `${indent}  ${drawPath(way)}`)];
}

function drawPath({ entry, guards, reason, reasons, counters, used, preprocessor }: Path): string {
  const told = [
    ...list('reason', reason === undefined ? (reasons ?? []) : [reason]),
    ...list(
      'counted',
      (counters ?? []).map(({ nstat }) => nstat),
    ),
    ...(used === true ? ['used'] : []),
    ...list('#if', preprocessor ?? []),
  ];
  const text = entry.kind === 'goto' ? entry.text : `${entry.kind} ${entry.text}`;
  return [text, `[${guards.map(drawGuard).join(', ')}]`, ...told].join(' ');
}

function drawGuard({ text, holds, early, preprocessor }: Guard): string {
  const sign = early === true ? (holds ? '~+' : '~') : holds ? '+' : '-';
  return `${sign} ${text}${preprocessor === undefined ? '' : ` {${preprocessor.join(', ')}}`}`;
}

const list = (name: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : [`${name}=${items.join('|')}`];

const counter = (nstat: string) => ({ nstat, group: '', file: 'net/ipv4/proc.c', line: line1(1), others: [] });

const knowledge: Pick<TreeKnowledge, 'counters' | 'dropReasons' | 'rstReasons' | 'sysctls'> = {
  counters: new Map(
    Object.entries({
      TCP_MIB_INSEGS: 'TcpInSegs',
      TCP_MIB_INERRS: 'TcpInErrs',
      TCP_MIB_CSUMERRORS: 'TcpInCsumErrors',
      LINUX_MIB_LISTENDROPS: 'TcpExtListenDrops',
      LINUX_MIB_LISTENOVERFLOWS: 'TcpExtListenOverflows',
      LINUX_MIB_TCPMINTTLDROP: 'TcpExtTCPMinTTLDrop',
      LINUX_MIB_SYNCOOKIESSENT: 'TcpExtSyncookiesSent',
      LINUX_MIB_PAWSESTABREJECTED: 'TcpExtPAWSEstab',
      IPSTATS_MIB_INDISCARDS: 'IpInDiscards',
      IPSTATS_MIB_INHDRERRORS: 'IpInHdrErrors',
    }).map(([mib, nstat]) => [mib, counter(nstat)]),
  ),
  // As net/mac80211/drop.h counts: two of the words say that nothing was dropped.
  dropReasons: new Map(
    Object.entries({
      SKB_NOT_DROPPED_YET: 0,
      SKB_CONSUMED: 1,
      RX_CONTINUE: 1,
      RX_QUEUED: 0,
      RX_DROP_U_RUNT: 65536,
    }).map(([name, number]) => [
      name,
      { name, number, doc: '', file: 'include/net/dropreason-core.h', line: line1(1) },
    ]),
  ),
  rstReasons: new Map(),
  sysctls: new Map([
    [
      'sysctl_tcp_syncookies',
      [
        {
          name: 'net.ipv4.tcp_syncookies',
          data: '&init_net.ipv4.sysctl_tcp_syncookies',
          file: 'net/ipv4/sysctl_net_ipv4.c',
          line: line1(1),
        },
      ],
    ],
    [
      'tcp_be_liberal',
      [
        {
          name: 'net.netfilter.nf_conntrack_tcp_be_liberal',
          data: '&tn->tcp_be_liberal',
          file: 'net/ipv4/table.c',
          line: line1(1),
        },
      ],
    ],
  ]),
};
