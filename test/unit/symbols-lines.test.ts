import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesAt } from '../../src/core/symbols/dwarf/line-program.ts';

const setAddress = (address: number): readonly number[] => [0, 9, 2, address & 255, address >> 8, 0, 0, 0, 0, 0, 0];
const [copy, advancePc, advanceLine, end] = [1, 2, 3, [0, 1, 1]];

/** Rows at 0x1000 (line 1), 0x1008 (5) and, behind an address of its own, 0x1010 (7) up to 0x1014; then 0x800 (1) up to 0x804. */
const program = Uint8Array.from([
  ...setAddress(0x1000),
  copy,
  advancePc,
  8,
  advanceLine,
  4,
  copy,
  ...setAddress(0x1010),
  advanceLine,
  2,
  copy,
  advancePc,
  4,
  ...end,
  ...setAddress(0x800),
  copy,
  advancePc,
  4,
  ...end,
]);
const names = { count: 0, get: () => undefined };
const table = {
  bytes: program,
  version: 5,
  offsetSize: 4,
  programAt: 0,
  instructionLength: 1,
  startsAsStatement: true,
  lineBase: -5,
  lineRange: 14,
  opcodeBase: 13,
  operandCounts: [0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1],
  directories: names,
  files: names,
} as const;
const lines = [
  [0x7ff, undefined],
  [0x803, 1],
  [0x804, undefined],
  [0xfff, undefined],
  [0x1000, 1],
  [0x1008, 5],
  [0x100f, 5],
  [0x1010, 7],
  [0x1013, 7],
  [0x1014, undefined],
] as const;

test('lines of addresses: one by one, and all in one run', () => {
  for (const [address, line] of lines) assert.equal(linesAt(table, [address])[0]?.line, line, address.toString(16));
  const all = linesAt(
    table,
    lines.map(([address]) => address),
  );
  assert.deepEqual(
    all.map((row) => row?.line),
    lines.map(([, line]) => line),
  );
});
