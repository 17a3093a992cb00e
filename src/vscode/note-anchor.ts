import { l10n, type TextEditor, window } from 'vscode';
import type { NoteAnchor } from '../core/notes/note.ts';
import { contextFor, fileRequest } from './engines.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';

/** A statement of a tree that a note can be fixed to. */
export interface AnchoredPlace {
  readonly root: string;
  readonly anchor: NoteAnchor;
}

/** The statement that is selected, or that the cursor is in; says why where there is none. */
export async function anchorOfSelection({ trees, engines }: Session): Promise<AnchoredPlace | undefined> {
  const editor = window.activeTextEditor;
  const inTree = editor && trees.locate(editor.document);
  if (editor === undefined || inTree === undefined) {
    void window.showInformationMessage(l10n.t('Put the cursor into a C file of a Linux tree first.'));
    return undefined;
  }
  const { root } = inTree;
  const engine = engines.engine(root);
  const request = fileRequest(editor.document, inTree);
  const { value: anchor, problems } = await engine.anchorAt(
    { ...request, line: firstLine(editor) },
    contextFor(undefined),
  );
  if (anchor === undefined) {
    void window.showWarningMessage(problems.map(problemSentence).join(' '));
    return undefined;
  }
  const edited = request.text === undefined ? [] : [{ file: request.file, text: request.text }];
  const { value: [place] = [] } = await engine.findNotes({ anchors: [anchor], edited }, contextFor(undefined));
  if (place === undefined || place.confidence === 'lost' || place.line !== anchor.seen.line) {
    void window.showWarningMessage(
      l10n.t(
        'This statement cannot be told from others like it in {0}: choose one beside it.',
        anchor.function ?? anchor.file,
      ),
    );
    return undefined;
  }
  return { root, anchor };
}

/** From 1: the first line of the selection that holds anything. */
function firstLine({ document, selection }: TextEditor): number {
  for (let line = selection.start.line; line <= selection.end.line; line++)
    if (!document.lineAt(line).isEmptyOrWhitespace) return line + 1;
  return selection.start.line + 1;
}
