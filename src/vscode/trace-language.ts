import {
  CodeLens,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  l10n,
  languages,
  MarkdownString,
  Position,
  Range,
  SymbolKind,
  type TextDocument,
} from 'vscode';
import type { Frame, TraceSection } from '../core/model.ts';
import { frameDoubts, framePlace } from '../core/report/frame-place.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';
import { uriOf } from './targets.ts';
import type { ShownTrace } from './traces.ts';

/** Files with a kernel trace in them; package.json gives them this language. */
export const traceLanguage = 'kernel-trace';

/** What was read of a document, as it stands now; undefined for one that is too long or outside every tree. */
export type ReadDocument = (document: TextDocument) => Promise<ShownTrace | undefined>;

/** What the editor shows in a trace's document: lenses over its sections, folding, an outline, links and hovers. */
export function registerTraceLanguage({ context }: Session, read: ReadDocument): void {
  const selector = { language: traceLanguage };
  const sections = async (document: TextDocument): Promise<readonly TraceSection[]> =>
    (await read(document))?.decoded.sections ?? [];
  context.subscriptions.push(
    languages.registerCodeLensProvider(selector, {
      provideCodeLenses: async (document) => lensesOf(await sections(document)),
    }),
    languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: async (document) => (await sections(document)).flatMap(foldOf),
    }),
    languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: async (document) =>
        (await sections(document)).flatMap((section) => outlineOf(document, section)),
    }),
    languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: async (document) => {
        const trace = await read(document);
        return trace === undefined ? [] : framesIn(trace).flatMap((frame) => linkOf(frame, trace.root));
      },
    }),
    languages.registerHoverProvider(selector, {
      provideHover: async (document, position) => {
        const trace = await read(document);
        const frame = trace && framesIn(trace).find((each) => rangeOf(each).contains(position));
        return frame === undefined ? undefined : hoverOf(frame);
      },
    }),
  );
}

const framesIn = ({ decoded }: ShownTrace): readonly Frame[] => decoded.sections.flatMap(({ frames }) => frames);

function lensesOf(sections: readonly TraceSection[]): CodeLens[] {
  const count = sections.reduce((sum, { frames }) => sum + frames.length, 0);
  const first = sections[0]?.frames[0];
  const at = first === undefined ? 0 : Math.max(0, first.line - 1);
  const title = count === 0 ? l10n.t('Decode this trace') : l10n.t('Decode {0} frames', count);
  return [
    new CodeLens(new Range(at, 0, at, 0), {
      title: `$(list-tree)\u00a0${title}`,
      tooltip: l10n.t('Find the source lines of these frames'),
      command: 'kernlens.decodeSelection',
    }),
  ];
}

const firstLine = ({ frames }: TraceSection): number => (frames[0]?.line ?? 1) - 1;
const lastLine = ({ frames }: TraceSection): number => (frames.at(-1)?.line ?? 1) - 1;

function foldOf(section: TraceSection): FoldingRange[] {
  const from = firstLine(section);
  const to = lastLine(section);
  return to > from ? [new FoldingRange(from, to)] : [];
}

function outlineOf(document: TextDocument, section: TraceSection): DocumentSymbol[] {
  const from = Math.max(0, firstLine(section));
  const to = Math.min(document.lineCount - 1, lastLine(section));
  if (from > to) return [];
  const whole = new Range(new Position(from, 0), document.lineAt(to).range.end);
  const symbol = new DocumentSymbol(section.title || '-', '', SymbolKind.Namespace, whole, document.lineAt(from).range);
  symbol.children = section.frames.map((frame) => {
    const range = document.lineAt(Math.min(frame.line - 1, document.lineCount - 1)).range;
    const place = framePlace(frame);
    const where = place === undefined ? '' : `${place.file}:${place.line}`;
    return new DocumentSymbol(frame.function ?? frame.address ?? '-', where, SymbolKind.Function, range, range);
  });
  return [symbol];
}

function rangeOf({ line, column = [1, 1] }: Frame): Range {
  return new Range(line - 1, column[0] - 1, line - 1, column[1] - 1);
}

function linkOf(frame: Frame, root: string): DocumentLink[] {
  const place = framePlace(frame);
  if (place === undefined || frame.column === undefined) return [];
  const target = uriOf(root, place.file).with({ fragment: `L${place.line}` });
  const link = new DocumentLink(rangeOf(frame), target);
  link.tooltip = `${place.file}:${place.line}${frameDoubts(frame, say)}`;
  return [link];
}

function hoverOf(frame: Frame): Hover {
  const places = frame.locations.length > 0 ? frame.locations : (frame.candidates ?? [framePlace(frame)]);
  const text = new MarkdownString();
  for (const place of places) if (place !== undefined) text.appendCodeblock(`${place.file}:${place.line}`, 'text');
  const doubts = frameDoubts(frame, say).trim();
  text.appendText(places.length === 0 ? l10n.t('The line of this frame is not known.') : doubts);
  for (const site of frame.sites) text.appendText(`\n\n${l10n.t('site {0}', site)}`);
  return new Hover(text, rangeOf(frame));
}
