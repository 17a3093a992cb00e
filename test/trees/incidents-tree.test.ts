import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { IncidentReport, Progress, TreeSummary } from '../../src/core/engine.ts';
import type { IncidentChange } from '../../src/core/incidents/compare-reports.ts';
import { startEngineClient } from '../../src/host/engine-client.ts';
import { runCli } from '../lab/cli.ts';
import { treePath } from '../lab/trees.ts';

const tree = treePath('6.1');
const older = treePath('5.10');
const skip = tree === undefined ? 'the 6.1 tree is not in the cache: run node test/lab/fetch.mjs trees' : false;
const skipOlder = older === undefined ? 'the 5.10 tree is not in the cache' : skip;
const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-incidents-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const asked = (root: string, ...words: readonly string[]): readonly IncidentReport[] =>
  JSON.parse(runCli(['incidents', '--tree', root, '--json', ...words]).out) as IncidentReport[];

test('another version in the Makefile changes the release, and no status', { skip }, () => {
  const other = path.join(folder, 'other-version');
  const makefile = readFileSync(path.join(tree ?? '', 'Makefile'), 'utf8');
  const changed = makefile
    .replace(/^VERSION = .*$/m, 'VERSION = 3')
    .replace(/^PATCHLEVEL = .*$/m, 'PATCHLEVEL = 10')
    .replace(/^SUBLEVEL = .*$/m, 'SUBLEVEL = 1');
  linkTree(other, { Makefile: changed });
  const release = (root: string): string =>
    (JSON.parse(runCli(['tree', '--tree', root, '--json']).out) as TreeSummary).release;
  assert.match(release(other), /^3\.10\.1/);
  assert.notEqual(release(tree ?? ''), release(other));
  assert.deepEqual(asked(other), asked(tree ?? ''));
});

test('incidents are chosen by status and area', { skip }, () => {
  const all = asked(tree ?? '');
  for (const [option, value, pick] of [
    ['--status', 'mitigated', (report: IncidentReport): string => report.status],
    ['--area', 'conntrack', (report: IncidentReport): string => report.area],
  ] as const) {
    const chosen = asked(tree ?? '', option, value);
    assert.deepEqual(
      chosen,
      all.filter((report) => pick(report) === value),
    );
    assert.ok(chosen.length > 0 && chosen.length < all.length, value);
  }
  assert.equal(runCli(['incidents', '--tree', tree ?? '', '--status', 'gone']).status, 2);
  assert.equal(runCli(['incidents', '--tree', tree ?? '', '--area', 'nowhere']).status, 1);
});

test('the Markdown has every incident and every line that shows it', { skip }, () => {
  const { out } = runCli(['incidents', '--tree', tree ?? '', '--markdown']);
  for (const { id, evidence } of asked(tree ?? '')) {
    assert.ok(out.includes(`\`${id}\``), id);
    for (const { file, line } of evidence) assert.ok(out.includes(`\`${file}:${line}\``), `${id} ${file}:${line}`);
  }
});

test('two trees are compared with the evidence of both', { skip: skipOlder }, () => {
  const { out, status } = runCli(['incidents', '--tree', tree ?? '', '--against', older ?? '', '--json']);
  assert.equal(status, 0);
  const changes = JSON.parse(out) as IncidentChange[];
  const window = changes.find(({ id }) => id === 'ct-out-of-window-invalid-no-nat-rst');
  assert.deepEqual([window?.change, window?.here.status, window?.there.status], ['eased', 'mitigated', 'present']);
  const [here, there] = [asked(tree ?? ''), asked(older ?? '')];
  assert.deepEqual(
    changes.map((change) => [change.here, change.there]),
    here.map((report) => [report, there.find(({ id }) => id === report.id)]),
  );
});

test('an own pack is used, its faults are said, and its good incidents work', { skip }, () => {
  const bad = path.join(process.cwd(), 'test/fixtures/packs-bad/key-unknown.yaml');
  const { out, err, status } = runCli(['incidents', '--tree', tree ?? '', '--json', '--pack', bad, 'reset-sent']);
  assert.equal(status, 0);
  assert.equal((JSON.parse(out) as IncidentReport[])[0]?.status, 'present');
  assert.match(err, /key-unknown\.yaml:6:5: unknown key efect; did you mean effect\?/);
  assert.equal(runCli(['incidents', '--tree', tree ?? '', '--pack', '/nowhere.yaml']).status, 1);
});

test('the language is that of --lang or of the environment', { skip }, () => {
  const title = (...words: readonly string[]): string =>
    asked(tree ?? '', ...words, 'tcp-no-socket-rst')[0]?.title ?? '';
  assert.match(title('--lang', 'zh-cn'), /\p{Script=Han}/u);
  assert.doesNotMatch(title('--lang', 'en'), /\p{Script=Han}/u);
});

test('packs check: nothing said of a good pack, and every fault of a bad one with its place', () => {
  const good = runCli(['packs', 'check', 'test/fixtures/packs/good.yaml']);
  assert.deepEqual([good.status, good.out], [0, '']);
  const bad = runCli(['packs', 'check', 'test/fixtures/packs-bad/three-faults.yaml']);
  assert.equal(bad.status, 1);
  assert.deepEqual(
    bad.out
      .trim()
      .split('\n')
      .map((line) => line.split(':').slice(1, 3).join(':')),
    ['6:13', '7:5', '37:13'],
  );
  assert.equal(runCli(['packs']).status, 2);
  assert.equal(runCli(['packs', 'check', '/nowhere.yaml']).status, 1);
  assert.doesNotThrow(() => JSON.parse(runCli(['schema', 'pack']).out) as unknown);
});

test('checking a tree tells its progress, and ends where it is cancelled', { skip }, async () => {
  const dist = path.join(process.cwd(), 'dist');
  const client = startEngineClient({ workerFile: path.join(dist, 'worker.cjs'), assets: dist });
  const controller = new AbortController();
  const steps: Progress[] = [];
  const progress = (report: Progress): void => {
    steps.push(report);
    if (report.done === 3) controller.abort();
  };
  try {
    const asking = client.engine(tree ?? '').incidents({ ids: [] }, { signal: controller.signal, progress });
    await assert.rejects(asking, { name: 'AbortError' });
    assert.ok(steps.length < (steps[0]?.total ?? 0) / 2, `${steps.length} steps`);
  } finally {
    await client.stop();
  }
});

/** A tree whose files are those of 6.1 but for the ones given. */
function linkTree(root: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(root);
  for (const name of readdirSync(tree ?? ''))
    if (!(name in files)) symlinkSync(path.join(tree ?? '', name), path.join(root, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text);
}
