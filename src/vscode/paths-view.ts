import { commands, EventEmitter, l10n, window, workspace } from 'vscode';
import { parseSiteQuery } from '../core/paths/site-query.ts';
import type { Grouping } from '../core/report/group-sites.ts';
import { contextFor, isCancelled } from './engines.ts';
import { isListed, registerFolderChoice } from './listed-folders.ts';
import { chooseTree } from './choose-tree.ts';
import { describePaths } from './paths-texts.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';
import { type Filter, Shown } from './shown-sites.ts';
import { groupRows, guardRows, itemOf, pathRows, type Row } from './site-rows.ts';
import { placeRequest } from './targets.ts';
import type { TreeListing } from './tree-listing.ts';

export interface PathsView {
  /** The tree in front: that of the file, else of the last file, else the one shown. */
  tree(): string | undefined;
  /** Reads the tree's net/ unless that is done, with progress. */
  read(root: string): Promise<TreeListing>;
  /** Reads the tree if need be, shows what the filter lets through, and says how much that is. */
  showTree(root: string, filter: Filter): Promise<{ readonly sites: number; readonly files: number }>;
}

/** The Paths view: every site of a file or a tree, in groups; below a site the paths that lead to it. */
export function registerPathsView(session: Session): PathsView {
  const { context } = session;
  const changed = new EventEmitter<undefined>();
  const shown = new Shown(session);
  const view = window.createTreeView<Row>('kernlens.paths', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: itemOf,
      getChildren: (row) => (row === undefined ? shown.topRows() : childRows(session, shown, row)),
    },
    showCollapseAll: true,
  });
  const draw = (): void => {
    shown.update();
    describePaths(view, shown);
    changed.fire(undefined);
  };
  const showFile = async (): Promise<void> => {
    await shown.readFile();
    draw();
  };
  const read = (root: string): Promise<TreeListing> => {
    const reading = shown.listings.read(root, frontFile(session, root));
    void window.withProgress({ location: { viewId: 'kernlens.paths' } }, () =>
      reading.then(undefined, () => undefined),
    );
    return reading;
  };
  const showTree: PathsView['showTree'] = async (root, filter) => {
    shown.scope = { of: 'tree', root };
    shown.filter = filter;
    draw();
    await commands.executeCommand('kernlens.paths.focus');
    await read(root);
    draw();
    return { sites: shown.sites.length, files: shown.fileCount };
  };
  const chooseAndShowTree = async (): Promise<void> => {
    const root = tree() ?? (await chooseTree(session));
    if (root !== undefined) await showTree(root, shown.filter);
  };
  const filterBy = (filter: Filter): void => {
    shown.filter = filter;
    draw();
  };
  const askFilter = async (): Promise<void> => {
    const text = await askForQuery(shown.filter.text);
    if (text !== undefined) filterBy({ text: text.trim() });
  };
  const group = (by: Grouping) => async (): Promise<void> => {
    shown.grouping = by;
    const { grouping: _, ...filter } = shown.filter;
    shown.filter = filter;
    await context.workspaceState.update(groupingKey, by);
    draw();
  };
  const refresh = async (): Promise<void> => {
    const { scope } = shown;
    if (scope.of === 'tree') {
      shown.listings.forget(scope.root);
      await showTree(scope.root, shown.filter);
    } else await showFile();
  };
  const follow = later(session, async () => {
    if (view.visible && shown.scope.of !== 'tree') await showFile();
  });
  let lastRoot: string | undefined;
  const tree = (): string | undefined => {
    const document = window.activeTextEditor?.document;
    lastRoot = (document && session.trees.treeOf(document.uri)) ?? lastRoot;
    return lastRoot ?? (shown.scope.of === 'nothing' ? undefined : shown.scope.root);
  };
  shown.grouping = context.workspaceState.get<Grouping>(groupingKey, 'kind');
  shown.listings.onDidChange((root) => {
    if (shown.scope.of === 'tree' && shown.scope.root === root) draw();
  });
  context.subscriptions.push(
    view,
    changed,
    window.onDidChangeActiveTextEditor(() => {
      tree();
      follow(0);
    }),
    view.onDidChangeVisibility(() => follow(0)),
    session.trees.onDidFind(() => follow(0)),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document === window.activeTextEditor?.document) follow(300);
    }),
    commands.registerCommand('kernlens.pathsOfFile', async () => {
      shown.scope = { of: 'nothing' };
      await showFile();
      await commands.executeCommand('kernlens.paths.focus');
    }),
    commands.registerCommand('kernlens.pathsOfTree', chooseAndShowTree),
    commands.registerCommand('kernlens.filterPaths', askFilter),
    commands.registerCommand('kernlens.clearPathsFilter', () => filterBy({ text: '' })),
    commands.registerCommand('kernlens.groupPathsByKind', group('kind')),
    commands.registerCommand('kernlens.groupPathsByReason', group('reason')),
    commands.registerCommand('kernlens.groupPathsByCounter', group('counter')),
    commands.registerCommand('kernlens.groupPathsByFunction', group('function')),
    commands.registerCommand('kernlens.refreshPaths', refresh),
    ...registerFolderChoice(() => {
      if (shown.scope.of === 'tree') void refresh();
    }),
    commands.registerCommand('kernlens.stopReadingPaths', () => {
      if (shown.scope.of === 'tree') shown.listings.stop(shown.scope.root);
    }),
  );
  draw();
  return { tree, read, showTree };
}

const groupingKey = 'paths.grouping';

async function childRows(session: Session, shown: Shown, row: Row): Promise<Row[]> {
  switch (row.kind) {
    case 'summary':
      return [...row.gaps];
    case 'group':
      return [...groupRows(row, (file) => shown.sitesOf(file))];
    case 'file':
      return [...row.sites];
    case 'site': {
      const { value } = await session.engines.engine(row.root).paths(placeRequest(row), contextFor(undefined));
      return [...pathRows(row, value?.paths ?? [])];
    }
    case 'path':
      return [...guardRows(row)];
    case 'passed':
      return [...row.rows];
    default:
      return [];
  }
}

function askForQuery(value: string): Thenable<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Filter the sites'),
    prompt: l10n.t(
      'Words, or kind:drop, function:tcp_v4_rcv, file:net/ipv4, reason:NO_SOCKET, counter:TcpExtListenDrops, sysctl:tcp_syncookies, incident:ID. * stands for any text.',
    ),
    placeHolder: 'counter:TcpExtListenDrops kind:drop listen',
    value,
    validateInput: (text) => parseSiteQuery(text).problems.map(problemSentence).join(' ') || undefined,
  });
}

/** The file in front, where it is one of the tree. */
function frontFile(session: Session, root: string): string | undefined {
  const document = window.activeTextEditor?.document;
  const inTree = document && session.trees.locate(document);
  return inTree?.root === root && isListed(inTree.file) ? inTree.file : undefined;
}

/** Runs after a pause; what was to be run before is forgotten. */
function later({ log }: Session, run: () => Promise<void>): (pause: number) => void {
  let timer: NodeJS.Timeout | undefined;
  return (pause) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      run().catch((error: unknown) => {
        if (!isCancelled(error)) log.error(String(error));
      });
    }, pause);
  };
}
