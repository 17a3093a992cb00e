/** Jumps that the grammar can't see: the labels of an asm goto, a goto in a macro's argument. */
import type { HiddenJump } from './normalise/findings.ts';

/** Hands each jump out once, in the order of the file, as a walk passes its place. */
export interface HiddenJumpQueue {
  takeBefore(offset: number): readonly (HiddenJump & { readonly start: number; readonly end: number })[];
}

/** The jumps of one function. `text` is the whole file's. */
export function createHiddenJumpQueue(text: string, jumps: readonly HiddenJump[]): HiddenJumpQueue {
  const waiting = jumps.toSorted((a, b) => b.at - a.at);
  return {
    takeBefore: (offset) => {
      if (waiting.length === 0) return none;
      const taken: HiddenJump[] = [];
      for (let jump = waiting.at(-1); jump !== undefined && jump.at < offset; jump = waiting.at(-1)) {
        taken.push(jump);
        waiting.pop();
      }
      return taken.map((jump) => ({ ...jump, start: jump.at, end: endOf(text, jump) }));
    },
  };
}

const none: readonly never[] = [];

function endOf(text: string, jump: HiddenJump): number {
  const label = text.indexOf(jump.label, jump.at);
  return (label < 0 ? jump.at : label) + jump.label.length;
}
