import {
  commands,
  EventEmitter,
  l10n,
  Range,
  ThemeColor,
  ThemeIcon,
  type TreeDragAndDropController,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { Decoded, Frame, SourceLine, TraceSection } from '../core/model.ts';
import { frameDoubts, framePlace } from '../core/report/frame-place.ts';
import { sharedPath } from '../core/traces/compare-traces.ts';
import { say } from './say.ts';
import type { Session } from './session.ts';
import { reveal } from './targets.ts';
import type { ShownTrace, Traces } from './traces.ts';
import type { registerTraceSteps } from './trace-steps.ts';

type Row =
  | { readonly kind: 'trace'; readonly trace: ShownTrace }
  | { readonly kind: 'build'; readonly build: Decoded['build'] }
  | { readonly kind: 'incident'; readonly id: string; readonly root: string }
  | { readonly kind: 'section'; readonly section: TraceSection; readonly trace: ShownTrace }
  | { readonly kind: 'frame'; readonly frame: Frame; readonly trace: ShownTrace }
  | { readonly kind: 'hidden'; readonly count: number }
  | { readonly kind: 'shared'; readonly other: ShownTrace; readonly trace: ShownTrace }
  | {
      readonly kind: 'place';
      readonly place: SourceLine;
      readonly text: string;
      readonly note: string;
      readonly root: string;
    };

/**
 * The Traces view: the session's traces, their sections, their frames, and under a frame its inline chain or
 * candidates. Rows go to the line. Frames that are only words on the stack are hidden until asked for.
 */
export function registerTraceView(
  { context }: Session,
  traces: Traces,
  { steps, dropped }: { readonly steps: ReturnType<typeof registerTraceSteps>; readonly dropped: Dropped },
): { focus(): Promise<void> } {
  let doubtful = false;
  const changed = new EventEmitter<undefined>();
  const children = (row: Row | undefined): Row[] =>
    row === undefined ? traces.all().map((trace) => ({ kind: 'trace', trace })) : childRows(row, doubtful, traces);
  const view = window.createTreeView<Row>('kernlens.traces', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: children,
      getTreeItem: (row) => itemOf(row, traces, children(row).length > 0),
    },
    dragAndDropController: dropOn(dropped),
    showCollapseAll: true,
  });
  const showDoubtful = (shown: boolean): void => {
    doubtful = shown;
    void commands.executeCommand('setContext', 'kernlens.traces.doubtful', shown);
    changed.fire(undefined);
  };
  const note = (): void => {
    view.description = traces.active()?.title ?? '';
    void commands.executeCommand('setContext', 'kernlens.traces.count', traces.all().length);
    changed.fire(undefined);
  };
  const goToPasted = async (row: Row): Promise<void> => {
    if (row.kind !== 'frame' || row.trace.uri === undefined) return;
    const line = (row.trace.firstLine ?? 0) + row.frame.line - 1;
    const document = await workspace.openTextDocument(row.trace.uri);
    await window.showTextDocument(document, { selection: new Range(line, 0, line, 0) });
  };
  const goToFrame = async (row: Row): Promise<void> => {
    if (row.kind === 'place') return reveal(row.root, row.place.file, row.place.line);
    if (row.kind !== 'frame') return;
    traces.activate(row.trace);
    steps.at(row.trace, row.frame);
    const place = framePlace(row.frame);
    await (place === undefined ? goToPasted(row) : reveal(row.trace.root, place.file, place.line));
  };
  context.subscriptions.push(
    view,
    changed,
    traces.onDidChange(note),
    commands.registerCommand('kernlens.goToFrame', goToFrame),
    commands.registerCommand('kernlens.goToPasted', goToPasted),
    commands.registerCommand('kernlens.showDoubtfulFrames', () => showDoubtful(true)),
    commands.registerCommand('kernlens.hideDoubtfulFrames', () => showDoubtful(false)),
    commands.registerCommand(
      'kernlens.activateTrace',
      (row: Row) => row.kind === 'trace' && traces.activate(row.trace),
    ),
    commands.registerCommand('kernlens.removeTrace', (row: Row) => row.kind === 'trace' && traces.remove(row.trace)),
    commands.registerCommand('kernlens.clearTraces', () => traces.clear()),
  );
  return { focus: async () => void (await commands.executeCommand('kernlens.traces.focus')) };
}

