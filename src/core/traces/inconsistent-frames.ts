import type { Frame, TraceSection } from '../model.ts';
import type { Problem } from '../problem.ts';

/**
 * Symbols that stand alone and differ from one of a stack, of the same function and size, in a single digit of the offset:
 * nearly always one that was typed, as `tcp_v4_rcv+0x536/0x9c0` beside `tcp_v4_rcv+0x596/0x9c0`. A function is called from
 * several places, so stacks are not compared with one another.
 */
export function inconsistentFrames(sections: readonly TraceSection[]): readonly Problem[] {
  const inStacks = new Map<string, Frame[]>();
  for (const { frames } of sections) {
    if (frames.length < 2) continue;
    for (const frame of frames) {
      const key = bodyOf(frame);
      if (key !== undefined) inStacks.set(key, [...(inStacks.get(key) ?? []), frame]);
    }
  }
  return sections.flatMap(({ frames }) => {
    const [alone, ...others] = frames;
    const key = alone === undefined || others.length > 0 ? undefined : bodyOf(alone);
    const known = key === undefined ? [] : (inStacks.get(key) ?? []);
    if (alone === undefined || known.length === 0 || known.some(({ offset }) => offset === alone.offset)) return [];
    const like = known.find((frame) => isSlip(hexOf(alone), hexOf(frame)));
    if (like === undefined) return [];
    return [
      {
        kind: 'frame-inconsistent',
        line: alone.line,
        symbol: symbolOf(alone),
        like: symbolOf(like),
        likeLine: like.line,
      },
    ];
  });
}

const bodyOf = ({ function: name, offset, size }: Frame): string | undefined =>
  name === undefined || offset === undefined || size === undefined ? undefined : `${name}/${size}`;

const hexOf = ({ offset = 0 }: Frame): string => offset.toString(16);

const symbolOf = (frame: Frame): string => `${frame.function}+0x${hexOf(frame)}/0x${(frame.size ?? 0).toString(16)}`;

/** Whether two numbers of several digits differ in one of them. */
function isSlip(a: string, b: string): boolean {
  if (a.length !== b.length || a.length < 3) return false;
  return Array.from(a).filter((digit, at) => digit !== b[at]).length === 1;
}
