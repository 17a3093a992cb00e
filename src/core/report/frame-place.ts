import type { Frame, SourceLine } from '../model.ts';
import { certaintyText } from './decoded-text.ts';
import type { Say } from './say.ts';

/** The line a frame leads to: its own, the first of its candidates, or the one its text states. */
export const framePlace = (frame: Frame): SourceLine | undefined =>
  frame.locations[0] ?? frame.candidates?.[0] ?? frame.stated;

/** How sure the line is and whether the frame itself is: `` for an exact line of a reliable frame. */
export function frameDoubts(frame: Frame, say: Say): string {
  const stated = frame.locations.length === 0 && frame.candidates === undefined && frame.stated !== undefined;
  const candidates = frame.candidates?.length ?? 0;
  return [
    stated ? say(' (as the trace says)') : certaintyText(frame, say),
    candidates > 1 ? say(' (one of {0})', candidates) : '',
    frame.inlined ? say(' (inlined)') : '',
    frame.reliable ? '' : say(' (unreliable)'),
  ].join('');
}
