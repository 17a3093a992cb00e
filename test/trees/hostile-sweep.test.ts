/** Files that break parsers, among others: a sweep ends, tells of each in a sentence, and finds what the others hold. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Site } from '../../src/core/model.ts';
import { sweepTree } from '../../src/host/sweep-tree.ts';
import { runCli } from '../lab/cli.ts';
import { treePath } from '../lab/trees.ts';

const drop = (body: string): string => `void f(struct sk_buff *skb)\n{\n${body}\n\tkfree_skb(skb);\n}\n`;
const deep = 100_000;

/** The same bytes each time: a generator of small numbers (Park and Miller). */
function bytes(count: number): Uint8Array {
  let state = 42;
  return Uint8Array.from({ length: count }, () => (state = (state * 48271) % 2147483647) & 255);
}

const files: Readonly<Record<string, string | Uint8Array>> = {
  'arbitrary.c': bytes(300_000),
  'blocks.c': drop(`${'{'.repeat(deep)}${'}'.repeat(deep)}`),
  'defines.h': Array.from(
    { length: 420_000 },
    (_, n) => `#define REGISTER_${n} (kfree_skb, 0x${n.toString(16)})\n`,
  ).join(''),
  'ifs.c': drop(`${'if (a) '.repeat(deep)};`),
  'parentheses.c': drop(`x = ${'('.repeat(deep)}1${')'.repeat(deep)};`),
  'unclosed.c': `${drop('')}void g(struct sk_buff *skb)\n{\n${'if (a) {'.repeat(deep)}kfree_skb(skb);`,
  'z-good.c': drop(''),
};

const root = mkdtempSync(path.join(tmpdir(), 'kernlens-hostile-'));
after(() => rmSync(root, { recursive: true, force: true }));
for (const folder of ['net', 'include/linux']) mkdirSync(path.join(root, folder), { recursive: true });
for (const [name, text] of Object.entries({ Makefile: 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n', Kbuild: '' }))
  writeFileSync(path.join(root, name), text);
for (const [name, content] of Object.entries(files)) writeFileSync(path.join(root, 'net', name), content);
const tree = treePath('6.1');
if (tree !== undefined) cpSync(path.join(tree, 'lib/test_bpf.c'), path.join(root, 'net/test_bpf.c'));

const names = [...Object.keys(files), ...(tree === undefined ? [] : ['test_bpf.c'])].sort();

test('the command line finds the other sites, and says one sentence of a file at most', () => {
  const { status, out, err } = runCli(['sites', '--tree', root, '--json']);
  assert.equal(status, 0, err);
  const sites = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Site);
  for (const file of ['net/unclosed.c', 'net/z-good.c'])
    assert.ok(
      sites.some((site) => site.file === file && site.function === 'f' && site.callee === 'kfree_skb'),
      file,
    );
  const said = err.trim().split('\n');
  for (const name of names) assert.ok(said.filter((line) => line.includes(`net/${name}`)).length <= 2, err);
  assert.match(err, /net\/defines\.h/);
  assert.ok(said.filter((line) => line.includes('restarted')).length <= 1, err);
});

test('in the editor all files are answered, and no more than one worker is started anew', async () => {
  const dist = path.join(process.cwd(), 'dist');
  const log: string[] = [];
  const answered: string[] = [];
  await sweepTree(
    { workerFile: path.join(dist, 'worker.cjs'), assets: dist, log: (line) => log.push(line) },
    { root, paths: ['net'] },
    {
      signal: new AbortController().signal,
      receive: (outcomes) => {
        for (const { value, problems } of outcomes) {
          const [problem] = problems;
          answered.push(value?.file ?? (problem !== undefined && 'file' in problem ? problem.file : ''));
        }
      },
    },
  );
  assert.deepEqual(
    answered,
    names.map((name) => `net/${name}`),
  );
  assert.ok(log.length <= 1, log.join('\n'));
});
