import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { type Event, EventEmitter, RelativePattern, Uri, workspace } from 'vscode';
import type { FileReport } from '../core/engine.ts';
import type { Problem } from '../core/problem.ts';
import { sweepTree } from '../host/sweep-tree.ts';
import { contextFor, isCancelled } from './engines.ts';
import { listedFolders } from './listed-folders.ts';
import type { Session } from './session.ts';
import { workerOptions } from './worker-options.ts';

/** What is known so far of the sites of a tree's listed folders. */
export interface TreeListing {
  /** By file; while reading goes on, the file in front comes first. */
  readonly reports: ReadonlyMap<string, FileReport>;
  /** Why a file is not among them. */
  readonly problems: readonly Problem[];
  readonly state: 'reading' | 'stopped' | 'complete';
  /** How many files there are; undefined until they are counted. */
  readonly total: number | undefined;
}

export interface TreeListings {
  /** Undefined until it was asked for. */
  get(root: string): TreeListing | undefined;
  /** Reads the tree unless that is done or under way; `first` is read before all others. Resolves when it is over. */
  read(root: string, first?: string): Promise<TreeListing>;
  stop(root: string): void;
  /** Forgets what is known; the next `read` starts anew. */
  forget(root: string): void;
  readonly onDidChange: Event<string>;
}

/** Listings of whole trees: read when asked for, kept, and brought up to date file by file as files change. */
export function createTreeListings(session: Session): TreeListings {
  const running = new Map<string, { readonly listing: Listing; readonly over: Promise<void> }>();
  const changed = new EventEmitter<string>();
  const forget = (root: string): void => {
    running.get(root)?.listing.dispose();
    running.delete(root);
  };
  const start = (root: string, first: string | undefined): { listing: Listing; over: Promise<void> } => {
    const listing = new Listing(session, root, () => changed.fire(root));
    const entry = { listing, over: listing.read(first) };
    running.set(root, entry);
    entry.over.catch(() => {});
    return entry;
  };
  session.context.subscriptions.push(changed, { dispose: () => [...running.keys()].forEach(forget) });
  return {
    get: (root) => running.get(root)?.listing,
    async read(root, first) {
      const known = running.get(root);
      if (known?.listing.state === 'stopped') forget(root);
      const { listing, over } = running.get(root) ?? start(root, first);
      await over;
      return listing;
    },
    stop: (root) => running.get(root)?.listing.stop(),
    forget,
    onDidChange: changed.event,
  };
}

/** How often a list that is still growing is drawn, in milliseconds. */
const drawEvery = 200;

class Listing implements TreeListing {
  readonly reports = new Map<string, FileReport>();
  readonly problems: Problem[] = [];
  state: TreeListing['state'] = 'reading';
  total: number | undefined;
  readonly #session: Session;
  readonly #root: string;
  readonly #tell: () => void;
  readonly #cancel = new AbortController();
  readonly #watch: { dispose(): void };
  readonly #folders = listedFolders();

  constructor(session: Session, root: string, tell: () => void) {
    this.#session = session;
    this.#root = root;
    this.#tell = tell;
    const watches = this.#folders.map((folder) =>
      watchFolder(path.join(root, folder), (files) => void this.#refresh(files)),
    );
    this.#watch = { dispose: () => watches.forEach((watch) => watch.dispose()) };
    setMaxListeners(0, this.#cancel.signal);
  }

  async read(first: string | undefined): Promise<void> {
    try {
      if (first !== undefined) await this.#readOne(first);
      this.#tell();
      const context = { signal: this.#cancel.signal, progress: (): void => {} };
      const files = await this.#session.engines.engine(this.#root).sourceFiles({ paths: this.#folders }, context);
      this.total = files.value?.length;
      let drawn = Date.now();
      const { context: extension, log, engines } = this.#session;
      const options = workerOptions(extension, log, engines.lessons());
      const swept = await sweepTree(
        options,
        { root: this.#root, paths: this.#folders },
        {
          signal: this.#cancel.signal,
          receive: (answers) => {
            for (const { value: report, problems } of answers) {
              if (report !== undefined) this.reports.set(report.file, report);
              this.problems.push(...problems);
            }
            if (Date.now() - drawn < drawEvery) return;
            this.#tell();
            drawn = Date.now();
          },
        },
      );
      this.problems.push(...swept.problems);
      this.state = 'complete';
    } catch (error) {
      this.state = 'stopped';
      if (!isCancelled(error)) throw error;
    } finally {
      this.#tell();
    }
  }

  stop(): void {
    this.#cancel.abort();
  }

  dispose(): void {
    this.stop();
    this.#watch.dispose();
  }

  async #readOne(file: string): Promise<void> {
    const { value } = await this.#session.engines.engine(this.#root).sites({ file }, contextFor(undefined));
    if (value === undefined) this.reports.delete(file);
    else this.reports.set(file, value);
  }

  /** Files that changed are asked for anew; those that went away are left out. */
  async #refresh(files: readonly string[]): Promise<void> {
    try {
      const changed = files.map((file) => path.relative(this.#root, file).split(path.sep).join('/'));
      // A folder went away as a whole.
      const below = [...this.reports.keys()].filter((file) => changed.some((folder) => file.startsWith(`${folder}/`)));
      for (const file of [...changed.filter(isC), ...below]) await this.#readOne(file);
      this.#tell();
    } catch (error) {
      if (!isCancelled(error)) this.#session.log.error(String(error));
    }
  }
}

const isC = (file: string): boolean => /\.[ch]$/.test(file);

/**
 * Tells of C files and of folders that changed, some at a time: a checkout changes thousands. What is saved in the editor is told even
 * where `files.watcherExclude` keeps the editor from watching the folder.
 */
function watchFolder(folder: string, tell: (files: readonly string[]) => void): { dispose(): void } {
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(folder), '**/*.{c,h}'));
  const files = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const note = ({ fsPath }: Uri): void => {
    files.add(fsPath);
    clearTimeout(timer);
    timer = setTimeout(() => {
      tell([...files]);
      files.clear();
    }, 500);
  };
  const saves = workspace.onDidSaveTextDocument(({ uri }) => {
    const inside = path.relative(folder, uri.fsPath);
    if (uri.scheme === 'file' && !inside.startsWith('..') && isC(inside)) note(uri);
  });
  watcher.onDidChange(note);
  watcher.onDidCreate(note);
  watcher.onDidDelete(note);
  // A folder that is moved in, or away, is told of alone, without what is in it.
  const folders = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(folder), '**/*'), false, true, false);
  const mayBeFolder = ({ fsPath }: Uri): boolean => path.extname(fsPath) === '';
  folders.onDidCreate(async (uri) => {
    if (mayBeFolder(uri)) (await workspace.findFiles(new RelativePattern(uri, '**/*.{c,h}'))).forEach(note);
  });
  folders.onDidDelete((uri) => {
    if (mayBeFolder(uri)) note(uri);
  });
  return {
    dispose: () => {
      clearTimeout(timer);
      watcher.dispose();
      folders.dispose();
      saves.dispose();
    },
  };
}
