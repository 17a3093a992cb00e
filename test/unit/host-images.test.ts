import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { imageFiles, type ImageFiles } from '../../src/host/image-files.ts';
import { moduleFiles, type ModuleSearch } from '../../src/host/module-files.ts';
import { findVmlinux, type VmlinuxSearch } from '../../src/host/vmlinux.ts';
import { ascii, buildIdNote, tinyElf } from '../lab/tiny-elf.ts';

interface Made {
  readonly release: string;
  readonly buildId?: string;
  readonly debugInfo?: boolean;
}

function vmlinux({ release, buildId = '00', debugInfo = true }: Made): Uint8Array {
  return tinyElf(
    [
      { name: '.rodata', type: 1, address: 0x1000n, bytes: ascii(`Linux version ${release} (a@b) #1 SMP\n\0`) },
      { name: '.notes', type: 7, bytes: buildIdNote(buildId) },
      { name: debugInfo ? '.debug_info' : '.comment', type: 1, bytes: new Uint8Array(4) },
    ],
    [{ name: 'linux_banner', section: 1, value: 0x1000n }],
  );
}

const module = ({ release, buildId = '00', debugInfo = true }: Made): Uint8Array =>
  tinyElf(
    [
      { name: '.modinfo', type: 1, bytes: ascii(`vermagic=${release} SMP \0`) },
      { name: '.note.gnu.build-id', type: 7, bytes: buildIdNote(buildId) },
      { name: debugInfo ? '.debug_info' : '.comment', type: 1, bytes: new Uint8Array(4) },
    ],
    [],
    1,
  );

const boot = 'usr/lib/debug/boot';
const searches: readonly (readonly [
  name: string,
  files: Readonly<Record<string, Uint8Array>>,
  search: VmlinuxSearch,
  said: readonly string[],
])[] = [
  ['nothing is there', {}, { release: '6.1.0' }, ['no-vmlinux']],
  [
    'the release chooses',
    {
      [`${boot}/vmlinux-6.1.0`]: vmlinux({ release: '6.1.0' }),
      [`${boot}/vmlinux-6.2.0`]: vmlinux({ release: '6.2.0' }),
    },
    { release: '6.2.0' },
    ['taken vmlinux-6.2.0: release agrees'],
  ],
  [
    "the tree's own, when it is of that release",
    { 'tree/vmlinux': vmlinux({ release: '6.1.0' }), [`${boot}/vmlinux-6.1.0`]: vmlinux({ release: '6.1.0' }) },
    { release: '6.1.0' },
    ['taken vmlinux: release agrees', 'not vmlinux-6.1.0: one before it was taken'],
  ],
  [
    "the tree's own of another release is passed over",
    {
      'tree/vmlinux': vmlinux({ release: '6.1.0+' }),
      'usr/lib/debug/lib/modules/6.1.0/vmlinux': vmlinux({ release: '6.1.0' }),
    },
    { release: '6.1.0' },
    ['not vmlinux: another release', 'taken vmlinux: release agrees'],
  ],
  [
    'the build-id chooses',
    {
      'tree/vmlinux': vmlinux({ release: '6.1.0', buildId: 'aa' }),
      [`${boot}/vmlinux-6.1.0`]: vmlinux({ release: '6.1.0', buildId: 'bb' }),
    },
    { release: '6.1.0', buildId: 'bb' },
    ['not vmlinux: another build-id', 'taken vmlinux-6.1.0: build-id agrees'],
  ],
  [
    'a stripped file is passed over',
    { 'boot/vmlinux-6.1.0': vmlinux({ release: '6.1.0', debugInfo: false }) },
    { release: '6.1.0' },
    ['not vmlinux-6.1.0: no debug info', 'no-vmlinux'],
  ],
  [
    'a text is passed over',
    { 'boot/vmlinux-6.1.0': ascii('text') },
    { release: '6.1.0' },
    ['not vmlinux-6.1.0: unreadable', 'no-vmlinux'],
  ],
  [
    'without a release the installed ones are looked at',
    { [`${boot}/vmlinux-6.2.0`]: vmlinux({ release: '6.2.0' }) },
    {},
    ['taken vmlinux-6.2.0: found by its place alone'],
  ],
  [
    'the configured file is taken whatever it is',
    { 'my kernel': vmlinux({ release: '5.0' }), [`${boot}/vmlinux-6.1.0`]: vmlinux({ release: '6.1.0' }) },
    { release: '6.1.0', configured: ['my kernel'] },
    ['taken my kernel: configured'],
  ],
  [
    'of several configured files the release picks',
    { old: vmlinux({ release: '5.0' }), new: vmlinux({ release: '6.1.0' }) },
    { release: '6.1.0', configured: ['old', 'new'] },
    ['not old: another was configured', 'taken new: configured'],
  ],
  [
    'the build-id names a file',
    { 'usr/lib/debug/.build-id/ab/cd.debug': vmlinux({ release: '6.1.0', buildId: 'abcd' }) },
    { buildId: 'abcd' },
    ['taken cd.debug: build-id agrees'],
  ],
  [
    'the configured file without debug info',
    { 'my kernel': vmlinux({ release: '6.1.0', debugInfo: false }) },
    { configured: ['my kernel'] },
    ['taken my kernel: configured', 'vmlinux-without-debug-info'],
  ],
];

