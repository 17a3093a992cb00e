import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { ByteSource } from '../../src/core/ports.ts';
import { openImage } from '../../src/core/symbols/elf.ts';
import { ascii, buildIdNote, tinyElf, type TinySection } from '../lab/tiny-elf.ts';

const banner = 'Linux version 6.1.0-test (me@here) #1 SMP Test 6.1.1-1';
const text: TinySection = { name: '.text', type: 1, address: 0xffffffff81000000n, bytes: new Uint8Array(0x100) };
const kernel = tinyElf(
  [
    text,
    { name: '.rodata', type: 1, address: 0xffffffff82000000n, bytes: ascii(`____${banner}\n\0`) },
    { name: '.notes', type: 7, bytes: buildIdNote('00ff10') },
    { name: '.debug_info', type: 1, bytes: new Uint8Array(8) },
  ],
  [
    { name: 'first', section: 1, value: 0xffffffff81000000n, size: 0x1b },
    { name: 'alias', section: 1, value: 0xffffffff81000000n, size: 0x1b },
    { name: 'inner', section: 1, value: 0xffffffff81000010n, type: 0 },
    { name: '.Llabel', section: 1, value: 0xffffffff81000018n, type: 0 },
    { name: 'second', section: 1, value: 0xffffffff81000020n, size: 0x60 },
    { name: 'twin', section: 1, value: 0xffffffff81000080n, size: 0x10 },
    { name: 'twin', section: 1, value: 0xffffffff81000090n, size: 0x50 },
    { name: 'linux_banner', section: 2, value: 0xffffffff82000004n },
  ],
);
const module = tinyElf(
  [
    { name: '.text', type: 1, bytes: new Uint8Array(0x40) },
    { name: '.modinfo', type: 1, bytes: ascii('name=nf_lab\0\0vermagic=6.1.0-test SMP \0depends=a\0') },
    { name: '.debug_info', type: 8, bytes: new Uint8Array(8) },
  ],
  [{ name: 'hook', section: 1, value: 0x10n, size: 8 }],
  1,
);

test('sizes are those that kallsyms prints: up to the next symbol outside', async () => {
  for (const [name, sizes] of [
    ['first', [0x20]],
    ['alias', [0x20]],
    ['inner', [0x10]],
    ['second', [0x60]],
    ['twin', [0x10, 0x70]],
    ['.Llabel', []],
    ['absent', []],
  ] as const) {
    const { value } = await openImage('vmlinux', sourceOf(kernel));
    assert.deepEqual(
      (await value?.symbols(name))?.map((symbol) => symbol.size),
      sizes,
      name,
    );
  }
});

test('a vmlinux and a module name themselves', async () => {
  const vmlinux = (await openImage('vmlinux', sourceOf(kernel))).value;
  assert.deepEqual([vmlinux?.type, vmlinux?.machine, vmlinux?.hasDebugInfo], ['executable', 'x86_64', true]);
  assert.deepEqual([await vmlinux?.linuxBanner(), await vmlinux?.buildId()], [banner, '00ff10']);
  const hook = (await openImage('nf_lab.ko', sourceOf(module))).value;
  assert.deepEqual([hook?.type, hook?.hasDebugInfo, await hook?.buildId()], ['relocatable', false, undefined]);
  assert.deepEqual(
    (await hook?.symbols('hook'))?.map(({ offset, size }) => [offset, size]),
    [[0x10, 0x30]],
  );
  assert.deepEqual(
    [...((await hook?.moduleInfo()) ?? [])],
    [
      ['name', 'nf_lab'],
      ['vermagic', '6.1.0-test SMP '],
      ['depends', 'a'],
    ],
  );
});

test('the symbols are read once', async () => {
  const source = sourceOf(kernel);
  const { value } = await openImage('vmlinux', source);
  await value?.symbols('first');
  const reads = source.reads;
  await value?.symbols('second');
  assert.equal(source.reads, reads);
});

const faults: readonly (readonly [name: string, file: Uint8Array, fault: string])[] = [
  ['an empty file', new Uint8Array(), 'empty'],
  ['a text', ascii('int main(void);'), 'not an ELF file'],
  ['a 32-bit file', patched(4, 1), '32-bit ELF, which is not read yet'],
  ['a big-endian file', patched(5, 2), 'big-endian ELF, which is not read yet'],
  ['a header alone', kernel.slice(0, 40), 'truncated: no ELF header'],
  ['a file cut in half', kernel.slice(0, kernel.length / 2), 'truncated: no section table'],
  ['a file without its last byte', kernel.slice(0, -1), 'truncated: the section table ends behind the file'],
  ['a module as distributions pack it', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), 'packed with xz'],
  ['a compressed image', Uint8Array.of(0x1f, 0x8b, 8, 0), 'packed with gzip'],
];
for (const [name, file, fault] of faults) {
  test(`not an image: ${name}`, async () => {
    const { value, problems } = await openImage('x', sourceOf(file));
    assert.equal(value, undefined);
    assert.deepEqual(problems, [{ kind: 'vmlinux-unreadable', file: 'x', detail: fault }]);
  });
}

test('a section without bytes may claim any size', async () => {
  const file = tinyElf(
    [{ name: '.bss', type: 8, address: 0xffffffff83000000n, bytes: new Uint8Array(8) }],
    [
      { name: 'near', section: 1, value: 0xffffffff83000000n },
      { name: 'far', section: 1, value: 0xffffffff83900000n },
    ],
  );
  const view = new DataView(file.buffer);
  view.setBigUint64(Number(view.getBigUint64(40, true)) + 64 + 32, 2n ** 52n, true);
  const { value } = await openImage('vmlinux', sourceOf(file));
  assert.deepEqual(
    (await value?.symbols('near'))?.map(({ size }) => size),
    [0x90_0000],
  );
  assert.equal((await value?.symbols('far'))?.length, 1);
});

test('a damaged file gives an answer or a problem, never an exception', async () => {
  const damage = fc.array(fc.tuple(fc.nat(kernel.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(kernel.length), async (changes, length) => {
      const file = kernel.slice(0, length < 200 ? kernel.length : length);
      for (const [at, byte] of changes) if (at < file.length) file[at] = byte;
      const { value, problems } = await openImage('vmlinux', sourceOf(file));
      assert.equal(value === undefined, problems.length > 0);
      await Promise.all([value?.symbols('first'), value?.linuxBanner(), value?.buildId(), value?.moduleInfo()]);
    }),
    { numRuns: 500 },
  );
});

function patched(at: number, byte: number): Uint8Array {
  const copy = kernel.slice();
  copy[at] = byte;
  return copy;
}

function sourceOf(bytes: Uint8Array): ByteSource & { readonly reads: number } {
  let reads = 0;
  return {
    size: bytes.length,
    get reads() {
      return reads;
    },
    async read(position, length) {
      reads++;
      return bytes.slice(position, position + length);
    },
  };
}
