import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fetchDebugInfo } from '../../src/host/debuginfod.ts';
import { type DecodeOnDisk, decodeOnDisk } from '../../src/host/decode.ts';
import { buildIdNote, tinyElf } from '../lab/tiny-elf.ts';

const buildId = '00ff'.repeat(10);
const trace = `Call Trace:\n hook+0x8/0x30 [nf_lab ${buildId}]\n`;
const module = tinyElf(
  [
    { name: '.text', type: 1, bytes: new Uint8Array(0x30) },
    { name: '.notes', type: 7, bytes: buildIdNote(buildId) },
    { name: '.debug_info', type: 1, bytes: new Uint8Array(4) },
  ],
  [{ name: 'hook', section: 1, value: 0n, size: 0x30 }],
  1,
);

interface Around {
  readonly folder: string;
  /** The arguments that the stand-in was called with, call by call. */
  readonly calls: () => readonly string[];
  readonly decode: (more?: Partial<DecodeOnDisk>) => ReturnType<typeof decodeOnDisk>;
}

/** With a program of that name on PATH and a server named; both as they were afterwards. */
async function withStandIn(body: string, use: (around: Around) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-test-'));
  const before = { PATH: process.env['PATH'] ?? '', DEBUGINFOD_URLS: process.env['DEBUGINFOD_URLS'] ?? '' };
  const log = path.join(folder, 'calls');
  const program = path.join(folder, 'bin', 'debuginfod-find');
  mkdirSync(path.dirname(program));
  writeFileSync(path.join(folder, 'nf_lab.debug'), module);
  writeFileSync(log, '');
  writeFileSync(
    program,
    `#!/bin/sh\ncase $1 in --version) exit 0;; esac\necho "$*" >>'${log}'\ncd '${folder}'\n${body}\n`,
  );
  chmodSync(program, 0o755);
  process.env['PATH'] = `${path.dirname(program)}${path.delimiter}${before.PATH}`;
  process.env['DEBUGINFOD_URLS'] = 'http://localhost:9';
  try {
    await use({
      folder,
      calls: () => readFileSync(log, 'utf8').split('\n').slice(0, -1),
      decode: (more = {}) => decodeOnDisk({ text: trace, engine: 'builtin', root: folder, debuginfod: true, ...more }),
    });
  } finally {
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true, force: true });
  }
}

const serving = `printf '\\rDownloading from http://localhost:9 12/345' >&2\necho "$PWD/nf_lab.debug"`;

test('debuginfod: without leave no server is asked, and it is said that one could be', () =>
  withStandIn(serving, async ({ decode, calls }) => {
    const { problems } = await decode({ debuginfod: false });
    assert.deepEqual(
      problems.filter(({ kind }) => kind === 'debuginfod-not-allowed'),
      [{ kind: 'debuginfod-not-allowed', image: 'nf_lab', buildId }],
    );
    assert.deepEqual(calls(), []);
  }));

test('debuginfod: with leave the file is fetched by its build-id and judged', () =>
  withStandIn(serving, async ({ decode, calls }) => {
    const { value } = await decode();
    assert.deepEqual(calls(), [`debuginfo ${buildId}`]);
    assert.equal(value?.build.verdict, 'match');
    assert.match(value?.build.why ?? '', /build-id/);
  }));

test('debuginfod: no server has it', () =>
  withStandIn('echo "Server query failed: No such file or directory" >&2; exit 1', async ({ decode }) => {
    const { problems } = await decode();
    const detail = 'Server query failed: No such file or directory';
    assert.deepEqual(
      problems.filter(({ kind }) => kind === 'tool-failed'),
      [{ kind: 'tool-failed', tool: 'debuginfod-find', detail }],
    );
  }));

test('debuginfod: without a server named nothing is said of it', () =>
  withStandIn(serving, async ({ decode, calls }) => {
    process.env['DEBUGINFOD_URLS'] = '';
    const { problems } = await decode();
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['module-file-missing'],
    );
    assert.deepEqual(calls(), []);
  }));

test('debuginfod: progress in bytes; what is no build-id is never passed on', () =>
  withStandIn(serving, async ({ folder, calls }) => {
    const progress: (readonly [number, number])[] = [];
    const found = await fetchDebugInfo(buildId, { onProgress: (done, total) => progress.push([done, total]) });
    assert.deepEqual(found, { file: path.join(folder, 'nf_lab.debug') });
    assert.deepEqual(progress, [
      [0, 0],
      [12, 345],
    ]);
    assert.ok('fault' in (await fetchDebugInfo('--help')));
    assert.equal(calls().length, 1);
  }));

test('debuginfod: an abort ends the program', () =>
  withStandIn('sleep 60', async () => {
    const stop = new AbortController();
    const found = fetchDebugInfo(buildId, { signal: stop.signal, onProgress: () => setImmediate(() => stop.abort()) });
    await assert.rejects(found, { name: 'AbortError' });
  }));
