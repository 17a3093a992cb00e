import type { Callee } from '../../src/core/symbols/call-before.ts';
import type { Image } from '../../src/core/symbols/elf.ts';

interface FakeImage {
  readonly file?: string;
  readonly type?: Image['type'];
  readonly machine?: string;
  readonly hasDebugInfo?: boolean;
  /** Sizes by name. */
  readonly symbols?: Readonly<Record<string, readonly number[]>>;
  /** What the calls before return addresses go to, by offset (all symbols start at 0). */
  readonly calls?: Readonly<Record<number, Callee | undefined>>;
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
    callBefore: async ({ offset }) => fake.calls?.[offset],
    isCallBefore: async ({ offset }) => (fake.calls === undefined ? undefined : offset in fake.calls),
    debugFile: async () => undefined,
    symbolsAround: async () => [],
    moduleInfo: async () => new Map(Object.entries(fake.moduleInfo ?? {})),
  };
}
