import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Context } from '../../src/core/engine.ts';
import { startEngineClient } from '../../src/host/engine-client.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-worker-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that answers with the file's name, dies on kill.c, stays silent for ever on spin.c and throws on bug.c. */
const workerFile = path.join(folder, 'worker.cjs');
writeFileSync(
  workerFile,
  `const { parentPort } = require('node:worker_threads');
   const open = new Map();
   parentPort.on('message', (message) => {
     if (message.type === 'ping') parentPort.postMessage({ type: 'pong' });
     if (message.type === 'abort') parentPort.postMessage({ type: 'aborted', id: message.id });
     if (message.type !== 'ask') return;
     const { id, request: { file } } = message;
     if (file === 'kill.c') process.exit(7);
     if (file === 'spin.c') for (;;);
     if (file === 'wait.c') return;
     if (file === 'bug.c') return parentPort.postMessage({ type: 'failed', id, message: 'ours', stack: 'there' });
     setTimeout(() => parentPort.postMessage({ type: 'answer', id, outcome: { value: file, problems: [] } }), 20);
   });`,
);

const context = (signal = new AbortController().signal): Context => ({ signal, progress: () => {} });

function client(patience?: number) {
  const started = startEngineClient({ workerFile, assets: folder, ...(patience === undefined ? {} : { patience }) });
  after(() => started.stop());
  const engine = started.engine('/tree');
  return { started, ask: (file: string, signal?: AbortSignal) => engine.sites({ file }, context(signal)) };
}

test('a file that kills the worker is answered with a problem, its neighbours with their answers', async () => {
  const { ask } = client();
  const answers = await Promise.all(['a.c', 'kill.c', 'b.c', 'c.c'].map((file) => ask(file)));
  assert.deepEqual(
    answers.map(({ value, problems }) => value ?? problems[0]?.kind),
    ['a.c', 'parser-restarted', 'b.c', 'c.c'],
  );
  assert.deepEqual(answers[1]?.problems, [{ kind: 'parser-restarted', file: 'kill.c', detail: 'exit status 7' }]);
  assert.equal((await ask('later.c')).value, 'later.c');
});

test('two killers in a row are both found', async () => {
  const { ask } = client();
  const answers = await Promise.all(['kill.c', 'kill.c', 'a.c'].map((file) => ask(file)));
  assert.deepEqual(
    answers.map(({ value, problems }) => value ?? problems[0]?.kind),
    ['parser-restarted', 'parser-restarted', 'a.c'],
  );
});

test('a worker that gives no sign of life is replaced', async () => {
  const { ask } = client(600);
  const { problems } = await ask('spin.c');
  assert.equal(problems[0]?.kind, 'parser-restarted');
  assert.equal((await ask('a.c')).value, 'a.c');
});

test('cancelling ends the question with an AbortError, before and while it runs', async () => {
  const { ask } = client();
  const controller = new AbortController();
  const waiting = ask('wait.c', controller.signal);
  controller.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  await assert.rejects(ask('a.c', controller.signal), { name: 'AbortError' });
});

test('a mistake of ours is thrown, not turned into an answer', async () => {
  const { ask } = client();
  await assert.rejects(ask('bug.c'), { message: 'ours' });
});
