import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { ByteSource } from '../../src/core/ports.ts';
import { builtinSymbolizer } from '../../src/core/symbols/builtin-symbolizer.ts';
import { openImage } from '../../src/core/symbols/elf.ts';

/**
 * Broken debug info: any bytes give an answer or a problem, in bounded reads. The files are real ones, of the compiler
 * at hand, with bytes changed or cut off.
 */
const source = `void sink(int);
static inline __attribute__((always_inline)) void leaf(int value) { sink(value); }
void outer(int value) {
	for (int left = value; left > 0; left--)
		leaf(left);
}
void other(int value) { leaf(value); sink(1); }
`;
const files = ['-gdwarf-5', '-gdwarf-4'].flatMap((version) => compiled(version) ?? []);
/** An index, as a file would be printed whole where a test fails. */
const which = fc.nat(Math.max(0, files.length - 1));
const skip = files.length === 0 ? 'gcc is not installed' : false;

test('changed bytes never throw and never hang', { skip }, async () => {
  const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) });
  const changes = fc.array(change, { minLength: 1, maxLength: 24 });
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(which, changes, async (index, list) => {
      const file = files[index] ?? new Uint8Array();
      const broken = Uint8Array.from(file);
      // Between the header and the section table, so that what is broken is what is read.
      const end = Number(new DataView(file.buffer).getBigUint64(40, true));
      for (const { at, byte } of list) broken[64 + Math.floor(at * (end - 64))] = byte;
      answered += await asksAll(broken);
    }),
    { numRuns: 500 },
  );
  assert.ok(answered > 500, `only ${answered} answers`);
});

test('a debug section full of one value', { skip }, async () => {
  for (const file of files) {
    for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
      for (const part of [0.1, 0.3, 0.5, 0.7]) {
        const broken = Uint8Array.from(file);
        broken.fill(byte, Math.floor(part * file.length), Math.floor((part + 0.15) * file.length));
        await asksAll(broken);
      }
    }
  }
});

test('files cut anywhere say so or answer', { skip }, async () => {
  const cut = fc.double({ min: 0, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(which, cut, async (index, part) => {
      const file = files[index] ?? new Uint8Array();
      await asksAll(file.slice(0, Math.floor(part * file.length)));
    }),
    { numRuns: 60 },
  );
});

/** Opens a file and asks for places of its functions; the answers may be anything. How many had a line. */
async function asksAll(bytes: Uint8Array): Promise<number> {
  let reads = 0;
  const counted: ByteSource = {
    size: bytes.length,
    read: async (position, length) => {
      assert.ok(++reads < 50_000, 'reads without end');
      assert.ok(length < 1 << 28, `a read of ${length} bytes`);
      return bytes.slice(position, position + length);
    },
  };
  const { value, problems } = await openImage('a.o', counted);
  if (value === undefined) {
    assert.ok(problems.length > 0);
    return 0;
  }
  const symbols = [...(await value.symbols('outer')), ...(await value.symbols('other'))];
  const requests = symbols.flatMap((symbol) =>
    [0, 1, 7, 20].map((offset) => ({ function: symbol.name, offset, size: symbol.size, symbol })),
  );
  const resolved = await builtinSymbolizer(async () => false).resolve(value, requests);
  assert.ok(resolved.value?.length === requests.length || resolved.problems.length > 0);
  return (resolved.value ?? []).filter((chains) => chains.some((chain) => chain.length > 0)).length;
}

function compiled(version: string): Uint8Array | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-test-'));
  try {
    writeFileSync(path.join(folder, 'a.c'), source);
    const { status } = spawnSync('gcc', ['-O2', '-g', version, '-c', 'a.c', '-o', 'a.o'], { cwd: folder });
    return status === 0 ? new Uint8Array(readFileSync(path.join(folder, 'a.o'))) : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
