import { type Event, EventEmitter, type TextDocument, type Uri, window, workspace } from 'vscode';
import type { FoundNote } from '../core/notes/found-note.ts';
import type { Note } from '../core/notes/note.ts';
import type { PackFault } from '../core/incidents/pack-fault.ts';
import { contextFor } from './engines.ts';
import { type NoteFile, noteFiles, textOfFile, treesOf } from './note-files.ts';
import type { Session } from './session.ts';
import type { InTree } from './trees.ts';

/** A note in one tree. */
export interface NoteInTree extends FoundNote {
  readonly root: string;
  readonly file: NoteFile;
  /** The same for the same note in the same tree. */
  readonly key: string;
}

export interface NoteFaults {
  readonly uri: Uri;
  readonly faults: readonly PackFault[];
}

export interface NoteStore {
  /** Every note of the tree in front, as it was last found. */
  all(): readonly NoteInTree[];
  /** That tree. */
  root(): string | undefined;
  /** Those of a document, found in its text as it is now. */
  inDocument(document: TextDocument): Promise<readonly NoteInTree[]>;
  /** Reads the files anew and looks for their notes in the tree in front. */
  load(): Promise<void>;
  readonly faults: () => readonly NoteFaults[];
  readonly onDidChange: Event<void>;
}

/** How long typing must pause before a document's notes are looked for anew, in milliseconds. */
const pause = 250;

/**
 * Keeps what the note files hold and where each note is in the tree of the file in front, also while that is edited.
 * A note names its file in the tree, so that the same notes belong to several trees.
 */
