import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../src/core/model.ts';
import type { Image } from '../../src/core/symbols/elf.ts';
import type { Images, Symbolizer, SymbolRequest } from '../../src/core/symbols/symbolizer.ts';
import { decode } from '../../src/core/traces/decode.ts';
import { fakeImage } from '../lab/fake-image.ts';

const kernel = fakeImage({ symbols: { caller: [0x100], probed: [0x40], twin: [0x20, 0x60], panic: [0x10] } });
const definitions = async (
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly { file: string; line: number }[]>> => {
  const places = new Map([
    ['caller', [{ file: 'net/a.c', line: 7 }]],
    [
      'many',
      [
        { file: 'mm/a.c', line: 1 },
        { file: 'mm/b.c', line: 2 },
      ],
    ],
  ]);
  return new Map([...places].filter(([name]) => names.includes(name)));
};

/** An engine whose lines are the offsets it was asked for. */
function lineIsOffset(asked: SymbolRequest[] = []): Symbolizer {
  return {
    slow: true,
    async resolve(_image, requests, options) {
      asked.push(...requests);
      return {
        value: requests.map((request) => {
          options?.onAnswer?.();
          return [
            [{ function: request.function, file: `net/${request.size}.c`, line: request.offset, inlined: false }],
          ];
        }),
        problems: [],
      };
    },
  };
}

const only = (image: Image): Images => ({
  kernel: async () => ({ value: image, problems: [] }),
  module: async (module) => ({ problems: [{ kind: 'module-file-missing', module, looked: [] }] }),
});

async function frames(text: string, symbolizer: Symbolizer = lineIsOffset()): Promise<readonly Frame[]> {
  const { value } = await decode(text, { images: only(kernel), symbolizer, definitions });
  return value.sections.flatMap((section) => section.frames);
}

const lines = (found: readonly Frame[]): unknown[] =>
  found.map((frame) => [frame.locations[0]?.line, frame.returnLine?.line, frame.certainty]);

test('return addresses are looked up one byte earlier; pc, probed and interrupted addresses and offset 0 are not', async () => {
  assert.deepEqual(lines(await frames(' caller+0x20/0x100\n caller+0x0/0x100')), [
    [0x1f, 0x20, 'unverified'],
    [0, undefined, 'unverified'],
  ]);
  assert.deepEqual(lines(await frames('RIP: 0010:caller+0x20/0x100')), [[0x20, undefined, 'unverified']]);
  assert.deepEqual(
    lines(
      await frames(' 0xffffffff81000001 : probed+0x4/0x40 [kernel]\n 0xffffffff81000002 : caller+0x9/0x100 [kernel]'),
    ),
    [
      [4, undefined, 'unverified'],
      [8, 9, 'unverified'],
    ],
  );
  assert.deepEqual(lines(await frames('        asm_exc_page_fault+34\n        caller+9'))[1], [
    9,
    undefined,
    'unverified',
  ]);
});

test('a function that ends in a call that never returns: offset equals size', async () => {
  assert.deepEqual(lines(await frames(' panic+0x10/0x10')), [[0xf, 0x10, 'unverified']]);
});

test('the size chooses among functions of one name; without a size all that fit are candidates', async () => {
  const asked: SymbolRequest[] = [];
  assert.equal((await frames(' twin+0x10/0x60', lineIsOffset(asked)))[0]?.locations[0]?.file, 'net/96.c');
  assert.deepEqual(
    asked.map(({ size }) => size),
    [0x60, 0x60],
  );
  const [frame] = await frames('        twin+16');
  assert.deepEqual(frame?.candidates, [
    { file: 'net/32.c', line: 15 },
    { file: 'net/96.c', line: 15 },
  ]);
  assert.deepEqual((await frames('        twin+80'))[0]?.locations[0]?.file, 'net/96.c');
});

test('a trace of another build is not asked about', async () => {
  const asked: SymbolRequest[] = [];
  const { value, problems } = await decode(' caller+0x20/0xf0', {
    images: only(kernel),
    symbolizer: lineIsOffset(asked),
    definitions,
  });
  assert.deepEqual(asked, []);
  assert.deepEqual(
    [value.build.verdict, value.build.why],
    ['mismatch', 'size mismatch: the trace says 0xf0, this vmlinux 0x100'],
  );
  const frame = value.sections[0]?.frames[0];
  assert.deepEqual(
    [frame?.certainty, frame?.locations],
    ['definition', [{ function: 'caller', file: 'net/a.c', line: 7, inlined: false }]],
  );
  assert.deepEqual(
    problems.map(({ kind }) => kind),
    ['build-mismatch'],
  );
  assert.match(value.problems[0]?.detail ?? '', /^size mismatch: .*: no line is shown from/);
});

test('a proven build makes lines exact', async () => {
  const proven = fakeImage({ buildId: 'ab'.repeat(20), symbols: { caller: [0x100] } });
  const text = `CPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1 ${'ab'.repeat(20)}\nRIP: 0010:caller+0x20/0x100`;
  const { value } = await decode(text, { images: only(proven), symbolizer: lineIsOffset() });
  assert.deepEqual([value.build.verdict, value.release, value.arch], ['match', '6.1.0', 'x86_64']);
  assert.equal(value.sections[0]?.frames[0]?.certainty, 'exact');
});

test('a slow engine is not asked for unreliable frames; those get definitions like all others without a line', async () => {
  assert.deepEqual(lines(await frames('Call Trace:\n ? caller+0x20/0x100')), [[7, undefined, 'definition']]);
  const [frame] = await frames(' many+0x1/0x2');
  assert.deepEqual([frame?.certainty, frame?.locations, frame?.candidates?.length], ['definition', [], 2]);
  assert.deepEqual(lines(await frames(' nowhere+0x1/0x2')), [[undefined, undefined, 'none']]);
});

test('an image without debug info judges the build but gives no line', async () => {
  const stripped = fakeImage({ symbols: { caller: [0x100] }, hasDebugInfo: false });
  const { value } = await decode(' caller+0x20/0x100', {
    images: only(stripped),
    symbolizer: lineIsOffset(),
    definitions,
  });
  assert.deepEqual([value.build.sizesMatching, value.sections[0]?.frames[0]?.certainty], [1, 'definition']);
});

test('a module without a file is told; its kernel frames are resolved', async () => {
  const { value, problems } = await decode(' caller+0x20/0x100\n hook+0x1/0x2 [nf_lab]', {
    images: only(kernel),
    symbolizer: lineIsOffset(),
  });
  assert.deepEqual(problems, [{ kind: 'module-file-missing', module: 'nf_lab', looked: [] }]);
  assert.deepEqual(
    value.sections[0]?.frames.map(({ certainty }) => certainty),
    ['unverified', 'none'],
  );
});

test('without ports the text alone speaks', async () => {
  const { value } = await decode(' caller+0x20/0x100', {});
  assert.deepEqual(
    [value.build.verdict, value.build.why],
    ['unproven', 'there is no file with debug info to compare the trace with'],
  );
  assert.deepEqual((await decode('', {})).problems, [{ kind: 'trace-empty' }]);
});

test('progress counts up to the number of places asked for, and an abort ends the work', async () => {
  const seen: string[] = [];
  const progress = ({ step, done, total }: { step: string; done: number; total: number }): void => {
    seen.push(`${step} ${done}/${total}`);
  };
  await decode(' caller+0x20/0x100', { images: only(kernel), symbolizer: lineIsOffset() }, { progress });
  assert.deepEqual(seen, ['vmlinux 0/2', 'vmlinux 1/2', 'vmlinux 2/2']);
  const signal = AbortSignal.abort(new Error('stopped'));
  await assert.rejects(decode(' caller+0x20/0x100', { images: only(kernel) }, { signal }), /stopped/);
});
