/**
 * The built-in engine on what compilers and packagers make of one small file: every way debug info is written, packed or
 * moved must give the same chains. And a sample of the debug kernel's calls against llvm-symbolizer.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { builtinSymbolizer } from '../../src/core/symbols/builtin-symbolizer.ts';
import type { Image } from '../../src/core/symbols/elf.ts';
import { decode } from '../../src/core/traces/decode.ts';
import { imageFiles } from '../../src/host/image-files.ts';
import { askLlvm, findOracle } from '../check/symbols-oracles.ts';
import { askOurs, kernelAddress, openForCheck } from '../check/symbols-sample.ts';
import { labPaths, missingProgram } from '../lab/paths.ts';

const source = `void sink(int);
static inline __attribute__((always_inline)) void leaf(int value) {
	sink(value);
}
static inline __attribute__((always_inline)) void middle(int value) {
	if (value > 3)
		leaf(value);
}
void outer(int value) {
	sink(0);
	middle(value);
}
__attribute__((section(".init.text"))) void start(int value) {
	leaf(value);
	sink(1);
}
`;

/** What must be among the chains of a function's bytes. */
const expected = {
  outer: ['outer a.c:10', 'leaf a.c:3 < middle a.c:7 < outer a.c:11'],
  start: ['leaf a.c:3 < start a.c:14'],
};

/** The commands make `out` from a.c, in a folder of their own. */
const ways: readonly (readonly [name: string, commands: readonly string[], out?: string])[] = [
  ['gcc, DWARF 5', ['gcc -O2 -c -g -gdwarf-5 a.c -o out']],
  ['gcc, DWARF 4', ['gcc -O2 -c -g -gdwarf-4 a.c -o out']],
  ['gcc, 64-bit DWARF', ['gcc -O2 -c -g -gdwarf-5 -gdwarf64 a.c -o out']],
  ['gcc, packed with zlib', ['gcc -O2 -c -g -gz=zlib a.c -o out']],
  [
    'gcc, linked',
    ['gcc -O2 -c -g a.c -o a.o', 'ld -r a.o -o b.o', 'ld --unresolved-symbols=ignore-all -e outer b.o -o out'],
  ],
  ['gcc, a section for each function', ['gcc -O2 -ffunction-sections -c -g a.c -o out']],
  [
    'gcc, link-time optimisation',
    ['gcc -O2 -flto -ffat-lto-objects -c -g a.c -o a.o', 'gcc -O2 -flto -g -shared -fPIC a.o -o out'],
  ],
  [
    'gcc, without .debug_aranges',
    [
      'gcc -O2 -c -g a.c -o a.o',
      'objcopy --remove-section .debug_aranges --remove-section .rela.debug_aranges a.o out',
    ],
  ],
  ['gcc for arm64', ['aarch64-linux-gnu-gcc -O2 -c -g a.c -o out']],
  ['clang, DWARF 5', ['clang -O2 -c -g -gdwarf-5 a.c -o out']],
  ['clang, DWARF 4', ['clang -O2 -c -g -gdwarf-4 a.c -o out']],
  ['clang for arm64', ['clang --target=aarch64-linux-gnu -O2 -c -g a.c -o out']],
  ['clang, linked', ['clang -O2 -c -g a.c -o a.o', 'ld --unresolved-symbols=ignore-all -e outer a.o -o out']],
  ['packed with xz', ['gcc -O2 -c -g a.c -o out.ko', 'xz out.ko'], 'out.ko.xz'],
  ['packed with zstd', ['gcc -O2 -c -g a.c -o out.ko', 'zstd -q out.ko'], 'out.ko.zst'],
  ['packed with gzip', ['gcc -O2 -c -g a.c -o out.ko', 'gzip out.ko'], 'out.ko.gz'],
  [
    'moved to another file',
    [
      'gcc -O2 -c -g a.c -o out',
      'objcopy --only-keep-debug out out.debug',
      'objcopy --strip-debug --add-gnu-debuglink=out.debug out',
      'mkdir .debug',
      'mv out.debug .debug',
    ],
  ],
  [
    'shared by dwz',
    [
      'gcc -O2 -g -gdwarf-4 -shared -fPIC a.c -o out',
      'gcc -O2 -g -gdwarf-4 -shared -fPIC a.c -o other',
      'dwz -m shared.debug out other',
    ],
  ],
];

for (const [name, commands, out = 'out'] of ways) {
  const programs = commands.map((command) => command.split(' ', 1)[0] ?? '');
  test(`one file's chains: ${name}`, { skip: missingProgram(...programs) }, () =>
    made(commands, async (folder) => {
      const files = imageFiles(folder);
      const { value, problems } = await files.open(path.join(folder, out));
      assert.deepEqual(problems, []);
      for (const [symbol, chains] of Object.entries(expected)) {
        const found = await chainsOf(value, symbol);
        for (const chain of chains) assert.ok(found.has(chain), `${chain} is not among ${[...found].join('; ')}`);
      }
      await files.close();
    }),
  );
}