/** Takes what is dropped on the view: files, or a text without any. */
export type Dropped = (uris: readonly Uri[], text: string) => Promise<void>;

const dropOn = (dropped: Dropped): TreeDragAndDropController<Row> => ({
  dragMimeTypes: [],
  dropMimeTypes: ['text/uri-list', 'text/plain', 'files'],
  async handleDrop(_target, items) {
    const list = (await items.get('text/uri-list')?.asString()) ?? '';
    const uris = list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
    await dropped(
      uris.map((uri) => Uri.parse(uri)),
      (await items.get('text/plain')?.asString()) ?? '',
    );
  },
});

function childRows(row: Row, doubtful: boolean, traces: Traces): Row[] {
  switch (row.kind) {
    case 'trace':
      return traceRows(row.trace, traces);
    case 'section':
      return frameRows(row.section.frames, row.trace, doubtful);
    case 'shared': {
      const path = sharedPath(row.trace.decoded, row.other.decoded);
      return path === undefined ? [] : frameRows(path.shared, row.trace, doubtful);
    }
    case 'frame':
      return placeRows(row.frame, row.trace.root);
    default:
      return [];
  }
}

function traceRows(trace: ShownTrace, traces: Traces): Row[] {
  const { build, incidents, sections } = trace.decoded;
  const others = traces
    .all()
    .filter((other) => other !== trace && sharedPath(trace.decoded, other.decoded) !== undefined);
  return [
    { kind: 'build', build },
    ...incidents.map((id) => ({ kind: 'incident', id, root: trace.root }) as const),
    ...sections.map((section) => ({ kind: 'section', section, trace }) as const),
    ...others.map((other) => ({ kind: 'shared', other, trace }) as const),
  ];
}

function frameRows(frames: readonly Frame[], trace: ShownTrace, doubtful: boolean): Row[] {
  const shown = frames.filter((frame) => doubtful || frame.reliable);
  const rows: Row[] = shown.map((frame) => ({ kind: 'frame', frame, trace }));
  return shown.length === frames.length ? rows : [...rows, { kind: 'hidden', count: frames.length - shown.length }];
}

