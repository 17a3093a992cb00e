import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { IncidentReport } from '../../src/core/engine.ts';
import type { Decoded, Lens, Path, Site } from '../../src/core/model.ts';
import { builtInPacks } from '../../src/packs/index.ts';
import { runCli } from '../lab/cli.ts';
import { type TreeName, treeNames, treePath } from '../lab/trees.ts';

const file = 'net/ipv4/tcp_ipv4.c';
const tree = treePath('6.1');
const missing = (name: TreeName): string | false =>
  treePath(name) === undefined ? `the ${name} tree is not in the cache: run node test/lab/fetch.mjs trees` : false;
const skip = missing('6.1');

for (const name of treeNames) {
  const root = treePath(name);
  test(`sites of ${name} name the labels of tcp_v4_rcv, each with its paths`, { skip: missing(name) }, () => {
    const { status, out } = runCli(['sites', '--tree', root ?? '', '--json', file]);
    assert.equal(status, 0);
    const sites = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Site);
    const labels = ['no_tcp_socket', 'csum_error', 'bad_packet', 'discard_it'];
    const kinds = labels.map(
      (label) => sites.find((site) => site.function === 'tcp_v4_rcv' && site.label === label)?.kind,
    );
    assert.deepEqual(kinds, ['reset', 'count', 'count', 'drop']);
    const text = readFileSync(path.join(root ?? '', file), 'utf8').split('\n');
    for (const site of sites) {
      assert.ok(site.paths > 0, `${site.id} has paths`);
      if (site.callee !== undefined)
        assert.ok(text[site.line - 1]?.includes(site.callee), `${site.id} stands at its line`);
      if (site.label !== undefined) assert.ok(text[(site.labelLine ?? 0) - 1]?.includes(`${site.label}:`), site.id);
    }
  });

  test(`every incident of ${name} has a status, and evidence unless it is absent`, { skip: missing(name) }, () => {
    const run = runCli(['incidents', '--tree', root ?? '', '--json']);
    assert.equal(run.status, 0);
    const reports = JSON.parse(run.out) as IncidentReport[];
    const known = builtInPacks().flatMap((pack) => pack.incidents.map(({ id }) => id));
    assert.deepEqual(reports.map(({ id }) => id).toSorted(), known.toSorted());
    for (const { id, status, evidence } of reports) assert.equal(evidence.length > 0, status !== 'absent', id);
  });
}

