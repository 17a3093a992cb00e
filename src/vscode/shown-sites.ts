import path from 'node:path';
import { l10n, window } from 'vscode';
import type { FileReport } from '../core/engine.ts';
import type { Site } from '../core/model.ts';
import { matchesQuery, parseSiteQuery } from '../core/paths/site-query.ts';
import type { Problem } from '../core/problem.ts';
import { fileCount, grouped, siteCount, sitesInFiles } from '../core/report/count-text.ts';
import { type Grouping, groupSites } from '../core/report/group-sites.ts';
import { contextFor, fileRequest } from './engines.ts';
import { problemSentence, say } from './say.ts';
import type { Session } from './session.ts';
import type { GapRow, Row } from './site-rows.ts';
import { createTreeListings, type TreeListings } from './tree-listing.ts';

/** What the list is narrowed to. */
export interface Filter {
  /** In the language of `parseSiteQuery`; empty for everything. */
  readonly text: string;
  /** What was looked for, as a person would call it. */
  readonly name?: string;
  /** How it is best looked at, until another grouping is chosen. */
  readonly grouping?: Grouping;
}

/** Which sites are shown: those of the file that was last in front, or of a tree's net/. */
export type Scope =
  | {
      readonly of: 'file';
      readonly root: string;
      readonly report: FileReport | undefined;
      readonly problems: readonly Problem[];
    }
  | { readonly of: 'tree'; readonly root: string }
  | { readonly of: 'nothing' };

/** So few sites are seen at once. */
const openLimit = 40;

/** The state of the Paths view, and what follows from it. */
export class Shown {
  scope: Scope = { of: 'nothing' };
  filter: Filter = { text: '' };
  grouping: Grouping = 'kind';
  /** Those that the filter lets through. */
  sites: readonly Site[] = [];
  fileCount = 0;
  /** How many there were when it was worked out. */
  #all = 0;
  readonly listings: TreeListings;
  readonly #session: Session;
  #turn = 0;

  constructor(session: Session) {
    this.#session = session;
    this.listings = createTreeListings(session);
  }

  /** The file in front; where none of a tree is in front, the last that was. */
  async readFile(): Promise<void> {
    const turn = ++this.#turn;
    const document = window.activeTextEditor?.document;
    const inTree = document && this.#session.trees.locate(document);
    if (document === undefined || inTree === undefined) return;
    const request = fileRequest(document, inTree);
    const { value, problems } = await this.#session.engines.engine(inTree.root).sites(request, contextFor(undefined));
    if (turn === this.#turn && this.scope.of !== 'tree')
      this.scope = { of: 'file', root: inTree.root, report: value, problems };
  }

  /** Works out anew what is shown. */
  update(): void {
    const { value } = parseSiteQuery(this.filter.text);
    const all = this.reports().flatMap(({ sites }) => sites);
    this.#all = all.length;
    this.sites = all.filter((site) => matchesQuery(site, value));
    this.fileCount = new Set(this.sites.map(({ file }) => file)).size;
  }

  reports(): readonly FileReport[] {
    const { scope } = this;
    if (scope.of === 'nothing') return [];
    if (scope.of === 'file') return scope.report === undefined ? [] : [scope.report];
    return [...(this.listings.get(scope.root)?.reports.values() ?? [])];
  }

  isReading(): boolean {
    return this.scope.of === 'tree' && this.listings.get(this.scope.root)?.state === 'reading';
  }

  sitesOf(file: string): readonly Site[] {
    return this.reports().find((report) => report.file === file)?.sites ?? [];
  }

  topRows(): Row[] {
    const { scope } = this;
    const gaps = this.gaps();
    if (scope.of === 'nothing' || (this.sites.length === 0 && gaps.length === 0)) return [];
    const groups = groupSites(this.sites, this.filter.grouping ?? this.grouping, say);
    const isOpen = this.sites.length <= openLimit && !this.isReading();
    return [
      this.#summary(gaps),
      ...groups.map((group) => ({ kind: 'group', group, root: scope.root, isOpen }) as const),
    ];
  }

  /** What may be missing from the list. */
  gaps(): readonly GapRow[] {
    const { scope } = this;
    if (scope.of === 'nothing') return [];
    const problems = scope.of === 'file' ? scope.problems : (this.listings.get(scope.root)?.problems ?? []);
    const unparsed = this.reports().flatMap(({ file, unparsed: parts }) =>
      parts.map(({ name, line, faultLine }) => ({
        kind: 'gap' as const,
        text: l10n.t('{0} could not be read whole: {1}, line {2}', name, path.posix.basename(file), faultLine),
        place: { root: scope.root, file, line },
      })),
    );
    return [...problems.map((problem) => ({ kind: 'gap' as const, text: problemSentence(problem) })), ...unparsed];
  }

  #summary(gaps: readonly GapRow[]): Row {
    const functions = gaps.filter(({ place }) => place !== undefined).length;
    const files = gaps.length - functions;
    const notes = [
      ...(this.sites.length < this.#all ? [l10n.t('of {0}', grouped(this.#all))] : []),
      ...(functions === 1 ? [l10n.t('1 function could not be read whole')] : []),
      ...(functions > 1 ? [l10n.t('{0} functions could not be read whole', functions)] : []),
      ...(files > 0 ? [l10n.t('{0} not read', fileCount(files, say))] : []),
    ];
    const count =
      this.scope.of === 'file'
        ? l10n.t('{0} in this file', siteCount(this.sites.length, say))
        : sitesInFiles(this.sites.length, this.fileCount, say);
    return { kind: 'summary', text: count, note: notes.join('; '), gaps };
  }
}