function placeRows({ locations, candidates = [], returnLine }: Frame, root: string): Row[] {
  const [, ...outer] = locations;
  const row = (place: SourceLine, text: string, note: string): Row => ({ kind: 'place', place, text, note, root });
  return [
    ...outer.map((place) => row(place, place.function, l10n.t('inlined into this'))),
    ...candidates
      .slice(locations.length > 0 ? 1 : 0)
      .map((place) => row(place, placeText(place), l10n.t('another candidate'))),
    ...(returnLine === undefined
      ? []
      : [row(returnLine, placeText(returnLine), l10n.t('what faddr2line says of the return address'))]),
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

function itemOf(row: Row, traces: Traces, parent: boolean): TreeItem {
  switch (row.kind) {
    case 'trace':
      return traceItem(row.trace, row.trace === traces.active());
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
      return sectionItem(row.section);
    case 'hidden':
      return Object.assign(new TreeItem(l10n.t('{0} unreliable frames are hidden', row.count)), {
        description: l10n.t('show them'),
        iconPath: new ThemeIcon('eye-closed'),
        command: { title: l10n.t('Show Unreliable Frames'), command: 'kernlens.showDoubtfulFrames' },
      });
    case 'shared':
      return sharedItem(row.trace, row.other);
    case 'place':
      return Object.assign(new TreeItem(row.text), {
        description: `${row.note}  ${nearText(row.place)}`,
        tooltip: placeText(row.place),
        accessibilityInformation: { label: `${row.text}, ${row.note}, ${placeText(row.place)}` },
        command: { title: l10n.t('Go to Line'), command: 'kernlens.goToFrame', arguments: [row] },
      });
    case 'frame':
      return frameItem(row, row.frame, parent);
  }
}

function traceItem({ title, decoded, uri }: ShownTrace, active: boolean): TreeItem {
  const item = new TreeItem(title, active ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed);
  // An item is drawn anew, expanded or not, when its id changes.
  item.id = `${uri?.toString() ?? title} ${active ? 'active' : ''} ${decoded.sections[0]?.frames[0]?.text ?? ''}`;
  item.description = [decoded.format, decoded.release, active ? l10n.t('active') : undefined]
    .filter((part) => part !== undefined)
    .join('  ');
  item.iconPath = new ThemeIcon(active ? 'layers-active' : 'layers');
  item.contextValue = active ? 'activeTrace' : 'trace';
  return item;
}

function sectionItem({ title, interleaved }: TraceSection): TreeItem {
  const item = new TreeItem(title, TreeItemCollapsibleState.Expanded);
  if (interleaved !== true) return item;
  const doubt = l10n.t('reports of several processors may be mixed here');
  return Object.assign(item, { description: doubt, iconPath: new ThemeIcon('warning'), tooltip: `${title}: ${doubt}` });
}

function sharedItem(trace: ShownTrace, other: ShownTrace): TreeItem {
  const path = sharedPath(trace.decoded, other.decoded);
  const item = new TreeItem(l10n.t('Shared with {0}', other.title), TreeItemCollapsibleState.Collapsed);
  const join = path?.shared[0]?.function ?? '';
  item.description = l10n.t('{0} callers, from {1} on', path?.shared.length ?? 0, join);
  item.tooltip = [
    item.description,
    l10n.t('Only here: {0}', (path?.onlyFirst ?? []).map(nameOf).join(' <- ')),
    l10n.t('Only there: {0}', (path?.onlySecond ?? []).map(nameOf).join(' <- ')),
  ].join('\n');
  item.iconPath = new ThemeIcon('git-compare');
  return item;
}

const buildIcons = { match: 'verified', mismatch: 'error', unproven: 'question' } as const;

function frameItem(row: Row & { readonly kind: 'frame' }, frame: Frame, parent: boolean): TreeItem {
  const place = framePlace(frame);
  const item = new TreeItem(nameOf(frame), parent ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None);
  const doubts = frameDoubts(frame, say);
  const where = place === undefined ? l10n.t('not found') : placeText(place);
  item.description = `${place === undefined ? where : nearText(place)}${doubts}`;
  item.tooltip = [frame.text, `${where}${doubts}`, ...frame.sites.map((site) => l10n.t('site {0}', site))].join('\n');
  item.iconPath = frameIcon(frame);
  item.contextValue = row.trace.uri === undefined ? 'frame' : 'frameInDocument';
  item.command = { title: l10n.t('Go to Line'), command: 'kernlens.goToFrame', arguments: [row] };
  item.accessibilityInformation = { label: `${nameOf(frame)}, ${where}${doubts}` };
  return item;
}

function frameIcon(frame: Frame): ThemeIcon {
  if (!frame.reliable) return new ThemeIcon('question', new ThemeColor('disabledForeground'));
  if (frame.sites.length > 0) return new ThemeIcon('circle-slash');
  return new ThemeIcon(frame.role === 'pc' ? 'debug-stackframe' : certaintyIcons[frame.certainty]);
}

/** How sure a line is, by shape: the words stand behind it too. */
const certaintyIcons = {
  exact: 'debug-stackframe-dot',
  unverified: 'debug-stackframe-dot',
  inferred: 'lightbulb',
  definition: 'symbol-method',
  none: 'circle-outline',
} as const;

const nameOf = (frame: Frame): string => frame.function ?? frame.address ?? frame.text;

const placeText = ({ file, line }: SourceLine): string => `${file}:${line}`;

/** Short, for a narrow view; the whole path is in the tooltip. */
const nearText = ({ file, line }: SourceLine): string => `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
