import type { SourceLine } from '../../src/core/model.ts';

/** How often inferred lines hold the true one. */
export interface Tally {
  count: number;
  /** The true line is among them. */
  held: number;
  /** There is but one. */
  single: number;
  /** There is but one, and it is the true one. */
  right: number;
  none: number;
}

export const emptyTally = (): Tally => ({ count: 0, held: 0, single: 0, right: 0, none: 0 });

export function note(tally: Tally, truth: SourceLine, lines: readonly SourceLine[]): void {
  const isHeld = lines.some(({ file, line }) => file === truth.file && line === truth.line);
  tally.count++;
  if (isHeld) tally.held++;
  if (lines.length === 0) tally.none++;
  if (lines.length !== 1) return;
  tally.single++;
  if (isHeld) tally.right++;
}

export function figures({ count, held, single, right, none }: Tally): string {
  const percent = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`;
  return [
    `${count} calls`,
    `the line among the candidates ${percent(held, count)}`,
    `one candidate ${percent(single, count)}, right ${percent(right, single)}`,
    `none ${percent(none, count)}`,
  ].join('; ');
}
