import type { Frame, TraceSection } from '../../model.ts';
import { isThunk, isTrampoline, sourceName } from '../source-name.ts';

/** A frame without a line, and the frame that its function called. */
export interface FrameCall {
  readonly frame: Frame;
  readonly callee: Frame;
}

/**
 * The calls of a section that have to be looked for in the source. The first frame called nothing that is shown; nor did an
 * interrupted one, or one whose entry was traced. Doubtful frames are left out on both sides, and so are sections in which
 * reports of several processors are mixed.
 */
export function frameCalls({ frames, interleaved }: TraceSection): readonly FrameCall[] {
  if (interleaved === true) return [];
  const found: FrameCall[] = [];
  let callee: Frame | undefined;
  for (const frame of frames) {
    if (!isOfStack(frame) || isThunk(sourceName(frame.function ?? ''))) continue;
    if (callee !== undefined && isOpen(frame) && hasCalled(callee)) found.push({ frame, callee });
    callee = frame;
  }
  return found;
}

const isOfStack = (frame: Frame): boolean =>
  frame.reliable && !frame.inlined && frame.role !== 'reference' && frame.role !== 'link';

const isOpen = (frame: Frame): boolean =>
  frame.role === 'call' && frame.certainty === 'none' && frame.function !== undefined && frame.offset !== 0;

/** Code without a name is a trampoline of tracing, or unknown. */
const hasCalled = (callee: Frame): boolean =>
  callee.function !== undefined && !isTrampoline(sourceName(callee.function));
