import type { Decoded, Frame } from '../model.ts';

/** What two call paths have in common, outermost last, as in the traces. */
export interface SharedPath {
  /** The frames of the first trace that both have, from where the paths join to the outermost. */
  readonly shared: readonly Frame[];
  /** What only the first (the second) trace did below that, innermost first. */
  readonly onlyFirst: readonly Frame[];
  readonly onlySecond: readonly Frame[];
}

/**
 * Compares the call paths of two traces: of all pairs of their sections the one that shares most callers. Frames are
 * the same when they are in the same function of the same module; offsets may differ. Undefined when none is shared.
 */
export function sharedPath(first: Decoded, second: Decoded): SharedPath | undefined {
  let best: SharedPath | undefined;
  for (const one of first.sections) {
    for (const other of second.sections) {
      const path = sharedOf(calls(one.frames), calls(other.frames));
      if (path.shared.length > (best?.shared.length ?? 0)) best = path;
    }
  }
  return best;
}

/** What was really called: no doubtful words of the stack, no functions only mentioned. */
const calls = (frames: readonly Frame[]): readonly Frame[] =>
  frames.filter(
    ({ reliable, role, function: name }) => reliable && name !== undefined && role !== 'reference' && role !== 'link',
  );

function sharedOf(first: readonly Frame[], second: readonly Frame[]): SharedPath {
  let count = 0;
  while (count < first.length && count < second.length && sameFunction(first.at(-1 - count), second.at(-1 - count)))
    count++;
  return {
    shared: first.slice(first.length - count),
    onlyFirst: first.slice(0, first.length - count),
    onlySecond: second.slice(0, second.length - count),
  };
}

const sameFunction = (one: Frame | undefined, other: Frame | undefined): boolean =>
  one !== undefined && one.function === other?.function && one.module === other?.module;
