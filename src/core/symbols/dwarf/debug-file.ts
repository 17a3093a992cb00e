import { type LazyBytes, lazyBytes, type Missing } from '../lazy-bytes.ts';
import type { SectionBytes, SectionFault } from '../section-bytes.ts';
import type { ArangeTable } from './aranges.ts';
import type { AbbreviationTable } from './abbreviations.ts';
import type { LineTable } from './line-table.ts';
import type { Unit, UnitHeader } from './unit.ts';

/** Opens a section by name, see `openSection`. */
export type OpenSection = (name: string) => Promise<SectionBytes | SectionFault | undefined>;

/**
 * The debug info of one file and all that was read of it so far. Functions that take one and don't wait ask it for what
 * they need; what isn't there is noted in `missing`, and `settled` brings it and asks again.
 */
export interface DebugFile {
  readonly info: SectionBytes;
  readonly abbreviations: SectionBytes;
  readonly lines: SectionBytes | undefined;
  readonly aranges: SectionBytes | undefined;
  readonly strings: LazyBytes;
  readonly lineStrings: LazyBytes;
  readonly stringOffsets: LazyBytes;
  readonly addresses: LazyBytes;
  readonly ranges: LazyBytes;
  readonly rangeLists: LazyBytes;
  readonly missing: Missing;
  /** By the offset of their header in .debug_info. */
  readonly units: Map<number, Unit>;
  readonly abbreviationTables: Map<number, AbbreviationTable>;
  readonly lineTables: Map<number, LineTable | undefined>;
  /** What others of the same kind are read through once, see units.ts. */
  readonly known: {
    listed?: Promise<ArangeTable>;
    unlisted?: Promise<ArangeTable>;
    headers?: Promise<readonly UnitHeader[]>;
    /** Offsets in .debug_info that no unit holds. */
    unreadable?: Set<number>;
    supplement?: DebugFile | 'absent';
  };
  /** Opens sections that are seldom asked for. */
  readonly open: OpenSection;
  /** The file that `.gnu_debugaltlink` names (dwz); undefined when it isn't there. */
  readonly openSupplement: () => Promise<DebugFile | undefined>;
}

/**
 * Opens the debug info of a file. One that has neither entries nor texts (a file that several share may have texts alone)
 * gives undefined, one that can't be read says why.
 */
export async function openDebugFile(
  open: OpenSection,
  missing: Missing,
  openSupplement: () => Promise<DebugFile | undefined>,
): Promise<DebugFile | SectionFault | undefined> {
  const names = ['info', 'abbrev', 'line', 'aranges', 'str', 'line_str', 'str_offsets', 'addr', 'ranges', 'rnglists'];
  const sections: (SectionBytes | undefined)[] = [];
  for (const name of names) {
    const section = await open(`.debug_${name}`);
    if (section !== undefined && 'fault' in section) return section;
    sections.push(section);
  }
  const [info, abbreviations, lines, aranges, strings, lineStrings, stringOffsets, addresses, ranges, rangeLists] =
    sections;
  if (info === undefined && strings === undefined) return undefined;
  return {
    info: info ?? noBytes,
    abbreviations: abbreviations ?? noBytes,
    lines,
    aranges,
    strings: lazyBytes(strings, textPiece, missing),
    lineStrings: lazyBytes(lineStrings, textPiece, missing),
    stringOffsets: lazyBytes(stringOffsets, tablePiece, missing),
    addresses: lazyBytes(addresses, tablePiece, missing),
    ranges: lazyBytes(ranges, tablePiece, missing),
    rangeLists: lazyBytes(rangeLists, tablePiece, missing),
    missing,
    units: new Map(),
    abbreviationTables: new Map(),
    lineTables: new Map(),
    known: {},
    open,
    openSupplement,
  };
}

const noBytes: SectionBytes = { size: 0, read: async () => new Uint8Array() };

/** Bytes. Texts of one unit lie all over the section; tables of one unit lie together. */
const textPiece = 256;
const tablePiece = 8192;