export function keepNotes({ context, trees, engines, log }: Session): NoteStore {
  const changed = new EventEmitter<void>();
  let read: readonly {
    readonly file: NoteFile;
    readonly notes: readonly Note[];
    readonly faults: readonly PackFault[];
  }[] = [];
  let found: readonly NoteInTree[] = [];
  /** The tree they were found in. */
  let root: string | undefined;
  let turn = 0;
  /** The turn that `read` is of, and how often all of it was looked for since. */
  let edition = 0;
  let looks = 0;
  const looked = new WeakMap<TextDocument, { readonly of: string; readonly notes: Promise<readonly NoteInTree[]> }>();

  const readFiles = async (): Promise<typeof read> => {
    const files: (typeof read)[number][] = [];
    for (const file of noteFiles(context)) {
      const text = await textOfFile(file.uri);
      if (text === undefined) continue;
      const { readNotesFile } = await import('../host/user-notes.ts');
      const { notes = [], faults = [] } = readNotesFile(file.uri.fsPath, () => text) ?? {};
      files.push({ file, notes, faults });
    }
    return files;
  };
  const notesOf = (tree: string): readonly { readonly note: Note; readonly file: NoteFile }[] =>
    read
      .filter(({ file }) => treesOf(file, trees.known()).includes(tree))
      .flatMap(({ file, notes }) => notes.map((note) => ({ note, file })));
  const find = async (
    tree: string,
    notes: ReturnType<typeof notesOf>,
    edited: readonly { readonly file: string; readonly text: string }[],
  ): Promise<readonly NoteInTree[]> => {
    if (notes.length === 0) return [];
    const anchors = notes.map(({ note }) => note.anchor);
    const { value = [] } = await engines.engine(tree).findNotes({ anchors, edited }, contextFor(undefined));
    return notes.flatMap(({ note, file }, index) => {
      const place = value[index];
      const key = [file.uri.toString(), note.id, tree].join('\n');
      return place === undefined ? [] : [{ note, place, root: tree, file, key, from: file.uri.fsPath }];
    });
  };
  const editedIn = (tree: string): readonly { readonly file: string; readonly text: string }[] =>
    workspace.textDocuments.flatMap((document) => {
      const inTree = document.isDirty ? trees.locate(document) : undefined;
      return inTree?.root === tree ? [{ file: inTree.file, text: document.getText() }] : [];
    });
  /** The tree of the file in front, else the one before it. */
  const rootInFront = (): string | undefined => {
    const document = window.activeTextEditor?.document;
    const inFront = document && trees.treeOf(document.uri);
    const [first] = trees.known();
    return inFront ?? (root !== undefined && trees.known().includes(root) ? root : first);
  };
  const load = async (): Promise<void> => {
    const mine = ++turn;
    const files = await readFiles();
    if (mine !== turn) return;
    read = files;
    edition = mine;
    await look();
  };
  /** Looks for all notes in the tree in front. */
  const look = async (): Promise<void> => {
    const mine = edition;
    const here = rootInFront();
    const now = here === undefined ? [] : await find(here, notesOf(here), editedIn(here));
    if (mine !== edition || here !== rootInFront()) return;
    root = here;
    found = now;
    looks += 1;
    changed.fire();
  };
  /** Notes written for the file, and those that were found in it. */
  const mayBeIn = ({ root: of, file }: InTree): ReturnType<typeof notesOf> =>
    notesOf(of).filter(
      ({ note, file: from }) =>
        note.anchor.file === file ||
        found.some(
          (each) =>
            each.root === of &&
            each.note.id === note.id &&
            each.file.uri.toString() === from.uri.toString() &&
            isAt(each, file),
        ),
    );
  const lookIn = async (document: TextDocument, inTree: InTree): Promise<readonly NoteInTree[]> => {
    const mine = edition;
    const edited = document.isDirty ? [{ file: inTree.file, text: document.getText() }] : [];
    const now = await find(inTree.root, mayBeIn(inTree), edited);
    if (mine === edition && inTree.root === root && now.some((each) => isDifferent(each, found))) {
      found = [...found.filter(({ key }) => now.every((each) => each.key !== key)), ...now];
      changed.fire();
    }
    return now.filter((each) => isAt(each, inTree.file));
  };
  const inDocument: NoteStore['inDocument'] = async (document) => {
    const inTree = read.length === 0 ? undefined : trees.locate(document);
    if (inTree === undefined) return [];
    const of = `${edition} ${looks} ${document.version} ${document.isDirty}`;
    const known = looked.get(document);
    if (known?.of === of) return known.notes;
    const notes = lookIn(document, inTree);
    looked.set(document, { of, notes });
    notes.catch(() => looked.delete(document));
    return notes;
  };
  const waiting = new Map<unknown, NodeJS.Timeout>();
  const later = (what: unknown, run: () => Promise<unknown>): void => {
    clearTimeout(waiting.get(what));
    const begin = (): void => {
      waiting.delete(what);
      run().catch((error: unknown) => log.error(String(error)));
    };
    waiting.set(what, setTimeout(begin, pause));
  };
  const follow = (document: TextDocument): void => {
    if (read.length > 0 && trees.locate(document) !== undefined) later(document, () => inDocument(document));
  };
  context.subscriptions.push(
    changed,
    { dispose: () => waiting.forEach((timer) => clearTimeout(timer)) },
    window.onDidChangeActiveTextEditor(() => {
      if (read.length > 0 && rootInFront() !== root) later(look, look);
    }),
    workspace.onDidChangeTextDocument(({ document }) => follow(document)),
    workspace.onDidSaveTextDocument(follow),
  );
  return {
    all: () => found,
    root: () => root,
    inDocument,
    load,
    faults: () => read.map(({ file, faults }) => ({ uri: file.uri, faults })),
    onDidChange: changed.event,
  };
}

const isAt = ({ place }: FoundNote, file: string): boolean => place.confidence !== 'lost' && place.file === file;

function isDifferent(now: NoteInTree, found: readonly NoteInTree[]): boolean {
  const before = found.find(({ key }) => key === now.key);
  return JSON.stringify(before?.place) !== JSON.stringify(now.place);
}
