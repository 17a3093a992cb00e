/** Addresses to ask about, and what our own reader says of them. */
import { locate } from '../../src/core/symbols/debug-info.ts';
import { nextFunction } from '../../src/core/symbols/dwarf/functions.ts';
import { textOf } from '../../src/core/symbols/dwarf/names.ts';
import { readUnit, readUnitRoot } from '../../src/core/symbols/dwarf/unit.ts';
import { unitHeaders } from '../../src/core/symbols/dwarf/units.ts';
import type { DebugFile } from '../../src/core/symbols/dwarf/debug-file.ts';
import { baseOf, readElfLayout, sectionType, textAt } from '../../src/core/symbols/elf-layout.ts';
import { type Image, openImage } from '../../src/core/symbols/elf.ts';
import { settled } from '../../src/core/symbols/lazy-bytes.ts';
import type { ByteSource } from '../../src/core/ports.ts';
import { openByteSource } from '../../src/host/byte-source.ts';
import { type Chain, levelText } from './symbols-oracles.ts';

export interface Opened {
  readonly source: ByteSource;
  readonly image: Image;
  readonly debug: DebugFile;
  close(): Promise<void>;
}

export async function openForCheck(file: string): Promise<Opened> {
  const source = await openByteSource(file);
  if ('code' in source) throw new Error(`${file}: ${source.code}`);
  const { value: image } = await openImage(file, source);
  const debug = await image?.debugFile();
  if (image === undefined || debug === undefined || 'fault' in debug) throw new Error(`${file} has no debug info`);
  return { source, image, debug, close: () => source.close() };
}

/** Addresses just before the return addresses of direct calls in the units of a folder, x86-64: 53 bits, see `baseOf`. */
export async function callsIn({ source, debug }: Opened, folder: string): Promise<readonly number[]> {
  const layout = await readElfLayout(source);
  if ('fault' in layout) throw new Error(layout.fault);
  const index = layout.sections.findIndex(({ name }) => name === '.text');
  const { position = 0, size = 0 } = layout.sections[index] ?? {};
  const base = baseOf(layout, index);
  const text = await source.read(position, size);
  const starts = new Set<number>();
  const functions: (readonly number[])[] = [];
  for (const header of await unitHeaders(debug)) {
    const root = await readUnitRoot(debug, header);
    const name = root && (await settled(debug.missing, () => textOf(debug, root, root.root.name)));
    const unit = name === undefined ? undefined : await readUnit(debug, header.offset);
    if (unit === undefined) continue;
    while ((await settled(debug.missing, () => nextFunction(debug, unit))) !== undefined);
    for (const { ranges } of unit.functions) {
      for (let at = 0; at < ranges.length; at += 2) starts.add(ranges[at] ?? 0);
      if (name?.startsWith(folder) === true) functions.push(ranges);
    }
    debug.units.delete(header.offset);
  }
  const view = new DataView(text.buffer, text.byteOffset, text.byteLength);
  const calls = new Set<number>();
  for (const ranges of functions) {
    for (let pair = 0; pair + 1 < ranges.length; pair += 2) {
      const end = Math.min((ranges[pair + 1] ?? 0) - base, size) - 5;
      for (let at = Math.max(0, (ranges[pair] ?? 0) - base); at <= end; at++) {
        if (text[at] !== 0xe8 || !starts.has(base + at + 5 + view.getInt32(at + 1, true))) continue;
        calls.add(base + at + 4);
        at += 4;
      }
    }
  }
  return [...calls].sort((a, b) => a - b);
}

/** A section with code, and the bytes of it that belong to functions. */
export interface CodeSection {
  readonly name: string;
  /** In the section table. */
  readonly index: number;
  /** In the file. */
  readonly position: number;
  readonly base: number;
  readonly functions: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
}

export async function codeSections({ source }: Opened): Promise<readonly CodeSection[]> {
  const layout = await readElfLayout(source);
  if ('fault' in layout) throw new Error(layout.fault);
  const table = layout.sections.find(({ type }) => type === sectionType.symbols);
  const bytes = await source.read(table?.position ?? 0, table?.size ?? 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strings = layout.sections[table?.link ?? 0];
  const names = await source.read(strings?.position ?? 0, strings?.size ?? 0);
  const functions = new Map<number, CodeSection['functions'][number][]>();
  for (let at = 0; at + 24 <= bytes.length; at += 24) {
    const isFunction = (view.getUint8(at + 4) & 15) === 2;
    const size = Number(view.getBigUint64(at + 16, true));
    const section = view.getUint16(at + 6, true);
    // A vmlinux has addresses, a module offsets in the section.
    const value = Number(BigInt.asUintN(53, view.getBigUint64(at + 8, true)));
    const offset = layout.type === 'relocatable' ? value : value - baseOf(layout, section);
    const found = { name: textAt(names, view.getUint32(at, true)), offset, size };
    if (isFunction && size > 0) functions.set(section, [...(functions.get(section) ?? []), found]);
  }
  return [...functions].map(([index, list]) => ({
    name: layout.sections[index]?.name ?? '',
    index,
    position: layout.sections[index]?.position ?? 0,
    base: baseOf(layout, index),
    functions: list,
  }));
}

/** An address of 53 bits as the kernel's own. */
export const kernelAddress = (address: number): string => `0x${(BigInt(address) | (0x7ffn << 53n)).toString(16)}`;

/** @param symbols what to call code that no function is described for, by address */
export async function askOurs(
  { debug }: Opened,
  addresses: readonly number[],
  symbols: readonly string[] = [],
): Promise<readonly Chain[]> {
  const answers = await locate(debug, addresses);
  return answers.map(({ chain }, index) =>
    chain.map(({ function: name, file, line }) => levelText(name ?? symbols[index] ?? '??', file, line)),
  );
}
