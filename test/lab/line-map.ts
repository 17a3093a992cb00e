import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Which line of the second file each line of the first has become, by diff: only lines with `margin` unchanged lines on
 * both sides, where a repeated `return err;` can't be taken for another. Lines count from 1.
 */
export function lineMap(first: string, second: string, margin: number): ReadonlyMap<number, number> {
  const { stdout } = spawnSync('diff', ['-U0', first, second], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const map = new Map<number, number>();
  let from = 1;
  let shift = 0;
  const unchanged = (to: number): void => {
    for (let line = from + margin; line < to - margin; line++) map.set(line, line + shift);
  };
  for (const [, start = '', count = '1', newStart = '', newCount = '1'] of stdout.matchAll(
    /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gmu,
  )) {
    // A hunk of no lines names the line before it.
    const at = Number(start) + (count === '0' ? 1 : 0);
    unchanged(at);
    from = at + Number(count);
    shift = Number(newStart) + (newCount === '0' ? 1 : 0) + Number(newCount) - from;
  }
  unchanged(readFileSync(first, 'utf8').split('\n').length);
  return map;
}