test('debug info in .dwo files is said to be there', { skip: missingProgram('gcc') }, () =>
  made(['gcc -O2 -c -g -gsplit-dwarf a.c -o out'], async (folder) => {
    const files = imageFiles(folder);
    const { value } = await files.open(path.join(folder, 'out'));
    assert.ok(value !== undefined);
    const [symbol] = await value.symbols('outer');
    const request = { function: 'outer', offset: 1, size: symbol?.size ?? 0 };
    const { problems } = await builtinSymbolizer(async () => false).resolve(value, [request]);
    assert.deepEqual(problems, [
      {
        kind: 'debug-info-unreadable',
        file: value.file,
        detail: 'the debug info is in .dwo files, which are not read',
      },
    ]);
    await files.close();
  }),
);

/** Two files with a static function of one name and size. */
const twins = ['first', 'second'].map(
  (name) => `void ${name}_sink(int);
static __attribute__((noinline)) void twin(int value) {
	${name}_sink(value);
	${name}_sink(value + 1);
}
void ${name}(int value) {
	twin(value);
	twin(value + 2);
}
`,
);

for (const [name, frames, files] of [
  ['the caller tells', ['twin', 'second'], ['second.c']],
  ['the callee tells', ['second_sink', 'twin'], ['second.c']],
  ['nothing tells', ['twin'], ['first.c', 'second.c']],
] as const) {
  const commands = ['gcc -O2 -c -g first.c -o 1.o', 'gcc -O2 -c -g second.c -o 2.o', 'ld -r 1.o 2.o -o out'];
  test(`functions of one name: ${name}`, { skip: missingProgram('gcc', 'ld') }, () =>
    made(
      commands,
      async (folder) => {
        const opened = imageFiles(folder);
        const { value: image } = await opened.open(path.join(folder, 'out'));
        assert.ok(image !== undefined);
        const lines = await Promise.all(frames.map((frame) => frameLine(image, frame)));
        const images = { kernel: async () => ({ value: image, problems: [] }), module: async () => ({ problems: [] }) };
        const symbolizer = builtinSymbolizer(async (file) => file === 'first.c' || file === 'second.c');
        const { value } = await decode(`Call Trace:\n${lines.join('\n')}\n`, { images, symbolizer });
        const twin = value.sections[0]?.frames.find((frame) => frame.function === 'twin');
        const found = [...(twin?.locations ?? []), ...(twin?.candidates ?? [])].map(({ file }) => file);
        assert.deepEqual(found, files);
        await opened.close();
      },
      { 'first.c': twins[0] ?? '', 'second.c': twins[1] ?? '' },
    ),
  );
}

/** A frame as a trace prints it, behind the function's first call; one without calls is in its first byte. */
async function frameLine(image: Image, name: string): Promise<string> {
  const [symbol] = await image.symbols(name);
  if (symbol === undefined) return ` ${name}+0x1/0x10`;
  for (let offset = 1; offset < symbol.size; offset++) {
    const place = { section: symbol.section, offset: symbol.offset + offset };
    if ((await image.callBefore(place)) !== undefined)
      return ` ${name}+0x${offset.toString(16)}/0x${symbol.size.toString(16)}`;
  }
  return ` ${name}+0x1/0x${symbol.size.toString(16)}`;
}

const { vmlinux } = labPaths();
const llvm = findOracle('llvm-symbolizer', 'llvm-symbolizer-14');
const missing = vmlinux === undefined ? 'the debug kernel is not there' : 'llvm-symbolizer is not there';

test(
  'a sample of the debug kernel, as llvm-symbolizer sees it',
  { skip: vmlinux === undefined || llvm === undefined ? missing : false },
  async () => {
    const opened = await openForCheck(vmlinux ?? '');
    const addresses: number[] = [];
    for (const name of [
      'tcp_v4_rcv',
      'nf_hook_slow',
      'udp_sendmsg',
      '__netif_receive_skb_core.constprop.0',
      'schedule',
    ]) {
      for (const { section, offset, size } of await opened.image.symbols(name)) {
        for (let at = 0; at < size; at += 13) addresses.push(opened.image.addressOf({ section, offset: offset + at }));
      }
    }
    const theirs = askLlvm(llvm ?? '', vmlinux ?? '', addresses.map(kernelAddress));
    assert.ok(addresses.length > 500);
    assert.deepEqual(await askOurs(opened, addresses), theirs);
    await opened.close();
  },
);

/** The chains of all bytes of a function, as text: `leaf a.c:3 < outer a.c:11`. */
async function chainsOf(image: Image | undefined, name: string): Promise<ReadonlySet<string>> {
  const [symbol] = (await image?.symbols(name)) ?? [];
  assert.ok(image !== undefined && symbol !== undefined, `no symbol ${name}`);
  const requests = Array.from({ length: symbol.size }, (_, offset) => ({ function: name, offset, size: symbol.size }));
  const { value, problems } = await builtinSymbolizer(async (file) => file === 'a.c').resolve(image, requests);
  assert.deepEqual(problems, []);
  const text = (value ?? [])
    .flat()
    .map((chain) => chain.map((level) => `${level.function} ${level.file}:${level.line}`).join(' < '));
  return new Set(text);
}

/** Runs the commands in a new folder that holds the sources. */
async function made(
  commands: readonly string[],
  use: (folder: string) => Promise<void>,
  sources: Readonly<Record<string, string>> = { 'a.c': source },
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-test-'));
  try {
    for (const [file, text] of Object.entries(sources)) writeFileSync(path.join(folder, file), text);
    for (const command of commands) {
      const [program = '', ...words] = command.split(' ');
      execFileSync(program, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    }
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
