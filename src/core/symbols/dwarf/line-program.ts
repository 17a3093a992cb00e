import { type Cursor, sleb, u16, u64, uleb } from '../cursor.ts';
import type { LineTable } from './line-table.ts';

/** What a line program says of an address. */
export interface LineRow {
  /** Index in the table's files. */
  readonly file: number;
  /** From 1; 0 for code of no line. */
  readonly line: number;
}

/** The machine that a program drives (DWARF 5, 6.2.2), as far as it is looked at. */
interface Registers extends Cursor {
  /** Where the sequence began; the address is told as a distance from it, to be a small integer. */
  base: number;
  address: number;
  file: number;
  line: number;
}

/**
 * The code at each address, by one run of the program (DWARF 5, 6.2.5), which ends when all are known; undefined where it
 * has none. A program has some ten thousand rows: one between addresses that are wanted costs one comparison, and what is
 * seldom stands outside of the loop, because a short one is compiled sooner.
 */
export function linesAt(table: LineTable, addresses: readonly number[]): readonly (LineRow | undefined)[] {
  const { bytes, opcodeBase } = table;
  const { addressSteps, lineSteps, constantStep } = specialOpcodes(table);
  const wanted = wantedOf(addresses);
  const registers: Registers = { bytes, at: table.programAt, base: 0, address: 0, file: 1, line: 1 };
  let { at, address, file, line } = registers;
  let next = wanted.after(0, 0);
  let [isOpen, start, startFile, startLine] = [false, 0, 0, 0];
  while (at < bytes.length) {
    const opcode = bytes[at++] ?? 0;
    let endsSequence = false;
    if (opcode >= opcodeBase) {
      address += addressSteps[opcode] ?? 0;
      line += lineSteps[opcode] ?? 0;
    } else if (opcode === 5) {
      // Columns are told for nearly every row, and not asked for.
      while ((bytes[at++] ?? 0) > 127);
      continue;
    } else if (opcode === 6) {
      continue;
    } else if (opcode === 3 && (bytes[at] ?? 0) < 128) {
      // Seven bits with their sign.
      line += ((bytes[at++] ?? 0) << 25) >> 25;
      continue;
    } else if (opcode === 4 && (bytes[at] ?? 0) < 128) {
      file = bytes[at++] ?? 0;
      continue;
    } else if (opcode === 8) {
      address += constantStep;
      continue;
    } else if (opcode === 0 && bytes[at] === 2 && bytes[at + 1] === 4) {
      // A discriminator.
      at += 3;
      continue;
    } else if (opcode !== 1) {
      registers.at = at;
      registers.address = address;
      registers.file = file;
      registers.line = line;
      const before = registers.base;
      endsSequence = runOther(registers, opcode, table);
      ({ at, address, file, line } = registers);
      if (registers.base !== before) {
        // Within a sequence, too: what began before the new base goes on up to the next row.
        start += before - registers.base;
        next = wanted.after(registers.base, isOpen ? Math.min(start, 0) : 0);
      }
      if (!endsSequence) continue;
    }
    // A row: what began at the last one ends here.
    if (isOpen && address > next) {
      if (wanted.found(registers.base, start, address, { file: startFile, line: startLine })) break;
      next = wanted.after(registers.base, address);
    }
    isOpen = !endsSequence;
    start = address;
    startFile = file;
    startLine = line;
    if (endsSequence) {
      [address, file, line] = [0, 1, 1];
      registers.base = 0;
    }
  }
  return wanted.rows;
}

/** Opcodes that the loop leaves to it; true when the sequence ends. */
function runOther(registers: Registers, opcode: number, { operandCounts, instructionLength }: LineTable): boolean {
  switch (opcode) {
    case 0:
      return runExtended(registers);
    case 2:
      registers.address += uleb(registers) * instructionLength;
      break;
    case 3:
      registers.line += sleb(registers);
      break;
    case 4:
      registers.file = uleb(registers);
      break;
    case 9:
      registers.address += u16(registers);
      break;
    default:
      for (let left = operandCounts[opcode] ?? 0; left > 0; left--) uleb(registers);
  }
  return false;
}

function runExtended(registers: Registers): boolean {
  const behind = uleb(registers) + registers.at;
  const opcode = registers.bytes[registers.at++];
  if (opcode === 2) {
    registers.base = u64(registers);
    registers.address = 0;
  }
  registers.at = Math.max(behind, registers.at);
  return opcode === 1;
}

/** By special opcode: what it adds to the address and to the line; and what DW_LNS_const_add_pc adds. */
function specialOpcodes({ opcodeBase, lineBase, lineRange, instructionLength }: LineTable): {
  readonly addressSteps: Int32Array;
  readonly lineSteps: Int32Array;
  readonly constantStep: number;
} {
  const addressSteps = new Int32Array(256);
  const lineSteps = new Int32Array(256);
  for (let opcode = opcodeBase, advance = 0, step = 0; opcode < 256; opcode++, step++) {
    if (step === (lineRange || 1)) {
      advance += instructionLength;
      step = 0;
    }
    addressSteps[opcode] = advance;
    lineSteps[opcode] = lineBase + step;
  }
  return { addressSteps, lineSteps, constantStep: addressSteps[255] ?? 0 };
}

interface Wanted {
  readonly rows: readonly (LineRow | undefined)[];
  /** How far the nearest address without a row is from a base, from a distance on. */
  after(base: number, distance: number): number;
  /** Notes the row of a stretch, from `start` up to `end`; true when no address is left. */
  found(base: number, start: number, end: number, row: LineRow): boolean;
}

function wantedOf(addresses: readonly number[]): Wanted {
  const rows: (LineRow | undefined)[] = addresses.map(() => undefined);
  let left = addresses.length;
  return {
    rows,
    after(base, distance) {
      let nearest = farthest;
      for (const [index, address] of addresses.entries()) {
        const away = address - base;
        if (away >= distance && away < nearest && rows[index] === undefined) nearest = away;
      }
      return nearest;
    },
    found(base, start, end, row) {
      for (const [index, address] of addresses.entries()) {
        const away = address - base;
        if (away < start || away >= end || rows[index] !== undefined) continue;
        rows[index] = row;
        left--;
      }
      return left === 0;
    },
  };
}

/** No sequence is longer. */
const farthest = 2 ** 30;
