import type { Image } from '../../src/core/symbols/elf.ts';

interface FakeImage {
  readonly file?: string;
  readonly type?: Image['type'];
  readonly machine?: string;
  readonly hasDebugInfo?: boolean;
  /** Sizes by name. */
  readonly symbols?: Readonly<Record<string, readonly number[]>>;
  readonly buildId?: string;
  readonly linuxBanner?: string;
  readonly moduleInfo?: Readonly<Record<string, string>>;
}

/** An image that says what a test wants. */
export function fakeImage(fake: FakeImage): Image {
  return {
    file: fake.file ?? '/debug/vmlinux',
    type: fake.type ?? 'executable',
    machine: fake.machine ?? 'x86_64',
    hasDebugInfo: fake.hasDebugInfo ?? true,
    symbols: async (name) => (fake.symbols?.[name] ?? []).map((size) => ({ name, section: 1, offset: 0, size })),
    buildId: async () => fake.buildId,
    linuxBanner: async () => fake.linuxBanner,
    links: async () => ({}),
    addressOf: ({ offset }) => offset,
    callBefore: async () => undefined,
    debugFile: async () => undefined,
    symbolsAround: async () => [],
    moduleInfo: async () => new Map(Object.entries(fake.moduleInfo ?? {})),
  };
}
