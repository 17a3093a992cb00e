import {
  type CancellationToken,
  CodeLens,
  type CodeLensProvider,
  type Command,
  commands,
  EventEmitter,
  languages,
  Range,
  type TextDocument,
  workspace,
} from 'vscode';
import type { LensSpot } from '../core/engine.ts';
import type { Lens } from '../core/model.ts';
import { contextFor, fileRequest, isCancelled } from './engines.ts';
import { problemSentence } from './say.ts';
import type { Session } from './session.ts';
import { settings } from './settings.ts';
import { findTreeWrappers, type TreeWrappers } from './tree-wrappers.ts';
import { cFiles, type InTree } from './trees.ts';

/** Lenses in two phases: positions at once, titles and commands when the editor draws them. */
export function registerLenses(session: Session): void {
  const changed = new EventEmitter<void>();
  const wrappers = findTreeWrappers(session, () => changed.fire());
  const provider = new LensProvider(session, changed, wrappers);
  const toggle = async (): Promise<void> => {
    const section = workspace.getConfiguration('kernlens');
    const isWorkspaces = section.inspect('lenses.enabled')?.workspaceValue !== undefined;
    await section.update('lenses.enabled', !section.get('lenses.enabled', true), !isWorkspaces);
  };
  session.context.subscriptions.push(
    changed,
    session.engines.onDidTeach(() => changed.fire()),
    languages.registerCodeLensProvider(cFiles, provider),
    commands.registerCommand('kernlens.toggleLenses', toggle),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('kernlens.lenses')) changed.fire();
    }),
  );
}

class PlacedLens extends CodeLens {
  readonly document: TextDocument;
  readonly spot: LensSpot;
  readonly inTree: InTree;

  constructor(document: TextDocument, inTree: InTree, spot: LensSpot) {
    super(new Range(spot.line - 1, 0, spot.line - 1, 0));
    this.document = document;
    this.spot = spot;
    this.inTree = inTree;
  }
}

class LensProvider implements CodeLensProvider<PlacedLens> {
  readonly onDidChangeCodeLenses;
  readonly #session: Session;
  readonly #wrappers: TreeWrappers;

  constructor(session: Session, changed: EventEmitter<void>, wrappers: TreeWrappers) {
    this.#session = session;
    this.#wrappers = wrappers;
    this.onDidChangeCodeLenses = changed.event;
  }

  async provideCodeLenses(document: TextDocument, token: CancellationToken): Promise<PlacedLens[]> {
    const { lenses, density } = settings(document.uri);
    const inTree = lenses ? this.#session.trees.locate(document) : undefined;
    if (inTree === undefined) return [];
    try {
      const engine = this.#session.engines.engine(inTree.root);
      this.#wrappers.recall(inTree.root);
      const outcome = await engine.lensSpots({ ...fileRequest(document, inTree), density }, contextFor(token));
      this.#wrappers.find(inTree.root);
      for (const problem of outcome.problems) this.#session.log.info(problemSentence(problem));
      return (outcome.value ?? []).map((spot) => new PlacedLens(document, inTree, spot));
    } catch (error) {
      if (!isCancelled(error)) this.#session.log.error(error instanceof Error ? error : String(error));
      return [];
    }
  }

  async resolveCodeLens(lens: PlacedLens, token: CancellationToken): Promise<PlacedLens | undefined> {
    try {
      const engine = this.#session.engines.engine(lens.inTree.root);
      const { value } = await engine.lens(
        { ...fileRequest(lens.document, lens.inTree), spot: lens.spot },
        contextFor(token),
      );
      // A lens without a title is not drawn: its place went away while the text was edited.
      lens.command = value === undefined ? { title: '', command: '' } : commandOf(value, lens.inTree);
      return lens;
    } catch (error) {
      if (!isCancelled(error)) this.#session.log.error(error instanceof Error ? error : String(error));
      return undefined;
    }
  }
}

const icons: Readonly<Record<string, string>> = {
  reset: '$(debug-disconnect)',
  drop: '$(circle-slash)',
  verdict: '$(law)',
  count: '$(graph)',
  ways: '$(references)',
  incident: '$(book)',
  probe: '$(beaker)',
};

/** The engine speaks of files in the tree; the editor's commands want the tree as well. */
function commandOf(lens: Lens, { root }: InTree): Command {
  const icon = icons[lens.kind];
  return {
    // The editor swallows a plain blank behind an icon.
    title: icon === undefined ? lens.title : `${icon}\u00a0${lens.title}`,
    tooltip: lens.tooltip ?? '',
    command: lens.command?.id ?? '',
    arguments: lens.command === undefined ? [] : [{ root, ...Object.assign({}, ...lens.command.arguments) }],
  };
}
