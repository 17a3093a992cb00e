import { cursorAt, sleb, u16, u64, uleb } from '../cursor.ts';
import type { LineTable } from './line-table.ts';

/** A stretch of code of one line: from `start` up to `end`, which are the same where the next row is for the same address. */
export type OnStretch = (
  start: number,
  end: number,
  /** Index in the table's files. */
  file: number,
  /** From 1; 0 for code of no line. */
  line: number,
  isStatement: boolean,
) => boolean;

/**
 * Runs a program (DWARF 5, 6.2.5) and tells the stretches that touch the addresses from `low` to `high`, until `onStretch`
 * gives false. Plain variables and no row objects: a unit has some ten thousand rows, most of them passed over.
 */
export function runLineProgram(table: LineTable, low: number, high: number, onStretch: OnStretch): void {
  const { bytes, opcodeBase, lineBase, instructionLength, operandCounts, startsAsStatement } = table;
  const lineRange = table.lineRange || 1;
  const constantAdvance = Math.floor((255 - opcodeBase) / lineRange) * instructionLength;
  const cursor = cursorAt(bytes, table.programAt);
  let { at } = cursor;
  let [address, file, line, isStatement] = [0, 1, 1, startsAsStatement];
  let [start, startFile, startLine, startIsStatement] = [-1, 0, 0, false];
  while (at < bytes.length) {
    const opcode = bytes[at++] ?? 0;
    let isRow = true;
    let endsSequence = false;
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      const advance = (adjusted / lineRange) | 0;
      address += advance * instructionLength;
      line += lineBase + adjusted - advance * lineRange;
    } else if (opcode === 5) {
      // Columns are told for nearly every row, and not asked for.
      isRow = false;
      while ((bytes[at++] ?? 0) > 127);
    } else if (opcode !== 1) {
      isRow = false;
      cursor.at = at;
      switch (opcode) {
        case 0: {
          const behind = uleb(cursor) + cursor.at;
          const extended = bytes[cursor.at++];
          if (extended === 1) isRow = endsSequence = true;
          else if (extended === 2) address = u64(cursor);
          cursor.at = Math.max(behind, cursor.at);
          break;
        }
        case 2:
          address += uleb(cursor) * instructionLength;
          break;
        case 3:
          line += sleb(cursor);
          break;
        case 4:
          file = uleb(cursor);
          break;
        case 6:
          isStatement = !isStatement;
          break;
        case 8:
          address += constantAdvance;
          break;
        case 9:
          address += u16(cursor);
          break;
        default:
          for (let left = operandCounts[opcode] ?? 0; left > 0; left--) uleb(cursor);
      }
      ({ at } = cursor);
    }
    if (!isRow) continue;
    const touches = start >= 0 && start <= high && address >= low;
    if (touches && !onStretch(start, address, startFile, startLine, startIsStatement)) return;
    if (endsSequence) {
      [address, file, line, isStatement] = [0, 1, 1, startsAsStatement];
      start = -1;
    } else {
      start = address;
      startFile = file;
      startLine = line;
      startIsStatement = isStatement;
    }
  }
}

/** File (an index) and line of the code at each address, by one run; undefined where the program has none. */
export function linesAt(
  table: LineTable,
  addresses: readonly number[],
): readonly ({ readonly file: number; readonly line: number } | undefined)[] {
  const found: ({ file: number; line: number } | undefined)[] = addresses.map(() => undefined);
  let left = addresses.length;
  runLineProgram(table, Math.min(...addresses), Math.max(...addresses), (start, end, file, line) => {
    for (let index = 0; index < addresses.length; index++) {
      const address = addresses[index] ?? 0;
      if (address < start || address >= end || found[index] !== undefined) continue;
      found[index] = { file, line };
      left--;
    }
    return left > 0;
  });
  return found;
}