/** The five classic paths: where the lens of each stands, by the text of its line. */
const lensLines: readonly (readonly [file: string, incident: string, line: RegExp])[] = [
  ['net/ipv4/tcp_ipv4.c', 'tcp-no-socket-rst', /^no_tcp_socket:/],
  ['net/ipv6/tcp_ipv6.c', 'tcp-no-socket-rst', /^no_tcp_socket:/],
  ['net/ipv4/tcp_input.c', 'tcp-tw-recycle-paws-passive', /^drop_and_release:/],
  ['net/netfilter/nf_conntrack_proto_tcp.c', 'ct-out-of-window-invalid-no-nat-rst', /\btcp_in_window\(/],
  ['net/ipv4/inet_hashtables.c', 'reuseport-phash-unstable-rst', /\breuseport_select_sock\(/],
  ['net/netfilter/ipvs/ip_vs_xmit.c', 'ipvs-dest-dst-garbage-saddr', /\bip_vs_dest_dst_alloc\(/],
];

for (const name of treeNames)
  test(`each classic path of ${name} has its lens and both probes`, { skip: missing(name) }, () => {
    const root = treePath(name) ?? '';
    for (const [where, incident, wanted] of lensLines) {
      const { out } = runCli(['lenses', '--tree', root, '--json', '--density', 'incidents', where]);
      const lenses = JSON.parse(out) as Lens[];
      const line =
        lenses.find(({ kind, title }) => kind === 'incident' && title.startsWith(`${incident}: `))?.line ?? 0;
      const text = readFileSync(path.join(root, where), 'utf8').split('\n')[line - 1] ?? '';
      assert.match(text, wanted, `${where}: ${incident}`);
      assert.equal(lenses.filter((lens) => lens.line === line && lens.kind === 'probe').length, 2, where);
      assert.equal(lenses.filter((lens) => lens.line === line && lens.kind === 'ways').length, 1, where);
    }
  });

test('paths to no_tcp_socket start at its goto and say what must be true', { skip }, () => {
  const text = readFileSync(path.join(tree ?? '', file), 'utf8').split('\n');
  const line = text.findIndex((each) => each.startsWith('no_tcp_socket:')) + 1;
  const { out } = runCli(['paths', '--tree', tree ?? '', '--json', `${file}:${line}`]);
  const [only, ...others] = JSON.parse(out) as Path[];
  assert.equal(others.length, 0);
  assert.equal(text[(only?.entry.line ?? 0) - 1]?.trim(), 'goto no_tcp_socket;');
  assert.equal(only?.reason, 'SKB_DROP_REASON_NO_SOCKET');
  const guards = only?.guards.slice(-3).map(({ text: guard, holds }) => `${guard} is ${holds}`);
  assert.deepEqual(guards, [
    '!sk is true',
    '!xfrm4_policy_check(NULL, XFRM_POLICY_IN, skb) is false',
    'tcp_checksum_complete(skb) is false',
  ]);
});

test('a call through a field is a site by what the tree puts into it, and says so', { skip }, () => {
  const neighbour = 'net/core/neighbour.c';
  const text = readFileSync(path.join(tree ?? '', neighbour), 'utf8').split('\n');
  const line = text.findIndex((each) => each.includes('->error_report(')) + 1;
  const { out } = runCli(['paths', '--tree', tree ?? '', `${neighbour}:${line}`]);
  assert.match(out, /:\d+ {2}dropped\n/);
  assert.match(
    out,
    /error_report always ends in kfree_skb, kfree_skb_reason: .*arp_error_report \(net\/ipv4\/arp\.c\)/,
  );
});

test('lenses stand at no_tcp_socket with a title, the ways and both probes', { skip }, () => {
  const lenses = JSON.parse(runCli(['lenses', '--tree', tree ?? '', '--json', file]).out) as Lens[];
  const text = readFileSync(path.join(tree ?? '', file), 'utf8').split('\n');
  const line = text.findIndex((each) => each.startsWith('no_tcp_socket:')) + 1;
  const kinds = lenses.filter((lens) => lens.line === line).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['reset', 'ways', 'incident', 'probe', 'probe']);
});

test(
  'a trace without a vmlinux goes to the calls that the source allows, else to the function, and says so',
  { skip },
  () => {
    const pasted = '@[\n    tcp_v4_send_reset+1\n    tcp_v4_rcv+2459\n]: 1\n';
    const { out, err } = runCli(
      ['decode', '--tree', tree ?? '', '--vmlinux', '/does/not/exist', '--json', '-'],
      pasted,
    );
    const decoded = JSON.parse(out) as Decoded;
    const frames = decoded.sections.flatMap((section) => section.frames);
    assert.deepEqual(
      frames.map((frame) => [frame.function, frame.certainty, (frame.locations[0] ?? frame.candidates?.[0])?.file]),
      [
        ['tcp_v4_send_reset', 'definition', file],
        ['tcp_v4_rcv', 'inferred', file],
      ],
    );
    const source = readFileSync(path.join(tree ?? '', file), 'utf8').split('\n');
    const candidates = frames[1]?.candidates ?? [];
    assert.ok(candidates.length > 1);
    for (const { line } of candidates) assert.match(source[line - 1] ?? '', /tcp_v4_send_reset\(|tcp_v4_do_rcv\(/);
    assert.match(err, /^kernlens: .+: .+/m);
  },
);

test('every bad input is one sentence with the next step, and the right exit status', { skip }, () => {
  const root = tree ?? '';
  const scratch = mkdtempSync(path.join(tmpdir(), 'kernlens-bad-'));
  after(() => rmSync(scratch, { recursive: true, force: true }));
  writeFileSync(path.join(scratch, 'no-frames.txt'), 'hello\nworld\n');
  writeFileSync(path.join(scratch, 'not-elf'), 'text');
  for (const folder of ['include/linux', 'net']) mkdirSync(path.join(scratch, 'tree', folder), { recursive: true });
  for (const name of ['Makefile', 'Kbuild'])
    writeFileSync(path.join(scratch, 'tree', name), 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n');
  writeFileSync(path.join(scratch, 'tree', 'net', 'table.h'), '#define A_REGISTER_OF_MANY 0x0001\n'.repeat(160_000));
  const cases: readonly (readonly [readonly string[], string, number, RegExp])[] = [
    [['sites', '--tree', scratch], '', 1, /is not a Linux tree \(missing: Makefile, .*: open or name the folder/],
    [['sites', '--tree', root, 'net/ipv4/Makefile'], '', 1, /net\/ipv4\/Makefile is not a C file: name a/],
    [['sites', '--tree', root, 'net/nowhere.c'], '', 1, /net\/nowhere\.c is not in this tree: give a path/],
    [
      ['sites', '--tree', path.join(scratch, 'tree'), 'net/table.h'],
      '',
      1,
      /net\/table\.h holds 5\.4 MB, over the limit of 2\.0 MB: /,
    ],
    [['paths', '--tree', root, `${file}:1`], '', 1, /tcp_ipv4\.c:1 is outside every function: name a line/],
    [['paths', '--tree', root, `${file}:99999`], '', 1, /has \d+ lines, not 99999: name a line/],
    [['paths', '--tree', root, file], '', 2, /one FILE:LINE is needed: usage is/],
    [['incidents', '--tree', root, 'no-such-incident'], '', 1, /no incident is called no-such-incident: known are/],
    [['decode', '--tree', root, '-'], '', 1, /there is no text to decode: copy a kernel stack trace first/],
    [
      ['decode', '--tree', root, path.join(scratch, 'no-frames.txt')],
      '',
      1,
      /no stack frame was found in 2 lines: a frame looks like/,
    ],
    [
      ['decode', '--tree', root, '/nowhere/trace'],
      '',
      1,
      /\/nowhere\/trace can not be read \(ENOENT\): name a text file/,
    ],
    [
      ['decode', '--tree', root, '--vmlinux', path.join(scratch, 'not-elf'), '-'],
      'tcp_v4_rcv+0x99b/0xee0',
      0,
      /not-elf can not be read: .+: name an ELF/,
    ],
    [
      ['probe', '--tree', root, '--tool', 'bpftrace', 'no_such_function_here'],
      '',
      1,
      /no function no_such_function_here .+: check the name/,
    ],
    [['probe', '--tree', root, '--tool', 'bpftrace', 'incident:nothing'], '', 1, /no incident is called nothing: /],
    [['probe', '--tree', root, '--tool', 'hammer', 'tcp_v4_rcv'], '', 2, /--tool is one of bpftrace, stap/],
    [['nothing'], '', 2, /there is no command nothing: run kernlens --help/],
    [['tree', '--bogus'], '', 2, /Unknown option '--bogus': usage is/],
  ];
  for (const [words, input, wanted, sentence] of cases) {
    const { status, err } = runCli(words, input);
    assert.equal(status, wanted, `${words.join(' ')}: ${err}`);
    assert.match(err, sentence);
    assert.doesNotMatch(err, /\n\s+at /, 'no stack of ours');
  }
});
