import type { Span } from '../base/position.ts';

/** The items that start in [extent.start, extent.end), of a list sorted by where its items start. */
export function inExtent<T>(sorted: readonly T[], startOf: (item: T) => number, extent: Span): readonly T[] {
  return sorted.slice(firstFrom(sorted, startOf, extent.start), firstFrom(sorted, startOf, extent.end));
}

/** Index of the first item that starts at an offset or behind it. */
function firstFrom<T>(sorted: readonly T[], startOf: (item: T) => number, offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && startOf(item) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
