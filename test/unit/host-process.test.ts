import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProcess } from '../../src/host/process.ts';

/** Runs a small program of Node's own. */
const script = (source: string, options: Parameters<typeof runProcess>[2] = {}): ReturnType<typeof runProcess> =>
  runProcess(process.execPath, ['-e', source], options);

test('output, status and lines as they come', async () => {
  const lines: string[] = [];
  const run = await script(
    "process.stdout.write('a\\nb'); process.stdout.write('c\\n\\nrest'); process.stderr.write('oops'); process.exitCode = 3",
    {
      onLine: (line) => lines.push(line),
    },
  );
  assert.deepEqual(run, { status: 3, stdout: 'a\nbc\n\nrest', stderr: 'oops' });
  assert.deepEqual(lines, ['a', 'bc', '']);
});

test('arguments are passed as they are', async () => {
  const odd = ['$(id)', 'a b', '"', '*', ';ls'];
  const run = await runProcess(process.execPath, ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', ...odd]);
  assert.deepEqual('stdout' in run ? JSON.parse(run.stdout) : run, odd);
});

test('a program that is not there', async () => {
  assert.deepEqual(await runProcess('kernlens-has-no-such-tool', []), { code: 'ENOENT' });
});

test('an abort rejects with its reason, before and while it runs', async () => {
  await assert.rejects(script('', { signal: AbortSignal.abort(new Error('before')) }), /before/);
  const controller = new AbortController();
  const running = script("console.log('up'); setInterval(() => {}, 1000)", {
    signal: controller.signal,
    onLine: () => controller.abort(new Error('while')),
  });
  await assert.rejects(running, /while/);
});
