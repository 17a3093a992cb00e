import {
  commands,
  l10n,
  MarkdownString,
  OverviewRulerLane,
  Range,
  type TextEditor,
  ThemeColor,
  Uri,
  window,
} from 'vscode';
import type { Frame } from '../core/model.ts';
import { frameDoubts, framePlace } from '../core/report/frame-place.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';
import { uriOf } from './targets.ts';
import { framesOf, type ShownTrace, type Traces } from './traces.ts';

/** Draws the frames of the active trace where they lead: a mark in the gutter and "#3 of 14" at the line's end. */
export function registerTraceDecorations({ context }: Session, traces: Traces): void {
  const type = window.createTextEditorDecorationType({
    gutterIconPath: Uri.joinPath(context.extensionUri, 'media', 'frame.svg'),
    gutterIconSize: 'contain',
    overviewRulerColor: new ThemeColor('editorInfo.foreground'),
    overviewRulerLane: OverviewRulerLane.Right,
  });
  let drawn = true;
  const draw = (): void => {
    const trace = drawn ? traces.active() : undefined;
    for (const editor of window.visibleTextEditors)
      editor.setDecorations(type, trace === undefined ? [] : marksIn(editor, trace));
    void commands.executeCommand('setContext', 'kernlens.traces.drawn', drawn);
  };
  const set = (value: boolean): void => {
    drawn = value;
    draw();
  };
  context.subscriptions.push(
    type,
    traces.onDidChange(draw),
    window.onDidChangeVisibleTextEditors(draw),
    commands.registerCommand('kernlens.hideFrames', () => set(false)),
    commands.registerCommand('kernlens.drawFrames', () => set(true)),
  );
  draw();
}

interface Mark {
  readonly range: Range;
  readonly hoverMessage: MarkdownString;
  readonly renderOptions: object;
}

function marksIn({ document }: TextEditor, trace: ShownTrace): Mark[] {
  // A word that only lay on the stack was not called from there.
  const frames = framesOf(trace).filter(({ reliable }) => reliable);
  const uri = document.uri.toString();
  const atLine = new Map<number, number[]>();
  for (const [index, frame] of frames.entries()) {
    const place = framePlace(frame);
    if (place === undefined || uriOf(trace.root, place.file).toString() !== uri || place.line > document.lineCount)
      continue;
    atLine.set(place.line, [...(atLine.get(place.line) ?? []), index]);
  }
  return [...atLine].map(([line, indices]) => markAt(line, indices, frames));
}

function markAt(line: number, indices: readonly number[], frames: readonly Frame[]): Mark {
  const numbers = indices.map((index) => `#${index + 1}`).join(', ');
  const [doubts = ''] = indices.map((index) => doubtsOf(frames[index]));
  return {
    range: new Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER),
    hoverMessage: hoverOf(indices.map((index) => frames[index]?.text ?? '')),
    renderOptions: {
      after: {
        contentText: `  ${l10n.t('{0} of {1}', numbers, frames.length)}${doubts}`,
        color: new ThemeColor('editorCodeLens.foreground'),
      },
    },
  };
}

const doubtsOf = (frame: Frame | undefined): string => (frame === undefined ? '' : frameDoubts(frame, say));

/** The pasted lines as code, so that nothing in them is markup. */
function hoverOf(texts: readonly string[]): MarkdownString {
  const text = new MarkdownString();
  for (const line of texts) text.appendCodeblock(line, 'kernel-trace');
  return text;
}
