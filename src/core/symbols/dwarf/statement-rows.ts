import { cursorAt, sleb, u16, u64, u8, uleb } from '../cursor.ts';
import type { LineTable } from './line-table.ts';

/** An address at which a statement begins. */
export interface StatementRow {
  readonly address: number;
  /** Index in the table's files. */
  readonly file: number;
  /** From 1. */
  readonly line: number;
}

/**
 * All rows of a program that a compiler recommends for breakpoints (DWARF 5, 6.2.2, is_stmt), in the program's order.
 * Unlike `linesAt`, which looks for a few addresses among them, this reads every row.
 */
export function statementRows(table: LineTable): readonly StatementRow[] {
  const { bytes, opcodeBase, lineBase, instructionLength, operandCounts, startsAsStatement } = table;
  const lineRange = table.lineRange || 1;
  const rows: StatementRow[] = [];
  const cursor = cursorAt(bytes, table.programAt);
  let [address, file, line, isStatement] = [0, 1, 1, startsAsStatement];
  const step = (adjusted: number): number => Math.floor(adjusted / lineRange);
  const addRow = (): void => {
    if (isStatement && line > 0) rows.push({ address, file, line });
  };
  while (cursor.at < bytes.length) {
    const opcode = u8(cursor);
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      address += step(adjusted) * instructionLength;
      line += lineBase + (adjusted % lineRange);
      addRow();
      continue;
    }
    switch (opcode) {
      case 0: {
        const behind = uleb(cursor) + cursor.at;
        const extended = u8(cursor);
        if (extended === endSequence) [address, file, line, isStatement] = [0, 1, 1, startsAsStatement];
        else if (extended === setAddress) address = u64(cursor);
        cursor.at = Math.max(behind, cursor.at);
        break;
      }
      case 1:
        addRow();
        break;
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
        address += step(255 - opcodeBase) * instructionLength;
        break;
      case 9:
        address += u16(cursor);
        break;
      default:
        for (let left = operandCounts[opcode] ?? 0; left > 0; left--) uleb(cursor);
    }
  }
  return rows;
}

/** DW_LNE_end_sequence and _set_address. */
const endSequence = 1;
const setAddress = 2;
