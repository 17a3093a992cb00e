import { cursorAt, sleb, u16, u64, uleb } from '../cursor.ts';
import type { LineTable } from './line-table.ts';

/** One row of the matrix that a line program makes: from this address on, code is of that line. */
export interface LineRow {
  address: number;
  /** Index in the table's files. */
  file: number;
  /** From 1; 0 for code of no line. */
  line: number;
  isStatement: boolean;
  /** The address is the first behind a stretch of code. */
  endsSequence: boolean;
}

/** Runs a program (DWARF 5, 6.2.5). The row is one object that changes; running stops when `onRow` gives false. */
export function runLineProgram(table: LineTable, onRow: (row: LineRow) => boolean): void {
  const { bytes, opcodeBase, lineBase, instructionLength, operandCounts } = table;
  const lineRange = table.lineRange || 1;
  const row = firstRow(table);
  const cursor = cursorAt(bytes, table.programAt);
  const constantAdvance = Math.floor((255 - opcodeBase) / lineRange) * instructionLength;
  while (cursor.at < bytes.length) {
    const opcode = bytes[cursor.at++] ?? 0;
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      row.address += Math.floor(adjusted / lineRange) * instructionLength;
      row.line += lineBase + (adjusted % lineRange);
      if (!onRow(row)) return;
      continue;
    }
    switch (opcode) {
      case 0: {
        const end = uleb(cursor) + cursor.at;
        const extended = bytes[cursor.at++];
        if (extended === 1) {
          row.endsSequence = true;
          if (!onRow(row)) return;
          Object.assign(row, firstRow(table));
        } else if (extended === 2) row.address = u64(cursor);
        cursor.at = Math.max(end, cursor.at);
        break;
      }
      case 1:
        if (!onRow(row)) return;
        break;
      case 2:
        row.address += uleb(cursor) * instructionLength;
        break;
      case 3:
        row.line += sleb(cursor);
        break;
      case 4:
        row.file = uleb(cursor);
        break;
      case 6:
        row.isStatement = !row.isStatement;
        break;
      case 8:
        row.address += constantAdvance;
        break;
      case 9:
        row.address += u16(cursor);
        break;
      default:
        for (let left = operandCounts[opcode] ?? 0; left > 0; left--) uleb(cursor);
    }
  }
}

const firstRow = ({ startsAsStatement }: LineTable): LineRow => ({
  address: 0,
  file: 1,
  line: 1,
  isStatement: startsAsStatement,
  endsSequence: false,
});

/** File (an index) and line of the code at each address, by one run; undefined where the program has none. */
export function linesAt(
  table: LineTable,
  addresses: readonly number[],
): readonly ({ readonly file: number; readonly line: number } | undefined)[] {
  const found: ({ file: number; line: number } | undefined)[] = addresses.map(() => undefined);
  const lowest = Math.min(...addresses);
  const highest = Math.max(...addresses);
  let left = addresses.length;
  let from = Number.POSITIVE_INFINITY;
  let file = 0;
  let line = 0;
  runLineProgram(table, (row) => {
    const to = row.address;
    if (to > from && from <= highest && to > lowest) {
      for (const [index, address] of addresses.entries()) {
        if (address < from || address >= to || found[index] !== undefined) continue;
        found[index] = { file, line };
        left--;
      }
    }
    from = row.endsSequence ? Number.POSITIVE_INFINITY : to;
    file = row.file;
    line = row.line;
    return left > 0;
  });
  return found;
}