for (const [name, files, search, said] of searches) {
  test(`vmlinux: ${name}`, () =>
    onDisk(files, async (root, images) => {
      const configured =
        search.configured === undefined ? {} : { configured: search.configured.map((file) => path.join(root, file)) };
      const found = await findVmlinux(
        { ...search, ...configured, root, tree: path.join(root, 'tree'), home: path.join(root, 'home') },
        images,
      );
      assert.deepEqual(
        [
          ...found.candidates.map(
            ({ file, taken, why }) => `${taken ? 'taken' : 'not'} ${path.basename(file)}: ${why}`,
          ),
          ...found.problems.map(({ kind }) => kind),
        ],
        said,
      );
      assert.equal(found.value?.file, found.candidates.find(({ taken }) => taken)?.file);
    }));
}

const modules: readonly (readonly [
  name: string,
  files: Readonly<Record<string, Uint8Array>>,
  search: Omit<ModuleSearch, 'root'>,
  said: string,
])[] = [
  ['none', {}, { release: '6.1.0' }, 'module-file-missing'],
  [
    'in the debug package',
    { 'usr/lib/debug/lib/modules/6.1.0/kernel/net/nf_lab.ko': module({ release: '6.1.0' }) },
    { release: '6.1.0' },
    'kernel/net/nf_lab.ko',
  ],
  [
    'with a dash in its name',
    { 'mods/a/nf-lab.ko.debug': module({ release: '6.1.0' }) },
    { configured: ['mods'] },
    'a/nf-lab.ko.debug',
  ],
  [
    'beside the vmlinux of a debug package',
    {
      'd/boot/vmlinux-6.1.0': vmlinux({ release: '6.1.0' }),
      'd/lib/modules/6.1.0/x/nf_lab.ko': module({ release: '6.1.0' }),
    },
    { vmlinux: 'd/boot/vmlinux-6.1.0' },
    '6.1.0/x/nf_lab.ko',
  ],
  [
    'below the vmlinux of a build',
    {
      'build/vmlinux': vmlinux({ release: '6.1.0' }),
      'build/modules.order': ascii(''),
      'build/net/nf_lab.ko': module({ release: '6.1.0' }),
    },
    { vmlinux: 'build/vmlinux' },
    'build/net/nf_lab.ko',
  ],
  [
    'not below a vmlinux that lies about',
    { 'home/vmlinux': vmlinux({ release: '6.1.0' }), 'home/x/nf_lab.ko': module({ release: '6.1.0' }) },
    { vmlinux: 'home/vmlinux' },
    'module-file-missing',
  ],
  [
    'stripped',
    { 'lib/modules/6.1.0/nf_lab.ko': module({ release: '6.1.0', debugInfo: false }) },
    { release: '6.1.0' },
    'vmlinux-without-debug-info',
  ],
  [
    'of several releases the right one',
    { 'mods/a/nf_lab.ko': module({ release: '6.0.0' }), 'mods/b/nf_lab.ko': module({ release: '6.1.0' }) },
    { configured: ['mods'], release: '6.1.0' },
    'b/nf_lab.ko',
  ],
  [
    'of several builds the right one',
    {
      'mods/a/nf_lab.ko': module({ release: '6.1.0', buildId: 'aa' }),
      'mods/b/nf_lab.ko': module({ release: '6.1.0', buildId: 'bb' }),
    },
    { configured: ['mods'], buildId: 'bb' },
    'b/nf_lab.ko',
  ],
  [
    'of another release, to be judged',
    { 'mods/nf_lab.ko': module({ release: '6.0.0' }) },
    { configured: ['mods'], release: '6.1.0' },
    'mods/nf_lab.ko',
  ],
];

for (const [name, files, search, said] of modules) {
  test(`module file: ${name}`, () =>
    onDisk(files, async (root, images) => {
      const inRoot = (file: string | undefined): string | undefined =>
        file === undefined ? undefined : path.join(root, file);
      const configured = search.configured?.map((file) => path.join(root, file));
      const kernel = inRoot(search.vmlinux);
      const found = await moduleFiles(images).find('nf_lab', {
        root,
        ...(search.release === undefined ? {} : { release: search.release }),
        ...(search.buildId === undefined ? {} : { buildId: search.buildId }),
        ...(configured === undefined ? {} : { configured }),
        ...(kernel === undefined ? {} : { vmlinux: kernel }),
      });
      const answer = found.value?.file ?? found.problems[0]?.kind ?? '';
      assert.ok(answer.endsWith(said), `${answer} is not ${said}`);
    }));
}

async function onDisk(
  files: Readonly<Record<string, Uint8Array>>,
  use: (root: string, images: ImageFiles) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(path.join(tmpdir(), 'kernlens-test-'));
  const images = imageFiles();
  try {
    for (const [file, bytes] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), bytes);
    }
    await use(root, images);
  } finally {
    await images.close();
    rmSync(root, { recursive: true, force: true });
  }
}
