/** Makes small ELF64 files in memory, so that a reader can be tested on any shape of file, good and bad. */

export interface TinySymbol {
  readonly name: string;
  readonly section: number;
  readonly value: bigint;
  readonly size?: number;
  /** STT_*: 2 is a function, 0 nothing in particular. */
  readonly type?: number;
}

export interface TinySection {
  readonly name: string;
  /** SHT_*: 1 bytes, 7 a note, 8 no bytes in the file. */
  readonly type: number;
  readonly address?: bigint;
  readonly bytes: Uint8Array;
}

/** Sections are numbered from 1 in the order given; .symtab, .strtab and .shstrtab follow. */
export function tinyElf(sections: readonly TinySection[], symbols: readonly TinySymbol[], type: 1 | 2 = 2): Uint8Array {
  const names = stringTable(symbols.map(({ name }) => name));
  const symtab = symbolTable(symbols, names.at);
  const all: readonly (TinySection & { readonly link?: number })[] = [
    ...sections,
    { name: '.symtab', type: 2, bytes: symtab, link: sections.length + 2 },
    { name: '.strtab', type: 3, bytes: names.bytes },
  ];
  const titles = stringTable([...all.map(({ name }) => name), '.shstrtab']);
  const complete = [...all, { name: '.shstrtab', type: 3, bytes: titles.bytes }];
  return assemble(complete, titles.at, type);
}

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A GNU build-id note. */
export function buildIdNote(id: string): Uint8Array {
  const bytes = Uint8Array.from(id.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const note = new Uint8Array(16 + bytes.length);
  const view = new DataView(note.buffer);
  view.setUint32(0, 4, true);
  view.setUint32(4, bytes.length, true);
  view.setUint32(8, 3, true);
  note.set(ascii('GNU\0'), 12);
  note.set(bytes, 16);
  return note;
}

type Section = TinySection & { readonly link?: number };

function assemble(sections: readonly Section[], nameAt: (name: string) => number, type: number): Uint8Array {
  const dataSize = sections.reduce((sum, section) => sum + stored(section), 0);
  const tableAt = 64 + Math.ceil(dataSize / 8) * 8;
  const file = new Uint8Array(tableAt + 64 * (sections.length + 1));
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, type, true);
  view.setUint16(18, 62, true);
  view.setBigUint64(40, BigInt(tableAt), true);
  view.setUint16(58, 64, true);
  view.setUint16(60, sections.length + 1, true);
  view.setUint16(62, sections.length, true);
  let position = 64;
  for (const [index, section] of sections.entries()) {
    const at = tableAt + 64 * (index + 1);
    view.setUint32(at, nameAt(section.name), true);
    view.setUint32(at + 4, section.type, true);
    view.setBigUint64(at + 16, section.address ?? 0n, true);
    view.setBigUint64(at + 24, BigInt(position), true);
    view.setBigUint64(at + 32, BigInt(section.bytes.length), true);
    view.setUint32(at + 40, section.link ?? 0, true);
    if (section.type !== 8) file.set(section.bytes, position);
    position += stored(section);
  }
  return file;
}

const stored = (section: TinySection): number => (section.type === 8 ? 0 : section.bytes.length);

function symbolTable(symbols: readonly TinySymbol[], nameAt: (name: string) => number): Uint8Array {
  const bytes = new Uint8Array(24 * (symbols.length + 1));
  const view = new DataView(bytes.buffer);
  for (const [index, symbol] of symbols.entries()) {
    const at = 24 * (index + 1);
    view.setUint32(at, nameAt(symbol.name), true);
    view.setUint8(at + 4, symbol.type ?? 2);
    view.setUint16(at + 6, symbol.section, true);
    view.setBigUint64(at + 8, symbol.value, true);
    view.setBigUint64(at + 16, BigInt(symbol.size ?? 0), true);
  }
  return bytes;
}

function stringTable(names: readonly string[]): { readonly bytes: Uint8Array; readonly at: (name: string) => number } {
  const text = `\0${[...new Set(names)].map((name) => `${name}\0`).join('')}`;
  return { bytes: ascii(text), at: (name) => text.indexOf(`\0${name}\0`) + 1 };
}
