import {
  commands,
  EventEmitter,
  l10n,
  Range,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type Uri,
  window,
  workspace,
} from 'vscode';
import type { Decoded, Frame, SourceLine, TraceSection } from '../core/model.ts';
import { certaintyText } from '../core/report/decoded-text.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';
import { reveal } from './targets.ts';

export interface ShownTrace {
  readonly root: string;
  readonly title: string;
  readonly decoded: Decoded;
  readonly uri?: Uri;
  readonly firstLine?: number;
}

export interface TraceView {
  show(trace: ShownTrace, focus: boolean): Promise<void>;
}

type Row =
  | { readonly kind: 'build'; readonly build: Decoded['build'] }
  | { readonly kind: 'incident'; readonly id: string; readonly root: string }
  | { readonly kind: 'section'; readonly section: TraceSection }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'place'; readonly place: SourceLine; readonly text: string; readonly note: string };

/** The Traces view: sections, their frames, and under a frame its inline chain or candidates. Rows go to the line. */
export function registerTraceView({ context }: Session): TraceView {
  let shown: ShownTrace | undefined;
  const changed = new EventEmitter<undefined>();
  const view = window.createTreeView<Row>('kernlens.traces', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (row) => (row === undefined ? topRows(shown) : childRows(row)),
      getTreeItem: (row) => itemOf(row, shown),
    },
    showCollapseAll: true,
  });
  const goToPasted = async (row: Row): Promise<void> => {
    if (row.kind !== 'frame' || shown?.uri === undefined) return;
    const line = (shown.firstLine ?? 0) + row.frame.line - 1;
    const document = await workspace.openTextDocument(shown.uri);
    await window.showTextDocument(document, { selection: new Range(line, 0, line, 0) });
  };
  const goToFrame = async (row: Row): Promise<void> => {
    const place = row.kind === 'frame' ? firstPlace(row.frame) : row.kind === 'place' ? row.place : undefined;
    if (place !== undefined && shown !== undefined) await reveal(shown.root, place.file, place.line);
    else await goToPasted(row);
  };
  context.subscriptions.push(
    view,
    changed,
    commands.registerCommand('kernlens.goToFrame', goToFrame),
    commands.registerCommand('kernlens.goToPasted', goToPasted),
  );
  return {
    async show(trace, focus) {
      shown = trace;
      view.description = trace.title;
      changed.fire(undefined);
      if (focus) await commands.executeCommand('kernlens.traces.focus');
    },
  };
}

function topRows(shown: ShownTrace | undefined): Row[] {
  if (shown === undefined) return [];
  const { build, sections } = shown.decoded;
  return [
    { kind: 'build', build },
    ...shown.decoded.incidents.map((id) => ({ kind: 'incident', id, root: shown.root }) as const),
    ...sections.map((section) => ({ kind: 'section', section }) as const),
  ];
}

function buildText(verdict: Decoded['build']['verdict']): string {
  switch (verdict) {
    case 'match':
      return l10n.t('Build matches');
    case 'mismatch':
      return l10n.t('Another build');
    case 'unproven':
      return l10n.t('Build not proven');
  }
}

function childRows(row: Row): Row[] {
  if (row.kind === 'section') return row.section.frames.map((frame) => ({ kind: 'frame', frame }));
  if (row.kind !== 'frame') return [];
  const { locations, candidates = [], returnLine } = row.frame;
  const [, ...outer] = locations;
  return [
    ...outer.map(
      (place) => ({ kind: 'place', place, text: place.function, note: l10n.t('inlined into this') }) as const,
    ),
    ...candidates
      .slice(locations.length > 0 ? 1 : 0)
      .map(
        (place) =>
          ({ kind: 'place', place, text: `${place.file}:${place.line}`, note: l10n.t('another candidate') }) as const,
      ),
    ...(returnLine === undefined
      ? []
      : [
          {
            kind: 'place',
            place: returnLine,
            text: `${returnLine.file}:${returnLine.line}`,
            note: l10n.t('what faddr2line says of the return address'),
          } as const,
        ]),
  ];
}

function itemOf(row: Row, shown: ShownTrace | undefined): TreeItem {
  switch (row.kind) {
    case 'build':
      return Object.assign(new TreeItem(buildText(row.build.verdict)), {
        description: row.build.why,
        iconPath: new ThemeIcon(buildIcons[row.build.verdict]),
        tooltip: `${buildText(row.build.verdict)}: ${row.build.why}`,
      });
    case 'incident':
      return Object.assign(new TreeItem(l10n.t('Known incident: {0}', row.id)), {
        iconPath: new ThemeIcon('book'),
        command: {
          title: l10n.t('Explain'),
          command: 'kernlens.showIncident',
          arguments: [{ root: row.root, id: row.id }],
        },
      });
    case 'section':
      return new TreeItem(row.section.title, TreeItemCollapsibleState.Expanded);
    case 'place':
      return Object.assign(new TreeItem(row.text), {
        description: `${row.note}  ${nearText(row.place)}`,
        tooltip: placeText(row.place),
        accessibilityInformation: { label: `${row.text}, ${row.note}, ${placeText(row.place)}` },
        command: { title: l10n.t('Go to Line'), command: 'kernlens.goToFrame', arguments: [row] },
      });
    case 'frame':
      return frameItem(row, row.frame, shown);
  }
}

const buildIcons = { match: 'verified', mismatch: 'error', unproven: 'question' } as const;

function frameItem(row: Row, frame: Frame, shown: ShownTrace | undefined): TreeItem {
  const place = firstPlace(frame);
  const item = new TreeItem(
    frame.function ?? frame.address ?? frame.text,
    childRows(row).length > 0 ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
  );
  const doubts = `${certaintyText(frame, say)}${frame.reliable ? '' : l10n.t(' (unreliable)')}`;
  const where = place === undefined ? l10n.t('not found') : placeText(place);
  item.description = `${place === undefined ? where : nearText(place)}${doubts}`;
  item.tooltip = [frame.text, `${where}${doubts}`, ...frame.sites.map((site) => l10n.t('site {0}', site))].join('\n');
  item.iconPath = new ThemeIcon(frameIcon(frame));
  item.contextValue = shown?.uri === undefined ? 'frame' : 'frameInDocument';
  item.command = { title: l10n.t('Go to Line'), command: 'kernlens.goToFrame', arguments: [row] };
  item.accessibilityInformation = { label: `${frame.function ?? frame.text}, ${where}${doubts}` };
  return item;
}

function frameIcon(frame: Frame): string {
  if (!frame.reliable) return 'question';
  if (frame.sites.length > 0) return 'circle-slash';
  return frame.role === 'pc' ? 'debug-stackframe' : 'debug-stackframe-dot';
}

const firstPlace = (frame: Frame): SourceLine | undefined =>
  frame.locations[0] ?? frame.candidates?.[0] ?? frame.stated;

const placeText = ({ file, line }: SourceLine): string => `${file}:${line}`;

/** Short, for a narrow view; the whole path is in the tooltip. */
const nearText = ({ file, line }: SourceLine): string => `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
