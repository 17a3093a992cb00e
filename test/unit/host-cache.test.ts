import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Engine, FileReport } from '../../src/core/engine.ts';
import type { EnginePool } from '../../src/host/engine-pool.ts';
import { type FactCache, openFactCache, userCacheFolder } from '../../src/host/fact-cache.ts';
import { cachedKnowledge } from '../../src/host/knowledge-cache.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { treeSites } from '../../src/host/tree-sites.ts';

const temporary: string[] = [];
after(() => temporary.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-cache-'));
  temporary.push(folder);
  return folder;
}

const context = { signal: new AbortController().signal, progress: (): void => {} };
const table = 'static struct ctl_table t[] = { { .procname = "one", .data = &sysctl_one } };';

const makefile = (version: number): string => `VERSION = ${version}\nPATCHLEVEL = 1\nSUBLEVEL = 0\nEXTRAVERSION =\n`;

interface Lab {
  readonly root: string;
  readonly folder: string;
  readonly cache: FactCache;
  readonly asked: string[];
  readonly ask: () => Promise<string>;
}

/** A small tree, its cache, and a pool whose engine says how long each file is. */
function lab(): Lab {
  const root = temporaryFolder();
  const folder = temporaryFolder();
  const files = { Makefile: makefile(6), 'net/a.c': 'a', 'net/ipv4/b.c': 'bb', 'net/ipv4/table.c': table };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  const cache = openFactCache({ folder, root, build: 'first' });
  const asked: string[] = [];
  const read = (): ReturnType<typeof cachedKnowledge> => cachedKnowledge(root, treeFilesOnDisk(root), cache);
  const engine = {
    look: async ({ files: looked }: { files: readonly string[] }) => ({
      value: looked.map((file) => ({ file })),
      problems: [],
    }),
    wrapperFacts: async () => ({ value: [], problems: [] }),
    tree: async () => read().then(() => ({ problems: [] })),
    sites: async ({ file }: { file: string }) => {
      await read();
      asked.push(file);
      const length = readFileSync(path.join(root, file)).length;
      return { value: { file, sites: [], functions: length, unparsed: [] } satisfies FileReport, problems: [] };
    },
  } as unknown as Engine;
  const pool: EnginePool = {
    async *overFiles(_, paths, question) {
      for (const file of paths) yield await question(engine, file);
    },
    learn: () => {},
    stop: async () => {},
  };
  const ask = async (): Promise<string> => {
    asked.length = 0;
    const { value } = await treeSites([], { root, pool, context, cache });
    const said: string[] = [];
    for await (const { value: report } of value ?? []) said.push(`${report?.file} ${report?.functions}`);
    return said.join(', ');
  };
  return { root, cache, folder, asked, ask };
}

const all = ['net/a.c', 'net/ipv4/b.c', 'net/ipv4/table.c'];
const said = `net/a.c 1, net/ipv4/b.c 2, net/ipv4/table.c ${table.length}`;

test('what was answered once is not asked again', async () => {
  const { asked, ask } = lab();
  assert.equal(await ask(), said);
  assert.deepEqual(asked, all);
  assert.equal(await ask(), said);
  assert.deepEqual(asked, []);
});

test('a file that was touched keeps its answer, one that was changed is asked about', async () => {
  const { root, asked, ask } = lab();
  await ask();
  utimesSync(path.join(root, 'net/a.c'), new Date(), new Date(2020, 1));
  assert.equal(await ask(), said);
  assert.deepEqual(asked, []);
  writeFileSync(path.join(root, 'net/a.c'), 'longer');
  assert.equal(await ask(), said.replace('a.c 1', 'a.c 6'));
  assert.deepEqual(asked, ['net/a.c']);
});

test('a new file is seen; where the tree says something else of itself all answers are worthless', async () => {
  const { root, asked, ask } = lab();
  await ask();
  writeFileSync(path.join(root, 'net/new.c'), 'new');
  await ask();
  assert.deepEqual(asked, ['net/new.c']);
  writeFileSync(path.join(root, 'net/ipv4/table.c'), `${table} /* the same */`);
  await ask();
  assert.deepEqual(asked, ['net/ipv4/table.c']);
  writeFileSync(path.join(root, 'Makefile'), makefile(7));
  await ask();
  assert.deepEqual(asked, [...all, 'net/new.c'].sort());
});

test('broken entries are as good as none', async () => {
  const { folder, asked, ask } = lab();
  await ask();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.equal(entries.length, 6);
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    for (const broken of [
      content.subarray(0, 50),
      Buffer.alloc(0),
      content.map((byte, at) => (at === 60 ? byte ^ 1 : byte)),
    ]) {
      writeFileSync(file, broken);
      assert.equal(await ask(), said);
      // What the tree says, what its files were seen to hold and its wrappers are found out anew, and turn out to be the same.
      assert.ok(asked.length > 0 || ['knowledge', 'looks', 'wrappers'].includes(entry.name), entry.name);
      writeFileSync(file, content);
    }
  }
});

test('another build starts anew, and what was used longest ago goes when it gets too much', async () => {
  const { root, folder, cache } = lab();
  cache.write('entry', 'x'.repeat(1000));
  const second = openFactCache({ folder, root, build: 'second', limit: 1500 });
  assert.equal(second.read('entry'), undefined);
  second.write('entry', 'y'.repeat(1000));
  assert.equal(cache.read('entry')?.toString(), 'x'.repeat(1000));
  const old = readdirSync(folder).map((name) => path.join(folder, name));
  for (const each of old) utimesSync(each, new Date(2020, 1), new Date(2020, 1));
  openFactCache({ folder, root, build: 'third', limit: 1500 }).write('entry', 'z');
  assert.equal(old.filter((each) => existsSync(each)).length, 1);
});

test('a cache that cannot be written is none', () => {
  const root = temporaryFolder();
  const file = path.join(root, 'file');
  writeFileSync(file, '');
  const cache = openFactCache({ folder: path.join(file, 'below'), root, build: '' });
  cache.write('entry', 'x');
  assert.equal(cache.read('entry'), undefined);
});

test('the command line keeps it in the user’s cache folder, or nowhere', () => {
  assert.equal(userCacheFolder({ XDG_CACHE_HOME: '/c' }), path.join('/c', 'kernlens', 'facts'));
  assert.equal(userCacheFolder({ XDG_CACHE_HOME: '/c', KERNLENS_NO_CACHE: '1' }), undefined);
});
