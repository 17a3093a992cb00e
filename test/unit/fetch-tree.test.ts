import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fetchRelease, newestSource } from '../../src/build/fetch-tree.mjs';

test('of the source packages the highest number is taken, and nothing but sources', () => {
  const names = ['linux-source-6.1', 'linux-source-6.12', 'linux-source-6.9', 'linux-source-6.12-rt', 'linux-source'];
  assert.equal(newestSource(names.join('\n')), 'linux-source-6.12');
  assert.equal(newestSource('linux-source\n'), undefined);
});

test('a release is fetched, proven and unpacked', async () => {
  await withSite({ broken: false }, async (trees, site) => {
    const tree = await fetchRelease(trees, site);
    assert.equal(tree, path.join(trees, 'linux-6.12.9'));
    assert.equal(readFileSync(path.join(tree, 'Makefile'), 'utf8'), 'VERSION = 6\n');
    assert.deepEqual(readdirSync(tree), ['Makefile']);
  });
});

test('a release that is not what was listed is refused and leaves nothing', async () => {
  await withSite({ broken: true }, async (trees, site) => {
    await assert.rejects(
      fetchRelease(trees, site),
      /linux-6\.12\.9\.tar\.gz is not what kernel\.org lists: run this again/,
    );
    assert.deepEqual(readdirSync(trees), []);
  });
});

test('without a network one sentence says what to do', async () => {
  const nowhere = { index: 'http://127.0.0.1:9', files: 'http://127.0.0.1:9' };
  await assert.rejects(
    fetchRelease('/nowhere', nowhere),
    /127\.0\.0\.1:9 cannot be reached .*: check the network, or name a tree/,
  );
  assert.equal(existsSync('/nowhere'), false);
});

interface Site {
  readonly index: string;
  readonly files: string;
}

/** A kernel.org of one tiny release. */
async function withSite(
  { broken }: { readonly broken: boolean },
  body: (trees: string, site: Site) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-site-'));
  const archive = packedRelease(folder);
  const sum = createHash('sha256')
    .update(broken ? 'something else' : archive)
    .digest('hex');
  const pages: Readonly<Record<string, string | Buffer>> = {
    '/releases.json': JSON.stringify({ releases: [release('stable', '7.3.1'), release('longterm', '6.12.9')] }),
    '/v6.x/linux-6.12.9.tar.gz': archive,
    '/v6.x/sha256sums.asc': `${sum}  linux-6.12.9.tar.gz\n`,
  };
  const server = createServer((request, response) => response.end(pages[request.url ?? ''] ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const trees = path.join(folder, 'trees');
  mkdirSync(trees);
  try {
    await body(trees, { index: address, files: address });
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

function packedRelease(folder: string): Buffer {
  mkdirSync(path.join(folder, 'linux-6.12.9'));
  writeFileSync(path.join(folder, 'linux-6.12.9/Makefile'), 'VERSION = 6\n');
  execFileSync('tar', ['czf', 'packed.tar.gz', 'linux-6.12.9'], { cwd: folder });
  return readFileSync(path.join(folder, 'packed.tar.gz'));
}

function release(moniker: string, version: string): unknown {
  return { moniker, version };
}
