import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Context } from '../../src/core/engine.ts';
import { type EnginePool, startEnginePool } from '../../src/host/engine-pool.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-pool-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that answers early files late, dies on kill.c and throws on bug.c; answers say which thread gave them. */
const workerFile = path.join(folder, 'worker.cjs');
writeFileSync(
  workerFile,
  `const { parentPort, threadId } = require('node:worker_threads');
   parentPort.on('message', (message) => {
     if (message.type === 'ping') parentPort.postMessage({ type: 'pong' });
     if (message.type !== 'ask') return;
     const { id, request: { file } } = message;
     if (file === 'kill.c') process.exit(7);
     if (file === 'bug.c') return parentPort.postMessage({ type: 'failed', id, message: 'ours', stack: 'there' });
     const outcome = { value: { file, sites: [], functions: threadId, unparsed: [] }, problems: [] };
     setTimeout(() => parentPort.postMessage({ type: 'answer', id, outcome }), file.endsWith('0.c') ? 30 : 1);
   });`,
);

const context: Context = { signal: new AbortController().signal, progress: () => {} };
const files = Array.from({ length: 60 }, (_, index) => `${index}.c`);

function pool(): EnginePool {
  const started = startEnginePool({ workerFile, assets: folder }, { size: 2 });
  after(() => started.stop());
  return started;
}

async function answers(asked: readonly string[]): Promise<readonly { file: string; thread: number }[]> {
  const found = [];
  for await (const { value, problems } of pool().overFiles('/tree', asked, (engine, file) =>
    engine.sites({ file }, context),
  ))
    found.push({ file: value?.file ?? problems[0]?.kind ?? '', thread: value?.functions ?? 0 });
  return found;
}

test('answers come in the order of the files, from as many workers as pay', async () => {
  const many = await answers(files);
  assert.deepEqual(
    many.map(({ file }) => file),
    files,
  );
  assert.equal(new Set(many.map(({ thread }) => thread)).size, 2);
  const few = await answers(files.slice(0, 10));
  assert.equal(new Set(few.map(({ thread }) => thread)).size, 1);
  assert.deepEqual(await answers([]), []);
});

test('a file that kills its worker costs one sentence, the others are answered', async () => {
  const asked = files.with(7, 'kill.c').with(40, 'kill.c');
  const found = await answers(asked);
  assert.deepEqual(
    found.map(({ file }) => file),
    asked.map((file) => (file === 'kill.c' ? 'parser-restarted' : file)),
  );
});

test('a mistake of ours ends the whole, once', async () => {
  await assert.rejects(answers(files.with(30, 'bug.c')), { message: 'ours' });
});
