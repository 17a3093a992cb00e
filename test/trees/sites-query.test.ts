/** Both ways and tree to tree, through the command line: from a name to its sites, and what changed between two trees. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Site } from '../../src/core/model.ts';
import type { SiteChange } from '../../src/core/paths/compare-sites.ts';
import { runCli } from '../lab/cli.ts';
import { treeNames, treePath } from '../lab/trees.ts';

const missing = (name: string): string => `the ${name} tree is not in the cache: run node test/lab/fetch.mjs trees`;
const valuesOf = (out: string): readonly unknown[] =>
  out
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

const sitesOf = (out: string): readonly Site[] => valuesOf(out) as readonly Site[];
const changesOf = (out: string): readonly SiteChange[] => valuesOf(out) as readonly SiteChange[];

for (const name of treeNames) {
  const root = treePath(name) ?? '';

  test(
    `TcpExtListenDrops in ${name}: sites at every line that counts it, and at no other`,
    {
      skip: root === '' && missing(name),
    },
    () => {
      const folder = 'net/ipv4';
      const names = readdirSync(path.join(root, folder)).filter((file) => file.endsWith('.c') && file !== 'proc.c');
      const counting = names.flatMap((file) =>
        readFileSync(path.join(root, folder, file), 'utf8')
          .split('\n')
          .flatMap((text, index) =>
            /\btcp_listendrop\(|STATS\w*\(.*LINUX_MIB_LISTENDROPS/.test(text) ? [`${folder}/${file}:${index + 1}`] : [],
          ),
      );
      const query = ['--where', 'counter:TcpExtListenDrops'];
      const sites = sitesOf(runCli(['sites', '--tree', root, '--json', ...query, folder]).out);
      const found = sites.flatMap(({ file, counters }) =>
        counters.filter(({ nstat }) => nstat === 'TcpExtListenDrops').map(({ line }) => `${file}:${line}`),
      );
      assert.ok(sites.every(({ counters }) => counters.some(({ mib }) => mib === 'LINUX_MIB_LISTENDROPS')));
      assert.deepEqual([...new Set(found)].sort(), counting.sort());

      const { out, err, status } = runCli(['sites', '--tree', root, ...query, folder]);
      const lines = out.trim().split('\n');
      const files = new Set(sites.map(({ file }) => file)).size;
      assert.deepEqual([status, lines.length], [0, sites.length]);
      assert.equal(err, `${sites.length} sites in ${files} files\n`);
    },
  );
}

const [before, after] = [treePath('6.1') ?? '', treePath('7.x') ?? ''];
const skip = before === '' || after === '' ? missing('6.1 or 7.x') : false;
const file = 'net/ipv4/tcp_ipv4.c';

test('a reason, a sysctl and an incident lead to sites as well', { skip: before === '' && missing('6.1') }, () => {
  for (const [where, functions] of [
    ['reason:NO_SOCKET kind:reset', ['tcp_v4_rcv']],
    // tcp_syn_flood_action counts a full queue as a drop where no cookie is sent.
    ['sysctl:tcp_syncookies', ['tcp_conn_request', 'tcp_syn_flood_action']],
    ['incident:tcp-no-socket-rst', ['tcp_v4_rcv']],
    ['kind:reset function:tcp_v4_send_reset', ['tcp_v4_do_rcv', 'tcp_v4_rcv']],
  ] as const) {
    const words = ['sites', '--tree', before, '--json', '--where', where, file, 'net/ipv4/tcp_input.c'];
    const found = sitesOf(runCli(words).out).map((site) => site.function);
    assert.deepEqual([...new Set(found)].sort(), functions, where);
  }
});

test('what changed in tcp_ipv4.c from 6.1 to 7.x accounts for every site', { skip }, () => {
  const sitesAt = (root: string): readonly Site[] => sitesOf(runCli(['sites', '--tree', root, '--json', file]).out);
  const changes = changesOf(runCli(['sites', '--tree', after, '--against', before, '--json', file]).out);
  const [old, now] = [sitesAt(before), sitesAt(after)];
  const count = (change: SiteChange['change']): number => changes.filter((each) => each.change === change).length;
  assert.ok(count('changed') > 0);
  assert.equal(old.length - count('removed') + count('added'), now.length);
  for (const change of changes) {
    if (change.change === 'changed') assert.ok(change.what.length > 0, change.after.id);
    else {
      const side = change.change === 'added' ? now : old;
      assert.ok(
        side.some(({ id, line }) => id === change.site.id && line === change.site.line),
        change.site.id,
      );
    }
  }
  const timeWait = changes.find((each) => each.change === 'changed' && each.after.label === 'do_time_wait');
  assert.ok(timeWait?.change === 'changed' && timeWait.what.includes('reasons'));
  assert.deepEqual(timeWait.after.rstReasons, ['SK_RST_REASON_TCP_TIMEWAIT_SOCKET']);
});

test('for people each change is a line with what is different below it', { skip }, () => {
  const { out, err, status } = runCli(['sites', '--tree', after, '--against', before, file]);
  assert.equal(status, 0);
  assert.match(
    out,
    /^~ net\/ipv4\/tcp_ipv4\.c:\d+ {2}RST sent: TCP_TIMEWAIT_SOCKET .+\n {4}reason: .+ -> TCP_TIMEWAIT/m,
  );
  assert.match(out, /^ {4}(new|gone): .+ is (true|false)$/m);
  assert.match(err, /^sites: \d+ added, \d+ removed, \d+ changed in 1 file\n$/);
});

test('a tree against itself has no change, a query chooses among changes', { skip }, () => {
  const same = runCli(['sites', '--tree', before, '--against', before, file]);
  assert.deepEqual(same, { status: 0, out: '', err: 'no site was added, removed or changed\n' });
  const words = ['sites', '--tree', after, '--against', before, '--json', '--where', 'counter:TcpExtListenDrops', file];
  const changes = changesOf(runCli(words).out);
  assert.ok(changes.length > 0);
  assert.match(JSON.stringify(changes[0]), /TcpExtListenDrops/);
});

for (const [words, wanted, sentence] of [
  [['--where', 'colour:red'], 2, /sites have no colour: look for kind: function:/],
  [['--where', 'kind:drops'], 2, /no kind of site is called drops: kinds are drop, reset/],
  [['--where', 'counter:'], 2, /nothing stands behind counter:: write/],
  [['--where', 'counter:NoSuchCounter', file], 1, /no site of .+tcp_ipv4\.c is counter:NoSuchCounter: check the names/],
  [['--against', '/nowhere', file], 1, /\/nowhere is not a Linux tree/],
  [['--against', before, 'net/nowhere.c'], 1, /net\/nowhere\.c is not in this tree: give a path/],
] as const)
  test(`sites ${words.map((word) => path.basename(word)).join(' ')} is one sentence`, { skip }, () => {
    const { status, out, err } = runCli(['sites', '--tree', after, ...words]);
    assert.deepEqual([status, out], [wanted, '']);
    assert.match(err, sentence);
    assert.equal(err.trim().split('\n').length, 1);
  });
