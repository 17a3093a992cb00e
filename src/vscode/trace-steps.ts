import { commands, l10n, window } from 'vscode';
import type { Frame } from '../core/model.ts';
import { framePlace } from '../core/report/frame-place.ts';
import type { Session } from './session.ts';
import { reveal } from './targets.ts';
import { framesOf, type ShownTrace, type Traces } from './traces.ts';

/** Steps through the frames of the active trace that have a line; doubtful frames are passed over. */
export function registerTraceSteps(
  { context }: Session,
  traces: Traces,
): { at(trace: ShownTrace, frame: Frame): void } {
  let last: { readonly trace: ShownTrace; readonly index: number } | undefined;
  const step = async (by: 1 | -1): Promise<void> => {
    const trace = traces.active();
    const frames = trace === undefined ? [] : steppable(trace);
    if (trace === undefined || frames.length === 0) {
      void window.showInformationMessage(l10n.t('Decode a stack trace first: no frame with a line is known.'));
      return;
    }
    const from = last?.trace === trace ? last.index : by > 0 ? -1 : frames.length;
    const index = from + by;
    const frame = frames[index];
    if (frame === undefined) {
      window.setStatusBarMessage(
        by > 0 ? l10n.t('This is the outermost frame.') : l10n.t('This is the innermost frame.'),
        4000,
      );
      return;
    }
    last = { trace, index };
    const place = framePlace(frame);
    if (place !== undefined) await reveal(trace.root, place.file, place.line);
    window.setStatusBarMessage(
      l10n.t('Frame {0} of {1}: {2}', index + 1, frames.length, frame.function ?? frame.text),
      6000,
    );
  };
  context.subscriptions.push(
    commands.registerCommand('kernlens.nextFrame', () => step(1)),
    commands.registerCommand('kernlens.previousFrame', () => step(-1)),
  );
  return {
    at(trace, frame) {
      const index = steppable(trace).indexOf(frame);
      if (index >= 0) last = { trace, index };
    },
  };
}

const steppable = (trace: ShownTrace): readonly Frame[] =>
  framesOf(trace).filter((frame) => frame.reliable && framePlace(frame) !== undefined);
